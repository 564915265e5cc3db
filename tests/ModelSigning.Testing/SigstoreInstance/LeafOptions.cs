using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The kinds of names in Fulcio's certificates.</summary>
public enum SubjectNameKind
{
    Email,
    Uri,

    /// <summary>otherName with Fulcio's type 1.3.6.1.4.1.57264.1.7, a user name.</summary>
    Other,

    /// <summary>The name of a host (dNSName), which Fulcio does not issue.</summary>
    Dns,
}

/// <summary>A subject alternative name.</summary>
public sealed record SubjectName(SubjectNameKind Kind, string Value)
{
    /// <summary>The person that the instance's identity provider signs in.</summary>
    public static SubjectName Alice { get; } = new(SubjectNameKind.Email, "alice@sigstore.test");

    internal void Write(AsnWriter writer)
    {
        switch (Kind)
        {
            case SubjectNameKind.Email:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 1));
                break;
            case SubjectNameKind.Uri:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 6));
                break;
            case SubjectNameKind.Dns:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 2));
                break;
            default:
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier(Oids.FulcioOtherName);
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, Value);
                    }
                }

                break;
        }
    }
}

/// <summary>What a leaf certificate says. The defaults are a person's, as Fulcio issues them.</summary>
public sealed record LeafOptions
{
    /// <summary>The certified key.</summary>
    public PublicKey? Key { get; init; }

    /// <summary>The subject alternative names; none leaves the extension out.</summary>
    public IReadOnlyList<SubjectName> Names { get; init; } = [SubjectName.Alice];

    /// <summary>The identity provider in extension .1.8 (DER UTF8String); null leaves it out.</summary>
    public string? Issuer { get; init; } = OpenIdProvider.ConnectorId;

    /// <summary>The identity provider in extension .1.1 (raw bytes); null leaves it out.</summary>
    public string? RawIssuer { get; init; } = OpenIdProvider.ConnectorId;

    /// <summary>When it begins; null is now.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    public IReadOnlyList<string> ExtendedKeyUsages { get; init; } = [Oids.CodeSigning];

    public X509KeyUsageFlags KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>Whether it claims to be an authority.</summary>
    public bool IsAuthority { get; init; }

    /// <summary>Further extensions.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    /// <summary>The certificate timestamps to embed; empty leaves the extension out.</summary>
    public IReadOnlyList<SctOptions> Scts { get; init; } = [new()];

    /// <summary>A claim about a workflow, as Fulcio writes it: raw bytes up to .6, a UTF8String from .8 on.</summary>
    public static X509Extension Claim(int number, string value)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
        return new X509Extension($"1.3.6.1.4.1.57264.1.{number}", number < 8 ? Encoding.UTF8.GetBytes(value) : writer.Encode(), false);
    }

    internal CertificateContent ToContent(DateTimeOffset now)
    {
        DateTimeOffset begin = NotBefore ?? DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        List<X509Extension> extensions =
        [
            new X509KeyUsageExtension(KeyUsage, true),
            .. CertificateFactory.ExtendedKeyUsage(ExtendedKeyUsages, critical: false),
        ];
        if (IsAuthority)
        {
            extensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        }

        if (Names.Count > 0)
        {
            AsnWriter names = new(AsnEncodingRules.DER);
            using (names.PushSequence())
            {
                foreach (SubjectName name in Names)
                {
                    name.Write(names);
                }
            }

            extensions.Add(new X509Extension(Oids.SubjectAlternativeName, names.Encode(), true));
        }

        if (RawIssuer is not null)
        {
            extensions.Add(new X509Extension(Oids.FulcioIssuerRaw, Encoding.UTF8.GetBytes(RawIssuer), false));
        }

        if (Issuer is not null)
        {
            AsnWriter issuer = new(AsnEncodingRules.DER);
            issuer.WriteCharacterString(UniversalTagNumber.UTF8String, Issuer);
            extensions.Add(new X509Extension(Oids.FulcioIssuer, issuer.Encode(), false));
        }

        return new CertificateContent
        {
            Subject = new X500DistinguishedName([0x30, 0x00]),
            Key = Key ?? throw new InvalidOperationException("A leaf needs a key."),
            NotBefore = begin,
            NotAfter = begin + Lifetime,
            Hash = HashAlgorithmName.SHA384,
            Extensions = [.. extensions, .. Extensions],
        };
    }
}
