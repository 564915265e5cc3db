using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Timestamps;

/// <summary>What a timestamp says (TSTInfo; RFC 3161, section 2.4.2).</summary>
/// <remarks>
/// <code>
/// TSTInfo ::= SEQUENCE { version INTEGER, policy OBJECT IDENTIFIER, messageImprint SEQUENCE { hashAlgorithm, hashedMessage },
///                        serialNumber INTEGER, genTime GeneralizedTime, accuracy SEQUENCE OPTIONAL, ordering BOOLEAN DEFAULT FALSE,
///                        nonce INTEGER OPTIONAL, tsa [0] GeneralName OPTIONAL, extensions [1] Extensions OPTIONAL }
/// </code>
/// </remarks>
internal sealed class TimestampInfo
{
    private static readonly Asn1Tag AuthorityTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 1);

    private readonly string _hashAlgorithm;
    private readonly byte[] _hashedMessage;

    /// <summary>Reads TSTInfo; its own encoding is DER even where the token around it is BER.</summary>
    /// <exception cref="AsnContentException">The bytes are malformed, or carry a critical extension.</exception>
    public TimestampInfo(ReadOnlyMemory<byte> encoding)
    {
        AsnReader outer = new(encoding, AsnEncodingRules.DER);
        AsnReader sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (!sequence.TryReadInt32(out int version) || version != 1)
        {
            throw new AsnContentException("The version is not 1.");
        }

        sequence.ReadObjectIdentifier();
        AsnReader imprint = sequence.ReadSequence();
        _hashAlgorithm = AlgorithmIdentifier.Read(imprint).Oid;
        _hashedMessage = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        sequence.ReadIntegerBytes();
        Time = sequence.ReadGeneralizedTime();
        SkipIf(sequence, Asn1Tag.Sequence);
        SkipIf(sequence, Asn1Tag.Boolean);
        Nonce = IsNext(sequence, Asn1Tag.Integer) ? sequence.ReadInteger() : null;
        SkipIf(sequence, AuthorityTag);
        if (IsNext(sequence, ExtensionsTag))
        {
            RefuseCriticalExtensions(sequence.ReadSequence(ExtensionsTag));
        }

        sequence.ThrowIfNotEmpty();
    }

    /// <summary>genTime: when the authority made the timestamp. Its accuracy is not taken into account.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The number that the request carried; null where the request had none.</summary>
    public BigInteger? Nonce { get; }

    /// <summary>Whether the timestamp is over these bytes, by SHA-256, SHA-384 or SHA-512.</summary>
    public bool IsOver(ReadOnlySpan<byte> data) =>
        HashOid.Find(_hashAlgorithm) is { } hash && CryptographicOperations.HashData(hash, data).AsSpan().SequenceEqual(_hashedMessage);

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);

    private static void SkipIf(AsnReader reader, Asn1Tag tag)
    {
        if (IsNext(reader, tag))
        {
            reader.ReadEncodedValue();
        }
    }

    private static void RefuseCriticalExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            if (IsNext(extension, Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new AsnContentException($"The critical extension {oid} is not supported.");
            }
        }
    }
}
