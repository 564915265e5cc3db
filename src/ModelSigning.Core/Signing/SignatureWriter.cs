using System.Globalization;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Signing;

/// <summary>Writes signature files: whole or not at all, and over an existing one only when told to.</summary>
public static class SignatureWriter
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Checks, before long work, that a signature can be written later.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <exception cref="ModelSigningException"><see cref="SigningErrors.SignatureExists"/>, or one of <see cref="FileErrors"/>.</exception>
    public static void CheckWritable(string path, bool force) => AtomicFile.CheckWritable(path, Exists(force));

    /// <summary>Writes a bundle.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="source">The path of what was signed, for errors.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigningErrors.SignatureExists"/>, <see cref="SigningErrors.SignatureTooLarge"/>, or one of <see cref="FileErrors"/>.
    /// </exception>
    public static void Write(string path, Bundle bundle, bool force, string source, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content = BundleWriter.WriteBuffer(bundle);
        if (content.Length > BundleReader.MaximumLength)
        {
            throw TooLarge(content.Length, source);
        }

        cancellationToken.ThrowIfCancellationRequested();
        AtomicFile.Write(path, content.Span, Mode, Exists(force));
    }

    internal static ModelSigningException TooLarge(long length, string source) => SigningErrors.SignatureTooLarge.At(string.Create(
        CultureInfo.InvariantCulture,
        $"The signature of '{source}' would have about {length} bytes, and at most {BundleReader.MaximumLength} are read. Sign its folders one by one."),
        source);

    private static ErrorDefinition? Exists(bool force) => force ? null : SigningErrors.SignatureExists;
}
