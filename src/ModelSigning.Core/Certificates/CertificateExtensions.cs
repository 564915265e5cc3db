using System.Formats.Asn1;

namespace ModelSigning.Core.Certificates;

/// <summary>The extensions of a certificate that path validation goes by (RFC 5280, section 4.2).</summary>
internal sealed class CertificateExtensions
{
    /// <summary>Extended key usage that stands for every other (RFC 5280, section 4.2.1.12).</summary>
    public const string AnyExtendedKeyUsage = "2.5.29.37.0";

    private const int MaximumCount = 100;
    private const string SubjectKeyIdentifierOid = "2.5.29.14";
    private const string KeyUsageOid = "2.5.29.15";
    private const string SubjectAlternativeNameOid = "2.5.29.17";
    private const string BasicConstraintsOid = "2.5.29.19";
    private const string NameConstraintsOid = "2.5.29.30";
    private const string AuthorityKeyIdentifierOid = "2.5.29.35";
    private const string ExtendedKeyUsageOid = "2.5.29.37";

    /// <summary>
    /// Understood, and without consequence here: the issuer's alternative names; where revocation lists are, which are not
    /// fetched; policies, of which none is required. Policy constraints are not in the list, because they may require one.
    /// </summary>
    private static readonly HashSet<string> WithoutConsequence = new(StringComparer.Ordinal)
    {
        "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.54",
    };

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

    private CertificateExtensions()
    {
    }

    /// <summary>The extensions of a certificate that has none.</summary>
    public static CertificateExtensions None { get; } = new();

    /// <summary>Whether basicConstraints says that the subject is a certificate authority.</summary>
    public bool IsAuthority { get; private set; }

    /// <summary>How many authorities may follow below this one; null for any number.</summary>
    public int? PathLength { get; private set; }

    /// <summary>The bits of keyUsage; null where the extension is absent, which allows everything.</summary>
    public KeyUsageBits? KeyUsage { get; private set; }

    /// <summary>The identifiers of extKeyUsage; null where the extension is absent.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsage { get; private set; }

    /// <summary>Whether extKeyUsage is critical.</summary>
    public bool ExtendedKeyUsageIsCritical { get; private set; }

    /// <summary>The subject's key identifier; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? SubjectKeyIdentifier { get; private set; }

    /// <summary>The identifier of the key that issued; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyIdentifier { get; private set; }

    /// <summary>GeneralNames in DER, with one name at least; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? SubjectAlternativeName { get; private set; }

    /// <summary>Whether the alternative names are critical, as they must be where the subject is empty.</summary>
    public bool SubjectAlternativeNameIsCritical { get; private set; }

    /// <summary>NameConstraints in DER; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? NameConstraints { get; private set; }

    /// <summary>The first critical extension that is not supported here; null where there is none.</summary>
    public string? UnknownCritical { get; private set; }

    /// <summary>The content of an extension's extnValue; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? Find(string oid) => _values.TryGetValue(oid, out ReadOnlyMemory<byte> value) ? value : (ReadOnlyMemory<byte>?)null;

    /// <summary>Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }.</summary>
    /// <exception cref="AsnContentException">One of them is malformed, or there twice.</exception>
    public static CertificateExtensions Read(AsnReader wrapper)
    {
        CertificateExtensions extensions = new();
        AsnReader list = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        while (list.HasData)
        {
            AsnReader extension = list.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            byte[] value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!extensions._values.TryAdd(oid, value) || extensions._values.Count > MaximumCount)
            {
                throw new AsnContentException($"Extension {oid} is present twice, or there are more than {MaximumCount}.");
            }

            extensions.Take(oid, critical, value);
        }

        return extensions;
    }

    private void Take(string oid, bool critical, byte[] value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        switch (oid)
        {
            case SubjectKeyIdentifierOid:
                SubjectKeyIdentifier = reader.ReadOctetString();
                reader.ThrowIfNotEmpty();
                break;
            case KeyUsageOid:
                KeyUsage = ReadKeyUsage(reader);
                break;
            case SubjectAlternativeNameOid:
                SubjectAlternativeName = NotEmpty(value);
                SubjectAlternativeNameIsCritical = critical;
                break;
            case BasicConstraintsOid:
                ReadBasicConstraints(reader);
                break;
            case NameConstraintsOid:
                NameConstraints = value;
                break;
            case AuthorityKeyIdentifierOid:
                AuthorityKeyIdentifier = ReadAuthorityKeyIdentifier(reader);
                break;
            case ExtendedKeyUsageOid:
                ExtendedKeyUsage = ReadExtendedKeyUsage(reader);
                ExtendedKeyUsageIsCritical = critical;
                break;
            default:
                if (critical && !WithoutConsequence.Contains(oid))
                {
                    UnknownCritical ??= oid;
                }

                break;
        }
    }

    /// <summary>KeyUsage ::= BIT STRING, of which the first byte holds all bits that matter here (section 4.2.1.3).</summary>
    private static KeyUsageBits ReadKeyUsage(AsnReader reader)
    {
        byte[] bits = reader.ReadBitString(out _);
        reader.ThrowIfNotEmpty();
        return bits.Length == 0 ? KeyUsageBits.None : (KeyUsageBits)bits[0];
    }

    /// <summary>BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } (section 4.2.1.9).</summary>
    private void ReadBasicConstraints(AsnReader reader)
    {
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        IsAuthority = sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && sequence.ReadBoolean();
        if (sequence.HasData)
        {
            PathLength = sequence.TryReadInt32(out int length) && length >= 0
                ? length
                : throw new AsnContentException("The path length is negative or too large.");
        }

        sequence.ThrowIfNotEmpty();
    }

    /// <summary>AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] OCTET STRING OPTIONAL, … } (section 4.2.1.1).</summary>
    private static ReadOnlyMemory<byte>? ReadAuthorityKeyIdentifier(AsnReader reader)
    {
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        Asn1Tag keyIdentifier = new(TagClass.ContextSpecific, 0);
        return sequence.HasData && sequence.PeekTag().HasSameClassAndValue(keyIdentifier)
            ? sequence.ReadOctetString(keyIdentifier)
            : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName (section 4.2.1.6).</summary>
    private static byte[] NotEmpty(byte[] generalNames)
    {
        AsnReader reader = new(generalNames, AsnEncodingRules.DER);
        bool isEmpty = !reader.ReadSequence().HasData;
        reader.ThrowIfNotEmpty();
        return isEmpty ? throw new AsnContentException("The subject alternative name has no name.") : generalNames;
    }

    /// <summary>ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER (section 4.2.1.12).</summary>
    private static List<string> ReadExtendedKeyUsage(AsnReader reader)
    {
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        List<string> usages = [];
        while (sequence.HasData)
        {
            usages.Add(sequence.ReadObjectIdentifier());
        }

        return usages;
    }
}

/// <summary>The bits of the first byte of keyUsage that decide something here (RFC 5280, section 4.2.1.3; bit 0 is the highest).</summary>
[Flags]
internal enum KeyUsageBits : byte
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>Bit 5: may sign certificates.</summary>
    KeyCertSign = 0x04,

    /// <summary>Bit 0: may sign data.</summary>
    DigitalSignature = 0x80,
}
