using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Cards;

/// <summary>
/// Reads the starts of a model's files that a card is made of, without hashing the model, so it is not known whether they are what was signed. A
/// verified card is made of what <see cref="ContentCapture"/> kept.
/// </summary>
internal static class CardFiles
{
    private const int Chunk = 1024 * 1024;

    /// <summary>Reads them.</summary>
    /// <param name="files">The model's files.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="Formats.FormatErrors.FormatUnreadable"/>.</exception>
    public static IReadOnlyList<CapturedFile> Read(ModelFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ContentCapture capture = new();
        Dictionary<string, long> lengths = files.Files.ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        byte[] buffer = new byte[Chunk];
        foreach (ModelFile file in files.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                ReadStart(files, file, capture, buffer, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw Formats.FormatErrors.FormatUnreadable.At($"'{file.Name}' cannot be read: {error.Message}", files.Content.PathOf(file.Name), error);
            }
        }

        return [.. capture.Files().Select(file => file with { Length = lengths[file.Name] })];
    }

    private static void ReadStart(ModelFiles files, ModelFile file, ContentCapture capture, byte[] buffer, CancellationToken cancellationToken)
    {
        using FileReader reader = files.Content.Open(file.Name, Math.Min(file.Length, ContentCapture.MostOfFile));
        int read = reader.Read(buffer.AsSpan(0, (int)Math.Min(ContentCapture.MostOfOthers, file.Length)), 0);
        int wanted = CardReader.Reads(new(file.Name, buffer.AsMemory(0, read), file.Length)) ? ContentCapture.Wanted(new(file.Name, default, file.Length), file.Length, buffer.AsSpan(0, read)) : 0;
        for (long offset = 0; offset < Math.Min(file.Length, wanted); offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read = reader.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, Math.Min(file.Length, wanted) - offset)), offset);
            if (read == 0)
            {
                return;
            }

            capture.Observe(file.Name, offset, file.Length, buffer.AsSpan(0, read));
        }
    }
}
