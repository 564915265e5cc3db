using System.Security;

namespace ModelSigning.Tests;

/// <summary>Secrets as scripts hold them.</summary>
internal static class Secrets
{
    /// <summary>A text as a SecureString.</summary>
    internal static SecureString Of(string text)
    {
        SecureString secret = new();
        foreach (char character in text)
        {
            secret.AppendChar(character);
        }

        return secret;
    }
}
