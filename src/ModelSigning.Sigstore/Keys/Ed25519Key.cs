using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace ModelSigning.Sigstore.Keys;

/// <summary>Ed25519, pure (RFC 8032, section 5.1). .NET has none, so BouncyCastle's is used.</summary>
internal sealed class Ed25519Key : VerificationKey
{
    private const int KeyLength = 32, SignatureLength = 64;

    private readonly Ed25519PublicKeyParameters _key;

    private Ed25519Key(ReadOnlyMemory<byte> subjectPublicKeyInfo, byte[] raw)
        : base(subjectPublicKeyInfo, "Ed25519", null)
    {
        Raw = raw;
        _key = new Ed25519PublicKeyParameters(raw);
    }

    /// <summary>The key as RFC 8032 encodes it: 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Raw { get; }

    internal override ReadOnlyMemory<byte> Numbers => Raw;

    internal static (VerificationKey?, string?) Import(ReadOnlyMemory<byte> subjectPublicKeyInfo, byte[] raw) => raw.Length == KeyLength
        ? (new Ed25519Key(subjectPublicKeyInfo, raw), null)
        : (null, $"an Ed25519 key has {KeyLength} bytes, but this one has {raw.Length}");

    public override bool VerifyData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        Ed25519Signer signer = new();
        signer.Init(forSigning: false, _key);
        signer.BlockUpdate(data);
        return signer.VerifySignature(signature.ToArray());
    }

    public override bool VerifyHash(ReadOnlySpan<byte> digest, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature) => false;
}
