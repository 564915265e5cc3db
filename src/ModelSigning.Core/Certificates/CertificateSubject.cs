using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// A certificate's subject, compared attribute by attribute: the same types in the same order with the same text (X.501, 9.2). How the
/// text is encoded plays no part, its case does.
/// </summary>
public sealed class CertificateSubject
{
    private readonly (string Type, string Value)[] _attributes;
    private readonly string _text;

    private CertificateSubject((string Type, string Value)[] attributes, string text) => (_attributes, _text) = (attributes, text);

    /// <summary>Reads a subject as people write it: <c>CN=Release, O=Example, C=DE</c>.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.SubjectInvalid"/>.</exception>
    public static CertificateSubject Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return Attributes(new X500DistinguishedName(text)) is { Length: > 0 } attributes
                ? new(attributes, text)
                : throw CertificateErrors.SubjectInvalid.At($"'{text}' is an empty subject name, or has several attributes in one place.", text);
        }
        catch (CryptographicException error)
        {
            throw CertificateErrors.SubjectInvalid.At($"'{text}' is not a subject name such as 'CN=Release, O=Example'.", text, error);
        }
    }

    /// <summary>Whether a certificate has this subject.</summary>
    public bool IsOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Attributes(certificate.SubjectName)?.AsSpan().SequenceEqual(_attributes) == true;
    }

    /// <summary>The subject as it was written.</summary>
    public override string ToString() => _text;

    // Null for a name with several attributes in one place, which nobody can write down here, or with one that cannot be read.
    private static (string Type, string Value)[]? Attributes(X500DistinguishedName name)
    {
        try
        {
            X500RelativeDistinguishedName[] parts = [.. name.EnumerateRelativeDistinguishedNames()];
            return parts.Any(part => part.HasMultipleElements)
                ? null
                : [.. parts.Select(part => (part.GetSingleElementType().Value ?? "", Value(part)))];
        }
        catch (Exception error) when (error is CryptographicException or AsnContentException or InvalidOperationException)
        {
            return null;
        }
    }

    // .NET drops NUL characters from the end of a value, so that a name with one would pass for the name without it.
    private static string Value(X500RelativeDistinguishedName part)
    {
        AsnReader attribute = new AsnReader(part.RawData, AsnEncodingRules.DER).ReadSetOf().ReadSequence();
        attribute.ReadObjectIdentifier();
        Asn1Tag kind = attribute.PeekTag();
        ReadOnlySpan<byte> content = attribute.PeekContentBytes().Span;
        int width = kind.TagValue == (int)UniversalTagNumber.BMPString ? 2 : kind.TagValue == (int)UniversalTagNumber.UniversalString ? 4 : 1;
        if (NameText.IsAmbiguous(kind, content))
        {
            throw new CryptographicException("A value of the name is a text that programs read in different ways.");
        }

        for (int at = 0; at + width <= content.Length; at += width)
        {
            if (!content.Slice(at, width).ContainsAnyExcept((byte)0))
            {
                throw new CryptographicException("A value of the name has a NUL character.");
            }
        }

        return part.GetSingleElementValue() ?? "";
    }
}
