using System.Formats.Asn1;
using System.Text;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>The sorts of name that an identity is; the sort is part of the identity.</summary>
public enum SubjectNameType
{
    /// <summary>A name that Sigstore does not issue.</summary>
    Other,

    /// <summary>An e-mail address (rfc822Name).</summary>
    Email,

    /// <summary>A URI, such as a workflow's (uniformResourceIdentifier).</summary>
    Uri,

    /// <summary>A user's name in a domain, <c>name!domain</c> (otherName of type 1.3.6.1.4.1.57264.1.7).</summary>
    UserName,
}

/// <summary>The name that a certificate is issued to.</summary>
/// <param name="Type">The sort of name.</param>
/// <param name="Value">The name itself.</param>
public sealed record SubjectName(SubjectNameType Type, string Value);

/// <summary>Reads the subjectAltName extension (RFC 5280, section 4.2.1.6).</summary>
internal static class SubjectAlternativeName
{
    internal const string ObjectIdentifier = "2.5.29.17";
    private const string UserNameType = "1.3.6.1.4.1.57264.1.7";
    private static readonly Asn1Tag OtherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Rfc822Name = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    /// <summary>The names.</summary>
    /// <exception cref="AsnContentException">The extension is malformed.</exception>
    internal static IReadOnlyList<SubjectName> Read(ReadOnlyMemory<byte> value)
    {
        AsnReader outer = new(value, AsnEncodingRules.DER);
        AsnReader generalNames = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        List<SubjectName> names = [];
        while (generalNames.HasData)
        {
            Asn1Tag tag = generalNames.PeekTag();
            if (tag.HasSameClassAndValue(Rfc822Name))
            {
                names.Add(new SubjectName(SubjectNameType.Email, generalNames.ReadCharacterString(UniversalTagNumber.IA5String, Rfc822Name)));
            }
            else if (tag.HasSameClassAndValue(UniformResourceIdentifier))
            {
                names.Add(new SubjectName(SubjectNameType.Uri, generalNames.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier)));
            }
            else if (tag.HasSameClassAndValue(OtherName))
            {
                names.Add(ReadOtherName(generalNames.ReadSequence(OtherName)));
            }
            else
            {
                names.Add(new SubjectName(SubjectNameType.Other, Convert.ToHexString(generalNames.ReadEncodedValue().Span)));
            }
        }

        return names;
    }

    /// <summary>OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }.</summary>
    private static SubjectName ReadOtherName(AsnReader otherName)
    {
        string type = otherName.ReadObjectIdentifier();
        AsnReader value = otherName.ReadSequence(OtherName);
        otherName.ThrowIfNotEmpty();
        return type == UserNameType
            ? new SubjectName(SubjectNameType.UserName, value.ReadCharacterString(UniversalTagNumber.UTF8String))
            : new SubjectName(SubjectNameType.Other, $"{type}: {Encoding.ASCII.GetString(value.ReadEncodedValue().Span)}");
    }
}
