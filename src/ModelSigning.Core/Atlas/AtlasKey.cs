using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Atlas;

/// <summary>A public key that verifies claims: RSA with PKCS#1 v1.5 (RFC 8017, 8.2), or ECDSA with a signature in DER.</summary>
public sealed class AtlasKey
{
    private const int ShortestRsaKey = 2048;

    private readonly byte[]? _rsa;
    private readonly EcPublicKey? _ec;

    private AtlasKey(byte[]? rsa, EcPublicKey? ec) => (_rsa, _ec) = (rsa, ec);

    /// <summary>Reads the one public key of a PEM file.</summary>
    /// <param name="path">The full path.</param>
    /// <exception cref="ModelSigningException"><see cref="AtlasErrors.AtlasKeyRefused"/>, or the file cannot be read (<see cref="KeyErrors"/>).</exception>
    public static AtlasKey Read(string path) => KeyFile.ReadPublic(path, pem => Parse(pem.Span, path));

    /// <summary>Whether the signature of a claim is this key's.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="hash">The hash algorithm, which no manifest names; Atlas takes SHA-384 unless told otherwise.</param>
    public bool Verifies(AtlasManifest manifest, AtlasDigest hash)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(hash);
        byte[] digest = hash.Hash(manifest.SignedClaim.Span);
        if (_ec is not null)
        {
            return _ec.VerifyDigest(digest, manifest.Signature.Span);
        }

        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(_rsa, out _);
        try
        {
            return rsa.VerifyHash(digest, manifest.Signature.Span, hash.Name, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Not a signature of this key's length.
            return false;
        }
    }

    private static AtlasKey Parse(ReadOnlySpan<char> pem, string path)
    {
        try
        {
            return new(null, PublicKeyPem.Parse(pem, path));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.KeyAlgorithmRefused)
        {
            return new(ReadRsa(pem, path), null);
        }
        catch (ModelSigningException refusal)
        {
            throw AtlasErrors.AtlasKeyRefused.At(refusal.Message, path, refusal);
        }
    }

    private static byte[] ReadRsa(ReadOnlySpan<char> pem, string path)
    {
        using RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= ShortestRsaKey
                ? rsa.ExportSubjectPublicKeyInfo()
                : throw AtlasErrors.AtlasKeyRefused.At($"The RSA key '{path}' has {rsa.KeySize} bits, but at least {ShortestRsaKey} are required.", path);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw AtlasErrors.AtlasKeyRefused.At($"The public key '{path}' is neither an EC key nor an RSA key: {error.Message}", path, error);
        }
    }
}
