using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Keys;

/// <summary>
/// A public key on P-256, P-384 or P-521 that verifies ECDSA signatures. Safe to use from several threads.
/// </summary>
public sealed class EcPublicKey : IEquatable<EcPublicKey>
{
    private readonly byte[] _subjectPublicKeyInfo;

    // Importing a key costs several times what a verification does, and a store has thousands of signatures of one key. An object of the library is used by one thread at a time.
    private readonly ConcurrentBag<ECDsa> _imported = [];

    private EcPublicKey(ECDsa key, EcCurve curve, string source)
    {
        Curve = curve;
        Source = source;
        _subjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        Pem = key.ExportSubjectPublicKeyInfoPem() + "\n";
        Hint = Hexadecimal.Write(SHA256.HashData(Encoding.ASCII.GetBytes(Pem)));
    }

    /// <summary>Where it was read from, for a person: a file's full path, where it was a file.</summary>
    public string Source { get; }

    /// <summary>The curve.</summary>
    public EcCurve Curve { get; }

    /// <summary>The key as PEM: SubjectPublicKeyInfo, named curve, uncompressed point, 64 columns, <c>\n</c> at each line's end.</summary>
    public string Pem { get; }

    /// <summary>
    /// The name of the key in bundles (OMS v1.0, 4.2): lower-case hexadecimal SHA-256 of <see cref="Pem"/>, the final line end included.
    /// </summary>
    public string Hint { get; }

    /// <summary>The key as DER: SubjectPublicKeyInfo (RFC 5480).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <param name="der">The key in DER.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="KeyErrors.KeyAlgorithmRefused"/>, <see cref="KeyErrors.KeyCurveRefused"/>, <see cref="KeyErrors.KeyMalformed"/>,
    /// <see cref="KeyErrors.KeyInvalid"/> for a point that is not on its curve.
    /// </exception>
    public static EcPublicKey FromSubjectPublicKeyInfo(ReadOnlyMemory<byte> der, string source)
    {
        EcCurve curve = EcKeyFormat.OfSubjectPublicKeyInfo(der, source);
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(der.Span, out int read);
            return read == der.Length
                ? new(key, curve, source)
                : throw KeyErrors.KeyMalformed.At($"The key in '{source}' has extra bytes at the end.", source);
        }
        catch (Exception error) when (error is CryptographicException or NotSupportedException)
        {
            throw KeyErrors.KeyInvalid.At($"The public key in '{source}' cannot be used: {error.Message}", source, error);
        }
    }

    /// <summary>The public half of a key that a library holds.</summary>
    /// <inheritdoc cref="FromSubjectPublicKeyInfo"/>
    public static EcPublicKey Of(ECDsa key, string source)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            return FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), source);
        }
        catch (CryptographicException error)
        {
            throw KeyErrors.KeyInvalid.At($"The public half of the key in '{source}' cannot be used: {error.Message}", source, error);
        }
    }

    /// <summary>Verifies a signature over an envelope's payload, hashed as the curve wants it.</summary>
    /// <param name="envelope">The envelope; its first signature counts.</param>
    /// <returns>Whether it is this key's signature in DER.</returns>
    public bool Verify(DsseEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return VerifyDigest(
            DsseEnvelope.PreAuthenticationDigest(envelope.PayloadType, envelope.Payload.Span, Curve.HashAlgorithm()), envelope.Signatures[0].Sig.Span);
    }

    /// <summary>Verifies a signature over a digest.</summary>
    /// <param name="digest">The digest of what was signed.</param>
    /// <param name="signature">ECDSA as DER <c>SEQUENCE { r, s }</c> (RFC 3279, 2.2.3); the fixed-width form is refused.</param>
    public bool VerifyDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        ECDsa key = _imported.TryTake(out ECDsa? imported) ? imported : Import();
        try
        {
            return EcdsaSignature.VerifyDigest(key, digest, signature);
        }
        catch (CryptographicException)
        {
            // Not a signature at all.
            return false;
        }
        finally
        {
            _imported.Add(key);
        }
    }

    private ECDsa Import()
    {
        ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
        return key;
    }

    /// <inheritdoc/>
    public bool Equals(EcPublicKey? other) => other is not null && _subjectPublicKeyInfo.AsSpan().SequenceEqual(other._subjectPublicKeyInfo);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EcPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Hint.GetHashCode(StringComparison.Ordinal);
}
