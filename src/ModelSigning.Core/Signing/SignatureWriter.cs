using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Signing;

/// <summary>Writes signature files: whole or not at all, and over an existing one only when told to.</summary>
internal static class SignatureWriter
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Checks, before long work, that a signature can be written later.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="force">Whether an existing signature is replaced.</param>
    /// <param name="isSignature">
    /// Whether a file of this name is a signature even if it is damaged. Under any other name a file that is not a signature stays: a slip must
    /// not cost a key or a model.
    /// </param>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigningErrors.SignatureExists"/>, <see cref="SigningErrors.SignatureReplacesFile"/>, or one of <see cref="FileErrors"/>.
    /// </exception>
    public static void CheckWritable(string path, bool force, bool isSignature)
    {
        AtomicFile.CheckWritable(path, Exists(force));
        if (!force || isSignature || FileStatus.Of(path).Kind == FileKind.Missing)
        {
            return;
        }

        try
        {
            _ = BundleReader.Read(path);
        }
        catch (ModelSigningException error)
        {
            throw SigningErrors.SignatureReplacesFile.At($"'{path}' exists and is not a signature, so it was not overwritten.", path, error);
        }
    }

    /// <summary>Whether two full paths name one file, as the file system reads them.</summary>
    /// <param name="one">A full path.</param>
    /// <param name="other">Another one.</param>
    public static bool IsSameFile(string one, string other) => IsSameFile(one, other, FileSystemRules.Current);

    /// <inheritdoc cref="IsSameFile(string, string)"/>
    internal static bool IsSameFile(string one, string other, FileSystemRules rules)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Equals(other, StringComparison.OrdinalIgnoreCase) && (one.Equals(other, StringComparison.Ordinal) || OnDisk(one) == OnDisk(other));

        string? OnDisk(string path) => ResolvedPath.RelativeName(Path.GetPathRoot(path)!, path, rules);
    }

    /// <summary>Writes a bundle.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="source">The path of what was signed, for errors.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled.</param>
    /// <param name="ready">Called before the file gets its name; what it throws leaves nothing behind. Null for nothing.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigningErrors.SignatureExists"/>, <see cref="SigningErrors.SignatureTooLarge"/>, or one of <see cref="FileErrors"/>.
    /// </exception>
    public static void Write(string path, Bundle bundle, bool force, string source, CancellationToken cancellationToken, Action? ready = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        AtomicFile.Write(path, bundle, (stream, content) =>
        {
            BundleWriter.WriteTo(stream, content);
            if (stream.Length > BundleReader.MaximumLength)
            {
                throw TooLarge(stream.Length, BundleReader.MaximumLength, source);
            }

            ready?.Invoke();
        }, Mode, Exists(force));
    }

    /// <summary>Refuses a statement whose bundle could not be read, or that the signer cannot sign, before a byte is hashed, so that an hour of hashing is not wasted.</summary>
    /// <param name="length">How many bytes the statement has.</param>
    /// <param name="signer">What will sign it; null where that is not known.</param>
    /// <param name="source">The path of what is signed, for errors.</param>
    /// <exception cref="ModelSigningException"><see cref="SigningErrors.SignatureTooLarge"/>.</exception>
    internal static void CheckLength(long length, ISigner? signer, string source)
    {
        // Everything beside the payload fits too, so that what passes here can be written.
        const long most = (BundleReader.MaximumLength - BundleReader.MaximumOtherLength) / 4 * 3L;
        if (length > most)
        {
            throw TooLarge(length / 3 * 4, BundleReader.MaximumLength, source);
        }

        if (signer is not null && length > signer.MaximumStatementLength)
        {
            throw TooLarge(length / 3 * 4, signer.MaximumStatementLength / 3 * 4, source, "Sign with a key or a certificate, or with a Sigstore instance whose log is of Rekor v2.");
        }
    }

    private static ModelSigningException TooLarge(long length, long most, string source, string? cure = null) => SigningErrors.SignatureTooLarge.At(
        Invariant($"The signature of '{source}' would have about {length} bytes; the limit is {most}."), source, cure: cure);

    private static ErrorDefinition? Exists(bool force) => force ? null : SigningErrors.SignatureExists;
}
