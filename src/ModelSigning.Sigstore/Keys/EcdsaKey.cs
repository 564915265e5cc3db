using System.Formats.Asn1;
using System.Security.Cryptography;

namespace ModelSigning.Sigstore.Keys;

/// <summary>ECDSA on a named curve of NIST (FIPS 186-5); signatures are DER <c>SEQUENCE { r, s }</c>.</summary>
internal sealed class EcdsaKey : VerificationKey
{
    internal const string ObjectIdentifier = "1.2.840.10045.2.1";

    private EcdsaKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, string curve, HashAlgorithmName hash)
        : base(subjectPublicKeyInfo, $"ECDSA {curve}", hash)
    {
    }

    internal static (VerificationKey?, string?) Import(ReadOnlyMemory<byte> subjectPublicKeyInfo, AsnReader parameters)
    {
        // Explicit parameters could describe a curve of the attacker's own; only a name is taken.
        (string? curve, HashAlgorithmName hash) = parameters.ReadObjectIdentifier() switch
        {
            "1.2.840.10045.3.1.7" => ("P-256", HashAlgorithmName.SHA256),
            "1.3.132.0.34" => ("P-384", HashAlgorithmName.SHA384),
            "1.3.132.0.35" => ("P-521", HashAlgorithmName.SHA512),
            _ => (null, default),
        };
        if (curve is null)
        {
            return (null, "its curve is not P-256, P-384 or P-521");
        }

        EcdsaKey key = new(subjectPublicKeyInfo, curve, hash);
        using ECDsa imported = key.Open();
        return (key, null);
    }

    internal override ReadOnlyMemory<byte> Numbers
    {
        get
        {
            using ECDsa key = Open();
            return key.ExportSubjectPublicKeyInfo();
        }
    }

    public override bool VerifyData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using ECDsa key = Open();
        return key.VerifyData(data, signature, Hash!.Value, DSASignatureFormat.Rfc3279DerSequence);
    }

    public override bool VerifyHash(ReadOnlySpan<byte> digest, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature)
    {
        if (!Accepts(algorithm))
        {
            return false;
        }

        using ECDsa key = Open();
        return key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
    }

    public override bool Accepts(HashAlgorithmName algorithm) => base.Accepts(algorithm) || algorithm == HashAlgorithmName.SHA256;

    // Opened again for each use: an instance of the system's is not for several threads, and opening costs microseconds.
    private ECDsa Open()
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(SubjectPublicKeyInfo.Span, out _);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
