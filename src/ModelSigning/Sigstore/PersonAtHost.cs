using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation.Host;
using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Keys;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;

namespace ModelSigning;

/// <summary>The person at PowerShell's host, for a sign-in that runs beside the pipeline's thread.</summary>
/// <param name="command">The command, whose host is used.</param>
internal sealed class PersonAtHost(ModuleCommand command) : IInteraction
{
    private const string NonInteractive = "-noninteractive";
    private const int ShortestNonInteractive = 5; // -noni

    // What opens an address in the person's browser, elsewhere than on Windows.
    private static readonly string[] Openers = OperatingSystem.IsMacOS() ? ["open"] : ["xdg-open", "gnome-open"];

    /// <summary>The way to the pipeline's thread while background work runs; set by the command for each run.</summary>
    internal PipelineThread? Pipeline { get; set; }

    /// <summary>The person; null in a session that was started without one.</summary>
    internal static PersonAtHost? Of(ModuleCommand command)
    {
        bool console = command.Host.Name == "ConsoleHost";
        bool nobody = !Environment.UserInteractive || command.Host.UI is null
            || command.HasNoKeyboard() || (console && Environment.GetCommandLineArgs().Skip(1).Any(IsNonInteractive));
        return nobody ? null : new PersonAtHost(command);
    }

    /// <inheritdoc/>
    public bool OpenBrowser(Uri address)
    {
        try
        {
            // Only https and loopback addresses get here, and the address is one argument. Windows starts what is registered for the scheme.
            if (OperatingSystem.IsWindows())
            {
                using Process? registered = Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true });
                return true;
            }

            if (Openers.Select(ProgramFile.Find).FirstOrDefault(program => program is not null) is not { } opener)
            {
                return false;
            }

            ProcessStartInfo start = new(opener, [address.AbsoluteUri]) { WorkingDirectory = Path.GetDirectoryName(opener) };
            // The opener is a script that looks for browsers.
            start.Environment["PATH"] = string.Join(Path.PathSeparator, ProgramFile.Folders);
            using Process? browser = Process.Start(start);
            return browser is not null;
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Show(string text) => Ask(() =>
    {
        command.Host.UI.WriteLine(Printable.Of(text));
        return true;
    });

    /// <inheritdoc/>
    public string AskForCode()
    {
        try
        {
            // Not shown and not in a transcript, although it is of no use without this process.
            using SecureString code = Ask(() => command.AskForSecret("Code that the browser shows", "-IdentityToken"));
            return SecretText.Use(code, text => new string(text.Span));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.PasswordMissing)
        {
            throw IdentityErrors.IdentityTokenMissing.At(refusal.Message, null, refusal);
        }
    }

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return Pipeline is { } pipeline ? pipeline.Ask(question) : question();
        }
        catch (HostException exception)
        {
            throw IdentityErrors.IdentityTokenMissing.At("This session's host cannot show where to sign in. Specify a token with -IdentityToken.", null, exception);
        }
    }

    private static bool IsNonInteractive(string argument) => argument.Length >= ShortestNonInteractive
        && NonInteractive.StartsWith(argument.TrimStart('-').Insert(0, "-"), StringComparison.OrdinalIgnoreCase);
}
