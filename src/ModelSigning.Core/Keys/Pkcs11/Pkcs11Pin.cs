using System.Security;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Where a PIN may come from, besides the URI and the environment.</summary>
/// <param name="Pin">The PIN as the caller gave it; null for none. It comes before any other source.</param>
/// <param name="Ask">Asks a person for the PIN of the named token; returns null, or is null, where nobody can be asked.</param>
public sealed record Pkcs11PinSources(SecureString? Pin, Func<string, SecureString?>? Ask)
{
    /// <summary>The environment variable that holds a PIN.</summary>
    public const string EnvironmentVariable = "PKCS11_PIN";
}

/// <summary>A PIN as UTF-8, cleared at the end.</summary>
internal sealed class Pkcs11Pin : IDisposable
{
    private const int MaximumLength = 4096;

    private Pkcs11Pin(byte[] utf8) => Utf8 = utf8;

    /// <summary>The PIN's bytes; not to be kept.</summary>
    public byte[] Utf8 { get; }

    /// <summary>Finds the PIN: the caller's, the URI's, the environment's.</summary>
    /// <returns>Null where none of them has one.</returns>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.PinSourceUnusable"/>.</exception>
    public static Pkcs11Pin? Find(Pkcs11Uri uri, Pkcs11PinSources sources) =>
        sources.Pin is { } given ? Of(given)
        : uri.PinValue is { } value ? new Pkcs11Pin(Pinned(value.Span))
        : uri.PinSource is { } source ? FromFile(source)
        : Environment.GetEnvironmentVariable(Pkcs11PinSources.EnvironmentVariable) is { Length: > 0 } text ? new Pkcs11Pin(Encoding.UTF8.GetBytes(text))
        : null;

    /// <summary>A PIN that a person gave.</summary>
    public static Pkcs11Pin Of(SecureString pin) => SecretText.Use(pin, characters =>
    {
        byte[] utf8 = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(characters.Span), pinned: true);
        Encoding.UTF8.GetBytes(characters.Span, utf8);
        return new Pkcs11Pin(utf8);
    });

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(Utf8);

    /// <summary>pin-source is an absolute path, bare or after <c>file:</c>; line ends after the PIN do not belong to it (RFC 7512, 2.4).</summary>
    private static Pkcs11Pin FromFile(string source)
    {
        string path = source.StartsWith("file:", StringComparison.Ordinal) ? FilePath(source) : source;
        if (!Path.IsPathFullyQualified(path))
        {
            throw Pkcs11Errors.PinSourceUnusable.At($"The pin-source '{source}' is not an absolute path.", source);
        }

        byte[] bytes = BoundedFile.Read(path, new InputRules("PIN file", MaximumLength, Pkcs11Errors.PinSourceUnusable));
        Pkcs11Pin pin = new(Pinned(bytes.AsSpan().TrimEnd("\r\n"u8)));
        CryptographicOperations.ZeroMemory(bytes);
        return pin;
    }

    /// <summary>file:/path, file:///path and, on Windows, file:///C:/path; the URI's percent-encoding is gone already.</summary>
    private static string FilePath(string source)
    {
        string path = source["file:".Length..];
        path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
        return OperatingSystem.IsWindows() && path is ['/', _, ':', ..] ? path[1..] : path;
    }

    private static byte[] Pinned(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(copy);
        return copy;
    }
}
