using System.Formats.Asn1;
using System.Security.Cryptography;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>The parameters of RSASSA-PSS (RFC 4055, section 3.1).</summary>
/// <remarks>
/// <code>RSASSA-PSS-params ::= SEQUENCE { [0] hash, [1] mask generation, [2] salt length, [3] trailer }</code>
/// An absent hash means SHA-1, which is not accepted; nor is a mask generation with another hash, which is not used in practice.
/// </remarks>
/// <param name="Hash">The hash: SHA-256, SHA-384 or SHA-512.</param>
/// <param name="SaltLength">The salt's length in bytes.</param>
internal sealed record PssParameters(HashAlgorithmName Hash, int SaltLength)
{
    private const string Mgf1 = "1.2.840.113549.1.1.8";
    private const int DefaultSaltLength = 20, MaximumSaltLength = 2048;

    /// <summary>Those that programs write for each hash: a salt as long as it, or no length, which means 20 bytes.</summary>
    public static IReadOnlyList<PssParameters> Usual { get; } =
    [
        new(HashAlgorithmName.SHA256, SHA256.HashSizeInBytes), new(HashAlgorithmName.SHA384, SHA384.HashSizeInBytes), new(HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
        new(HashAlgorithmName.SHA256, DefaultSaltLength), new(HashAlgorithmName.SHA384, DefaultSaltLength), new(HashAlgorithmName.SHA512, DefaultSaltLength),
    ];

    /// <summary>Writes the parameters in DER.</summary>
    public byte[] Encode()
    {
        AlgorithmIdentifier hash = new(HashOid.Of(Hash), PublicKeyInfo.Null);
        AsnWriter mask = new(AsnEncodingRules.DER), writer = new(AsnEncodingRules.DER);
        hash.Write(mask);
        using (writer.PushSequence())
        {
            Write(writer, 0, hash.Write);
            Write(writer, 1, new AlgorithmIdentifier(Mgf1, mask.Encode()).Write);
            if (SaltLength != DefaultSaltLength)
            {
                Write(writer, 2, field => field.WriteInteger(SaltLength));
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads the parameters.</summary>
    /// <returns>Null for those that are not accepted.</returns>
    /// <exception cref="AsnContentException">They are malformed.</exception>
    public static PssParameters? Read(ReadOnlyMemory<byte>? parameters)
    {
        if (parameters is null)
        {
            return null;
        }

        AsnReader sequence = new AsnReader(parameters.Value, AsnEncodingRules.DER).ReadSequence();
        if (Next(sequence, 0) is not { } hashField || HashOid.Find(AlgorithmIdentifier.Read(hashField).Oid) is not { } hash
            || Next(sequence, 1) is not { } maskField || AlgorithmIdentifier.Read(maskField) is not { Oid: Mgf1, Parameters: { } maskHash }
            || HashOid.Find(AlgorithmIdentifier.Read(new AsnReader(maskHash, AsnEncodingRules.DER)).Oid) != hash
            || SaltLengthOf(Next(sequence, 2)) is not (>= 0 and <= MaximumSaltLength and var saltLength))
        {
            return null;
        }

        // The trailer's only value is its default, 1.
        return Next(sequence, 3) is not { } trailer || (trailer.TryReadInt32(out int value) && value == 1)
            ? new PssParameters(hash, saltLength)
            : null;
    }

    // RFC 4055, section 3.1: DER leaves the default out.
    private static int? SaltLengthOf(AsnReader? field) => field is null ? DefaultSaltLength : field.TryReadInt32(out int length) ? length : null;

    private static void Write(AsnWriter sequence, int tag, Action<AsnWriter> field)
    {
        using (sequence.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
        {
            field(sequence);
        }
    }

    private static AsnReader? Next(AsnReader sequence, int tag)
    {
        Asn1Tag wanted = new(TagClass.ContextSpecific, tag);
        return sequence.HasData && sequence.PeekTag().HasSameClassAndValue(wanted) ? sequence.ReadSequence(wanted) : null;
    }
}
