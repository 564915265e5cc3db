using System.Management.Automation;
using System.Security;

namespace ModelSigning.Host;

/// <summary>Reads a secret from the standard input, character by character.</summary>
internal static class SecretLine
{
    /// <summary>Reads up to the end of the line. At a terminal nothing is shown and the backspace key takes back.</summary>
    /// <exception cref="PSInvalidOperationException">The input has ended.</exception>
    public static SecureString Read()
    {
        SecureString secret = new();
        if (Console.IsInputRedirected)
        {
            ReadStream(secret);
        }
        else
        {
            ReadKeys(secret);
        }

        Console.Error.WriteLine();
        secret.MakeReadOnly();
        return secret;
    }

    private static void ReadStream(SecureString secret)
    {
        int character = Console.In.Read();
        if (character < 0)
        {
            throw new PSInvalidOperationException("The input has ended; there is nobody to answer.");
        }

        for (; character is not ('\n' or < 0); character = Console.In.Read())
        {
            if (character != '\r')
            {
                secret.AppendChar((char)character);
            }
        }
    }

    private static void ReadKeys(SecureString secret)
    {
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
            {
                secret.RemoveAt(secret.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }
    }
}
