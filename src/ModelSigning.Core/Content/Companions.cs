using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelSigning.Core.Content;

/// <summary>Files that loaders open beside another one because of its name: the other parts of a GGUF file that was split (llama.cpp), and the weights of OpenVINO's XML.</summary>
internal static partial class Companions
{
    /// <summary>The file that a loader opens beside another one and that the model does not have.</summary>
    /// <param name="file">The other file.</param>
    /// <param name="names">The names of the model's files.</param>
    /// <returns>Its path as the other file's folder sees it; null where nothing is missing. Of several parts it is the next one: where any is missing, it is so for one of the others.</returns>
    public static string? MissingBeside(CapturedFile file, IReadOnlySet<string> names)
    {
        string folder = file.Name[..^file.FileName.Length];
        string? companion = Part().Match(file.FileName) is { Success: true } part ? NextPart(part)
            : file.Extension == ".xml" && OpenVino().IsMatch(Encoding.Latin1.GetString(file.Head.Span).Replace("\0", "", StringComparison.Ordinal)) ? file.FileName[..^4] + ".bin"
            : null;
        return companion is null || names.Contains(folder + companion) ? null : companion;
    }

    private static string? NextPart(Match part)
    {
        int number = int.Parse(part.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), count = int.Parse(part.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        return count < 2 ? null : Invariant($"{part.Groups["stem"].Value}-{(number % count) + 1:D5}-of-{count:D5}.gguf");
    }

    // As llama.cpp's gguf-split writes it.
    [GeneratedRegex(@"^(?<stem>.*)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Part();

    // With any prolog, and in UTF-16 or UTF-32 too, of which only the zeros are not in it.
    [GeneratedRegex(@"<net\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex OpenVino();
}
