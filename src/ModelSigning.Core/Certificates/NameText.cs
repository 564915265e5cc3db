using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ModelSigning.Core.Certificates;

/// <summary>Tells texts in the names of certificates that programs read in different ways, so that one compares another name than the next one shows.</summary>
internal static class NameText
{
    /// <summary>Whether a text is one that programs read in different ways.</summary>
    /// <param name="kind">Its type.</param>
    /// <param name="content">Its bytes.</param>
    /// <remarks>
    /// Of a TeletexString most take each byte for a character of Latin-1, and others the whole for UTF-8 where it is that. Some do not read a UniversalString, and pass over what is
    /// not ASCII in the types that have nothing else.
    /// </remarks>
    public static bool IsAmbiguous(Asn1Tag kind, ReadOnlySpan<byte> content) => kind.TagClass == TagClass.Universal && (UniversalTagNumber)kind.TagValue switch
    {
        UniversalTagNumber.TeletexString => content.ContainsAnyExceptInRange((byte)0, (byte)0x7F) && Utf8.IsValid(content),
        UniversalTagNumber.UniversalString => true,
        UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString =>
            content.ContainsAnyExceptInRange((byte)0, (byte)0x7F),
        _ => false,
    };

    /// <summary>Whether a name has such a text.</summary>
    /// <param name="name">The name in DER: a sequence of sets of attributes.</param>
    /// <exception cref="AsnContentException">It is not a name.</exception>
    public static bool HasAmbiguous(ReadOnlyMemory<byte> name) => Any(name, IsAmbiguous);

    /// <summary>Whether a name has a text with a character that is not seen, a space other than U+0020, or another form of a usual letter: some programs compare them as a space, as nothing or as that letter (RFC 4518, sections 2.2 and 2.3), others as they are.</summary>
    /// <inheritdoc cref="HasAmbiguous"/>
    public static bool HasInvisible(ReadOnlyMemory<byte> name) => Any(name, static (kind, content) => Text(kind, content) is var text && (text.EnumerateRunes().Any(IsInvisible) || text.Normalize(NormalizationForm.FormKC) != text.Normalize(NormalizationForm.FormC)));

    // RFC 4518, section 2.2, and the fillers of Hangul, which are letters without a form. Other letters of a wide, narrow or small form are the usual ones after its section 2.3.
    private static bool IsInvisible(Rune rune) => rune.Value != ' ' && (Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x034F or 0x1806 or (>= 0x180B and <= 0x180D) or (>= 0xFE00 and <= 0xFE0F) or 0xFFFC or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF));

    private static string Text(Asn1Tag kind, ReadOnlySpan<byte> content) => ((UniversalTagNumber)kind.TagValue switch
    {
        UniversalTagNumber.UTF8String => Encoding.UTF8,
        UniversalTagNumber.BMPString => Encoding.BigEndianUnicode,
        _ => Encoding.Latin1,
    }).GetString(content);

    private static bool Any(ReadOnlyMemory<byte> name, TextPredicate predicate)
    {
        AsnReader parts = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (parts.HasData)
        {
            AsnReader part = parts.ReadSetOf(skipSortOrderValidation: true);
            while (part.HasData)
            {
                AsnReader attribute = part.ReadSequence();
                attribute.ReadObjectIdentifier();
                if (attribute.HasData && predicate(attribute.PeekTag(), attribute.PeekContentBytes().Span))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private delegate bool TextPredicate(Asn1Tag kind, ReadOnlySpan<byte> content);
}
