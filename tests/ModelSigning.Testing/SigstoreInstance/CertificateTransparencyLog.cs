using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>One certificate timestamp to embed.</summary>
public sealed record SctOptions
{
    /// <summary>Who signs it; null is the instance's own log.</summary>
    public CertificateTransparencyLog? Log { get; init; }

    /// <summary>Its time; null is the certificate's beginning.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Its extensions, as static logs have them.</summary>
    public byte[] Extensions { get; init; } = [];

    /// <summary>Whether its signature is broken.</summary>
    public bool CorruptSignature { get; init; }
}

/// <summary>A certificate transparency log that signs precertificates (RFC 6962, section 3.2).</summary>
public sealed class CertificateTransparencyLog : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateTransparencyLog()
    {
        PublicKey = _key.ExportSubjectPublicKeyInfo();
        LogId = SHA256.HashData(PublicKey);
    }

    /// <summary>The SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey { get; }

    /// <summary>SHA-256 of <see cref="PublicKey"/>.</summary>
    public byte[] LogId { get; }

    /// <summary>The serialized SCT.</summary>
    public byte[] Sign(byte[] toBeSigned, byte[] issuerKeyHash, SctOptions options, DateTimeOffset defaultTime)
    {
        byte[] time = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, (options.Time ?? defaultTime).ToUnixTimeMilliseconds());
        byte[] extensions = [.. Length16(options.Extensions.Length), .. options.Extensions];
        byte[] signed =
        [
            0, 0, .. time, 0, 1, .. issuerKeyHash,
            (byte)(toBeSigned.Length >> 16), (byte)(toBeSigned.Length >> 8), (byte)toBeSigned.Length, .. toBeSigned,
            .. extensions,
        ];
        byte[] signature = _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (options.CorruptSignature)
        {
            signature[^1] ^= 1;
        }

        return [0, .. LogId, .. time, .. extensions, 4, 3, .. Length16(signature.Length), .. signature];
    }

    /// <summary>The extension that carries SCTs: an OCTET STRING within the extension's own.</summary>
    public static X509Extension Extension(IReadOnlyList<byte[]> scts)
    {
        byte[] list = [.. scts.SelectMany(sct => Length16(sct.Length).Concat(sct))];
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteOctetString([.. Length16(list.Length), .. list]);
        return new X509Extension(Oids.CertificateTimestamps, writer.Encode(), false);
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Length16(int length) => [(byte)(length >> 8), (byte)length];
}
