using System.Security;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Keys;

/// <summary>Reads and writes key files in PEM (RFC 7468).</summary>
public static class KeyFile
{
    /// <summary>The largest key file that is read: 1 MiB.</summary>
    public const int MaximumLength = 1024 * 1024;

    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Reads a private key: PKCS#8, encrypted PKCS#8 or SEC1; text and other blocks around it are passed over.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="password">Opens an encrypted key; null for none.</param>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>.</exception>
    public static EcPrivateKey ReadPrivate(string path, SecureString? password) => Read(path, "private key", pem =>
        password is null ? PrivateKeyPem.Parse(pem, default, path) : SecretText.Use(password, secret => PrivateKeyPem.Parse(pem, secret, path)));

    /// <summary>Reads a public key: SubjectPublicKeyInfo; text around it is passed over.</summary>
    /// <param name="path">The full path.</param>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>.</exception>
    public static EcPublicKey ReadPublic(string path) => Read(path, "public key", pem => PublicKeyPem.Parse(pem.Span, path));

    /// <summary>Reads a public key of any algorithm, for a format that has others than OMS.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="parse">Reads the key from the file's text.</param>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>, or what <paramref name="parse"/> throws.</exception>
    internal static T ReadPublic<T>(string path, Func<ReadOnlyMemory<char>, T> parse) => Read(path, "public key", parse);

    /// <summary>
    /// Writes a key pair, both files or none; each appears whole, and the private one only for its owner (mode 0600; on Windows an access
    /// list of its own that inherits nothing).
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="password">Encrypts the private key; null leaves it plain.</param>
    /// <param name="privatePath">The full path of the private key's file.</param>
    /// <param name="publicPath">The full path of the public key's file.</param>
    /// <param name="overwrite">Whether files that exist are replaced.</param>
    /// <exception cref="ModelSigningException"><see cref="KeyErrors.KeyFileExists"/>, <see cref="KeyErrors.PasswordEmpty"/>, or one of <see cref="FileErrors"/>; nothing was written.</exception>
    public static void WritePair(EcPrivateKey key, SecureString? password, string privatePath, string publicPath, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (password is { Length: 0 })
        {
            throw KeyErrors.PasswordEmpty.At($"The password for the new key '{privatePath}' is empty.", privatePath);
        }

        CheckWritable(privatePath, publicPath, overwrite);
        ErrorDefinition? exists = overwrite ? null : KeyErrors.KeyFileExists;
        char[] pem = password is null ? key.ExportPem([]) : SecretText.Use(password, secret => key.ExportPem(secret.Span));
        byte[] bytes = Encoding.ASCII.GetBytes(pem);
        try
        {
            // The public half first: if the private one fails, what it replaced can be put back, and no private key was touched.
            using ReplacedFile before = ReplacedFile.Keep(publicPath);
            AtomicFile.Write(publicPath, Encoding.ASCII.GetBytes(key.PublicKey.Pem), ForAll, exists);
            try
            {
                AtomicFile.Write(privatePath, bytes, UnixFileMode.UserRead | UnixFileMode.UserWrite, exists);
            }
            catch (ModelSigningException refusal)
            {
                throw before.TryRestore() is { } problem
                    ? refusal.Definition.At($"{refusal.Message} '{publicPath}' now contains the new public key and could not be restored: {problem}", privatePath, refusal)
                    : refusal;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(pem);
        }
    }

    /// <summary>Writes a public key; the file appears whole.</summary>
    /// <param name="key">The key.</param>
    /// <param name="path">The full path.</param>
    /// <param name="overwrite">Whether a public key that is there already is replaced. Nothing else ever is.</param>
    /// <exception cref="ModelSigningException"><see cref="KeyErrors.KeyFileExists"/> or one of <see cref="FileErrors"/>; nothing was written.</exception>
    public static void WritePublic(EcPublicKey key, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(key);
        CheckWritablePublic(path, overwrite);
        AtomicFile.Write(path, Encoding.ASCII.GetBytes(key.Pem), ForAll, overwrite ? null : KeyErrors.KeyFileExists);
    }

    /// <summary>Checks that a public key can be written.</summary>
    /// <inheritdoc cref="WritePublic"/>
    public static void CheckWritablePublic(string path, bool overwrite)
    {
        AtomicFile.CheckWritable(path, overwrite ? null : KeyErrors.KeyFileExists);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            _ = ReadPublic(path);
        }
        catch (ModelSigningException refusal)
        {
            throw KeyErrors.KeyFileExists.At($"'{path}' exists and does not contain a public key, so it is not replaced.", path, refusal);
        }
    }

    /// <summary>Checks that a key pair can be written.</summary>
    /// <inheritdoc cref="WritePair"/>
    public static void CheckWritable(string privatePath, string publicPath, bool overwrite)
    {
        ErrorDefinition? exists = overwrite ? null : KeyErrors.KeyFileExists;
        AtomicFile.CheckWritable(privatePath, exists);
        AtomicFile.CheckWritable(publicPath, exists);
    }

    private static T Read<T>(string path, string what, Func<ReadOnlyMemory<char>, T> parse)
    {
        byte[] bytes = BoundedFile.Read(path, new InputRules(what, MaximumLength, KeyErrors.KeyMalformed)
        {
            NotFound = KeyErrors.KeyNotFound,
            Unreadable = KeyErrors.KeyUnreadable,
            TooLarge = KeyErrors.KeyTooLarge,
        });
        char[] text = new char[bytes.Length];
        try
        {
            // Whatever stands around the blocks need not be of any encoding; the blocks are ASCII.
            int length = Encoding.Latin1.GetChars(bytes, text);
            return parse(text.AsMemory(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }
}
