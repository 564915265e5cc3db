using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Claims;

/// <summary>A line of a claims file; nothing in it is verified.</summary>
/// <param name="Line">Its number, counting from 1.</param>
/// <param name="Bundle">The bundle that it holds; null when it holds none.</param>
/// <param name="Refusal">Why it holds none; null when it does.</param>
public sealed record ClaimLine(int Line, Bundle? Bundle, ModelSigningException? Refusal);

/// <summary>
/// Reads claims files, one line in memory at a time. A line that cannot be read is reported in its place, and the others count: anyone who can add a line
/// could otherwise take all claims away.
/// </summary>
public static class ClaimsReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The lines that are not empty, in their order. They are read while they are asked for.</returns>
    /// <exception cref="ModelSigningException">
    /// While reading: <see cref="ClaimErrors.FileNotFound"/>, <see cref="ClaimErrors.FileUnreadable"/>, <see cref="ClaimErrors.FileTooLarge"/>.
    /// </exception>
    public static IEnumerable<ClaimLine> Read(string path, CancellationToken cancellationToken)
    {
        using FileStream stream = Guarded(path, () => RegularFile.Open(path));
        LineReader lines = new(stream, ClaimsFile.MaximumLength);
        bool hasWaited = false;
        while (true)
        {
            LineState state = Guarded(path, () => lines.Next(ClaimsFile.MaximumLineLength, cancellationToken));
            if (state == LineState.TooLarge)
            {
                throw ClaimErrors.FileTooLarge.At($"The claims file '{path}' is larger than {ClaimsFile.MaximumLength} bytes, which is the limit.", path);
            }

            RefuseMore(lines.Number, path);
            if (state == LineState.TooLong)
            {
                yield return new(lines.Number, null, ClaimErrors.LineTooLong.At(
                    $"Line {lines.Number} of '{path}' is longer than {ClaimsFile.MaximumLineLength} bytes, which is the limit.", path));
            }
            else if (state == LineState.Whole)
            {
                if (!IsBlank(lines.Line))
                {
                    yield return Parse(lines.Line, lines.Number, path, isLast: false);
                }
            }
            else if (state == LineState.None || IsBlank(lines.Line))
            {
                break;
            }
            else if (hasWaited)
            {
                RefuseMore(lines.Number + 1, path);
                yield return Parse(lines.Line, lines.Number + 1, path, isLast: true);
                break;
            }
            else
            {
                ClaimsFile.AwaitWriter(path, cancellationToken);
                hasWaited = true;
            }
        }
    }

    /// <summary>The statement of a line as someone claims it. Nothing of it is verified.</summary>
    /// <param name="line">A line that holds a bundle.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">The line holds no statement, or one that breaks the format.</exception>
    public static InTotoStatement ReadUnverified(ClaimLine line, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Bundle is not { } bundle ? throw line.Refusal!
            : bundle.DsseEnvelope is { } envelope ? StatementErrors.ReadPayload(envelope.Payload, cancellationToken)
            : throw StatementErrors.EnvelopeMissing.At($"Line {line.Line} signs a file's digest and has no statement.");
    }

    private static ClaimLine Parse(ReadOnlyMemory<byte> text, int number, string path, bool isLast)
    {
        try
        {
            return new(number, BundleReader.Parse(text, $"line {number}"), null);
        }
        catch (ModelSigningException refusal) when (isLast && refusal.Definition == BundleErrors.BundleTruncated)
        {
            return new(number, null, ClaimErrors.LineTorn.At($"The last line of '{path}', line {number}, is not complete. {refusal.Message}", path, refusal));
        }
        catch (ModelSigningException refusal)
        {
            return new(number, null, refusal.Definition.At($"Line {number} of '{path}' is not a claim. {refusal.Message}", path, refusal));
        }
    }

    private static void RefuseMore(int number, string path)
    {
        if (number > ClaimsFile.MaximumLines)
        {
            throw ClaimErrors.FileTooLarge.At($"The claims file '{path}' has more than {ClaimsFile.MaximumLines} lines, which is the limit.", path);
        }
    }

    private static bool IsBlank(ReadOnlyMemory<byte> text) => text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw ClaimErrors.FileNotFound.At($"The claims file '{path}' does not exist.", path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ClaimErrors.FileUnreadable.At($"The claims file '{path}' cannot be read: {error.Message}", path, error);
        }
    }
}
