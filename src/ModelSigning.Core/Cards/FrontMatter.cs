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
        rest = rest.StartsWith(Encoding.UTF8.Preamble) ? rest[Encoding.UTF8.Preamble.Length..] : rest;
        rest = rest.TrimStart(" \t\r\n"u8);
        if (!IsRule(NextLine(ref rest)))
        {
            return null;
        }

        ReadOnlySpan<byte> start = rest;
        for (int length = 0; !rest.IsEmpty && length <= MaximumLength; length = start.Length - rest.Length)
        {
            if (IsRule(NextLine(ref rest)))
            {
                return Utf8.IsValid(start[..length])
                    ? YamlDocument.Read(Encoding.UTF8.GetString(start[..length]), card.Name, cancellationToken)
                    : throw CardErrors.FrontMatterInvalid.At($"The front matter of '{card.Name}' is not valid UTF-8.", card.Name);
            }
        }

        // A rule and no second one is a line in a text.
        return rest.IsEmpty && card.IsWhole ? null
            : throw CardErrors.FrontMatterTooLarge.At($"The front matter of '{card.Name}' does not end within {MaximumLength} bytes.", card.Name);
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }

    private static bool IsRule(ReadOnlySpan<byte> line) => line.StartsWith("---"u8) && line.TrimEnd(" \t\r"u8).Length == 3;
}
