using System.Buffers;
using System.Text;
using System.Text.Unicode;
using ModelSigning.Core.Content;

namespace ModelSigning.Core.Cards;

/// <summary>The YAML at the start of a model card, between two lines of three hyphens.</summary>
internal static class FrontMatter
{
    /// <summary>The longest front matter that is read, in bytes: 1 MiB.</summary>
    public const int MaximumLength = 1024 * 1024;

    /// <summary>Reads the front matter of a card.</summary>
    /// <param name="card">The card.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null for a card without front matter.</returns>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="CardErrors"/>.</exception>
    public static YamlMapping? Read(CapturedFile card, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> rest = card.Head.Span;
        rest = TrimStart(rest.StartsWith(Encoding.UTF8.Preamble) ? rest[Encoding.UTF8.Preamble.Length..] : rest);
        ReadOnlySpan<byte> rule = NextLine(ref rest, out _);
        if (!IsRule(rule))
        {
            return null;
        }

        // huggingface_hub ends it at the first line of three hyphens alone that has some text before it and no lone CR behind it; others at the first with blanks behind it, too.
        ReadOnlySpan<byte> start = rest;
        int first = -1;
        bool hasText = false;
        for (int length = 0; !rest.IsEmpty && length <= MaximumLength; length = start.Length - rest.Length)
        {
            ReadOnlySpan<byte> line = NextLine(ref rest, out bool endsInCr);
            bool isEnd = rule.Length == 3 && hasText && line.SequenceEqual("---"u8) && !endsInCr;
            first = first < 0 && IsRule(line) ? length : first;
            if (isEnd || (first >= 0 && rule.Length > 3))
            {
                return first == length ? Parse(start[..first], card.Name, cancellationToken)
                    : throw CardErrors.FrontMatterInvalid.At($"The front matter of '{card.Name}' is not accepted: tools find its end in different places.", card.Name);
            }

            hasText |= !line.IsEmpty;
        }

        // A rule and no second one is a line in a text.
        return !rest.IsEmpty || !card.IsWhole ? throw CardErrors.FrontMatterTooLarge.At($"The front matter of '{card.Name}' does not end within {MaximumLength} bytes.", card.Name)
            : first >= 0 ? Parse(start[..first], card.Name, cancellationToken)
            : null;
    }

    // A byte order mark at the start is none of the first name's characters for Python's YAML.
    private static YamlMapping Parse(ReadOnlySpan<byte> matter, string name, CancellationToken cancellationToken) => Utf8.IsValid(matter)
        ? YamlDocument.Read(Encoding.UTF8.GetString(matter).TrimStart('\r', '\n', '\uFEFF'), name, cancellationToken)
        : throw CardErrors.FrontMatterInvalid.At($"The front matter of '{name}' is not valid UTF-8.", name);

    // What Python takes for white space, as huggingface_hub does.
    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeFromUtf8(text, out Rune rune, out int length) == OperationStatus.Done && (Rune.IsWhiteSpace(rune) || rune.Value is >= 0x1C and <= 0x1F))
        {
            text = text[length..];
        }

        return text;
    }

    // A line ends at CR, LF or both, as in YAML.
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest, out bool endsInCr)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[end..];
        int length = rest.StartsWith("\r\n"u8) ? 2 : rest.IsEmpty ? 0 : 1;
        endsInCr = length == 1 && rest[0] == '\r';
        rest = rest[length..];
        return line;
    }

    private static bool IsRule(ReadOnlySpan<byte> line) => line.StartsWith("---"u8) && line.TrimEnd(" \t"u8).Length == 3;
}
