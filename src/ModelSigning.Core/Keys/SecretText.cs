using System.Runtime.InteropServices;
using System.Security;

namespace ModelSigning.Core.Keys;

/// <summary>Opens a <see cref="SecureString"/> for one call and clears what it opened.</summary>
internal static class SecretText
{
    /// <summary>Calls a function with a secret's text.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="function">What needs it; keeps no copy.</param>
    public static T Use<T>(SecureString secret, Func<ReadOnlyMemory<char>, T> function)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(function);
        char[] text = GC.AllocateUninitializedArray<char>(secret.Length, pinned: true);
        nint unmanaged = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(unmanaged, text, 0, text.Length);
            return function(text);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(unmanaged);
            Array.Clear(text);
        }
    }
}
