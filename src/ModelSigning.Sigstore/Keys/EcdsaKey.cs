using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Sigstore.Keys;

/// <summary>ECDSA on a named curve of NIST (FIPS 186-5); signatures are DER <c>SEQUENCE { r, s }</c>.</summary>
internal sealed class EcdsaKey : VerificationKey
{
    private EcdsaKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, EcCurve curve)
        : base(subjectPublicKeyInfo, $"ECDSA {curve.DisplayName()}", curve.HashAlgorithm())
    {
    }

    internal static (VerificationKey?, string?) Import(ReadOnlyMemory<byte> subjectPublicKeyInfo, ReadOnlyMemory<byte>? parameters)
    {
        if (EcCurves.OfParameters(parameters) is not { } curve)
        {
            return (null, "its curve is not P-256, P-384 or P-521");
        }

        EcdsaKey key = new(subjectPublicKeyInfo, curve);
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
        return EcdsaSignature.VerifyData(key, data, signature, Hash!.Value);
    }

    public override bool VerifyHash(ReadOnlySpan<byte> digest, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature)
    {
        if (!Accepts(algorithm))
        {
            return false;
        }

        using ECDsa key = Open();
        return EcdsaSignature.VerifyDigest(key, digest, signature);
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
