using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Sigstore.Keys;

/// <summary>RSA with SHA-256 (RFC 8017): PKCS #1 v1.5, or PSS for keys that say so.</summary>
internal sealed class RsaKey : VerificationKey
{
    private const int MinimumBits = 2048, MaximumBits = 8192, MaximumExponentLength = 8;

    private readonly RSAParameters _parameters;
    private readonly RSASignaturePadding _padding;

    private RsaKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, RSAParameters parameters, bool pss)
        : base(subjectPublicKeyInfo, Invariant($"RSA{(pss ? "-PSS" : "")} {parameters.Modulus!.Length * 8}"), HashAlgorithmName.SHA256)
    {
        _parameters = parameters;
        _padding = pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
    }

    internal static (VerificationKey?, string?) Import(ReadOnlyMemory<byte> subjectPublicKeyInfo, byte[] rsaPublicKey, bool pss)
    {
        // The library takes lengths in BER and numbers with zeros before them or without a sign: a key in another encoding would not be known again where it is revoked.
        if (!RsaPublicKey.IsInDer(rsaPublicKey))
        {
            return (null, "it is an RSA key that is not in DER, or is followed by other data");
        }

        using RSA key = RSA.Create();
        key.ImportRSAPublicKey(rsaPublicKey, out _);

        RSAParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return key.KeySize is < MinimumBits or > MaximumBits || parameters.Exponent!.Length > MaximumExponentLength
            ? (null, $"it is an RSA key of {key.KeySize} bits, but only {MinimumBits} to {MaximumBits} bits with a small exponent are supported")
            : (new RsaKey(subjectPublicKeyInfo, parameters, pss), null);
    }

    internal override ReadOnlyMemory<byte> Numbers
    {
        get
        {
            using RSA key = RSA.Create(_parameters);
            return key.ExportRSAPublicKey();
        }
    }

    public override bool VerifyData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using RSA key = RSA.Create(_parameters);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, _padding);
    }

    public override bool VerifyHash(ReadOnlySpan<byte> digest, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature)
    {
        using RSA key = RSA.Create(_parameters);
        return Accepts(algorithm) && key.VerifyHash(digest, signature, algorithm, _padding);
    }

    /// <summary>The same key, verifying PSS signatures: a trusted root names the padding beside the key.</summary>
    internal RsaKey WithPss() => new(SubjectPublicKeyInfo, _parameters, pss: true);
}
