using System.Formats.Asn1;

namespace ModelSigning.Core.Keys;

/// <summary>SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING } (RFC 5280, section 4.1).</summary>
/// <param name="Algorithm">What kind of key it is; an EC key's parameters name its curve.</param>
/// <param name="Key">The key's own encoding, which depends on the algorithm.</param>
internal readonly record struct PublicKeyInfo(AlgorithmIdentifier Algorithm, byte[] Key)
{
    /// <summary>NULL, which RSA's identifier has for parameters (RFC 4055, section 1.2).</summary>
    public static ReadOnlyMemory<byte> Null { get; } = new byte[] { 0x05, 0x00 };

    /// <summary>Reads a key of which nothing is left over.</summary>
    /// <param name="der">The key in DER.</param>
    /// <exception cref="AsnContentException">It is anything else.</exception>
    public static PublicKeyInfo Read(ReadOnlyMemory<byte> der)
    {
        AsnReader reader = new(der, AsnEncodingRules.DER);
        AsnReader info = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        AlgorithmIdentifier algorithm = AlgorithmIdentifier.Read(info);
        byte[] key = info.ReadBitString(out int unusedBits);
        info.ThrowIfNotEmpty();
        return unusedBits == 0 ? new(algorithm, key) : throw new AsnContentException("The key is not a whole number of bytes.");
    }

    /// <summary>Writes a key.</summary>
    /// <param name="oid">Its algorithm: one of <see cref="KeyOid"/>.</param>
    /// <param name="parameters">The algorithm's parameters in DER; null for none.</param>
    /// <param name="key">Its own encoding.</param>
    /// <returns>The key in DER.</returns>
    public static byte[] Write(string oid, ReadOnlyMemory<byte>? parameters, ReadOnlySpan<byte> key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            new AlgorithmIdentifier(oid, parameters).Write(writer);
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}
