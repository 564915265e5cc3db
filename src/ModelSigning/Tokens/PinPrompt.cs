using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning;

/// <summary>Where a cmdlet takes a token's PIN from.</summary>
internal static class PinPrompt
{
    /// <summary>The given PIN, else the person at the host, who is asked on the pipeline's thread.</summary>
    internal static Pkcs11PinSources PinSources(this ModuleCommand command, SecureString? pin, PipelineThread pipeline) =>
        new(pin, token => pipeline.Ask(() => command.AskForPin(token)));

    private static SecureString? AskForPin(this ModuleCommand command, string token)
    {
        try
        {
            return command.AskForSecret($"PIN of the token '{Printable.Of(token)}'", "-Pin");
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.PasswordMissing)
        {
            // Nobody can be asked; the engine says so in terms of the token.
            return null;
        }
    }
}
