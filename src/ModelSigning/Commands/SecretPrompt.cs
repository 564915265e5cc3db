using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Asks the person at the host for a password or PIN.</summary>
internal static class SecretPrompt
{
    /// <summary>Whether the host is PowerShell's console and its input is a file, a pipe or nothing.</summary>
    internal static bool HasNoKeyboard(this ModuleCommand command) => command.Host.Name == "ConsoleHost" && Console.IsInputRedirected;

    /// <summary>Asks, without showing what is typed.</summary>
    /// <param name="command">The command, whose host is asked; called on the pipeline's thread.</param>
    /// <param name="what">What is asked for, for example <c>Password of 'signing.key'</c>.</param>
    /// <param name="parameter">The parameter that would have given it, for example <c>-KeyPassword</c>.</param>
    /// <exception cref="ModelSigningException">Nobody is there to be asked.</exception>
    internal static SecureString AskForSecret(this ModuleCommand command, string what, string parameter)
    {
        if (command.IsWhatIf)
        {
            throw KeyErrors.PasswordMissing.At($"{what} is required. The command would prompt for it.");
        }

        PSHostUserInterface? asked = null;
        try
        {
            // PowerShell's console cannot read a secret there, and at the end of the input it ends the whole script, with the exit code 0.
            if (command.HasNoKeyboard())
            {
                throw new HostException("The input of the console is redirected.");
            }

            // A host that was made without a user interface has none at all.
            PSHostUserInterface terminal = command.Host.UI ?? throw new HostException("The host has no user interface.");
            terminal.Write(PrintableText.Of($"{what}: "));
            asked = terminal;
            return terminal.ReadLineAsSecureString();
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or HostException or NotImplementedException
            or NotSupportedException)
        {
            // What is shown next, the error, gets a line of its own.
            asked?.WriteLine();
            throw KeyErrors.PasswordMissing.At($"{what} is required, but this session cannot prompt. Specify it with {parameter}.", null, exception);
        }
    }
}
