using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Signing;

/// <summary>The certificate method (OMS v1.0, 4.3): the bundle carries the certificates, and the verifier trusts their root.</summary>
public sealed class CertificateSigner : ISigner
{
    private readonly ISigningKey _key;
    private readonly IReadOnlyList<X509Certificate2> _certificates;
    private readonly TimestampRequest? _timestamp;
    private readonly TimeProvider _clock;

    /// <summary>Takes the key and the certificates, and checks that they can sign.</summary>
    /// <param name="key">The private key; the signer does not dispose of it.</param>
    /// <param name="certificates">The signing certificate first, then those above it; written in this order, as they are.</param>
    /// <param name="timestamp">Asks a timestamp authority; null for no timestamp.</param>
    /// <param name="clock">Tells the time; null for the system's.</param>
    /// <exception cref="Errors.ModelSigningException">
    /// One of <see cref="CertificateErrors"/>: no certificate, key and certificate do not belong together, the certificate is not in its
    /// validity or may not sign; or one of <see cref="KeyErrors"/>.
    /// </exception>
    public CertificateSigner(
        ISigningKey key, IReadOnlyList<X509Certificate2> certificates, TimestampRequest? timestamp = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(certificates);
        _key = key;
        _certificates = certificates;
        _timestamp = timestamp;
        _clock = clock ?? TimeProvider.System;
        if (certificates.Count == 0)
        {
            throw CertificateErrors.Missing.At("No signing certificate was specified.");
        }

        if (certificates.Count - 1 > CertificatePath.MaximumCandidates)
        {
            throw CertificateErrors.PathTooComplex.At(
                $"{certificates.Count} certificates were specified; the limit is {CertificatePath.MaximumCandidates} in addition to the signing one.");
        }

        Check();
    }

    /// <inheritdoc/>
    public string Method => SigningMethods.Of(_key, "certificate");

    /// <inheritdoc/>
    /// <remarks>The signing certificate itself and no other, even of the same subject.</remarks>
    public SignatureVerifier? MakeOwnVerifier(CancellationToken cancellationToken) => new CertificateVerifier(
        new() { Certificates = _certificates, AllowPartialChain = true, Fingerprint = _certificates[0].Sha256Fingerprint() }, _clock);

    /// <inheritdoc/>
    public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken)
    {
        // The certificate may have expired while the model was hashed, or since the pipeline's first model.
        Check();
        (DsseEnvelope envelope, EcPublicKey half) = EnvelopeSigner.Sign(_key, statement);
        CheckKey(half.Curve, half);
        IReadOnlyList<ReadOnlyMemory<byte>> timestamps = EnvelopeSigner.Timestamps(_timestamp, envelope, cancellationToken);
        foreach (ReadOnlyMemory<byte> timestamp in timestamps)
        {
            // A verifier judges the certificate at this time: an authority whose clock is wrong would make the signature worthless.
            using TimestampToken token = TimestampToken.Read(TimestampResponse.Parse(timestamp));
            SigningCertificate.CheckForSigning(_certificates[0], token.Info.Time);
        }

        return new Bundle
        {
            Version = BundleVersion.V03,
            VerificationMaterial = new VerificationMaterial
            {
                X509CertificateChain = [.. _certificates.Select(certificate => (ReadOnlyMemory<byte>)certificate.RawData)],
                Rfc3161Timestamps = timestamps,
            },
            DsseEnvelope = envelope,
        };
    }

    private void Check()
    {
        CheckKey(_key.Curve, _key.PublicKey);
        SigningCertificate.CheckForSigning(_certificates[0], _clock.GetUtcNow());
    }

    private void CheckKey(EcCurve curve, EcPublicKey? half)
    {
        EcPublicKey certified = _certificates[0].EcPublicKey();
        if (curve != certified.Curve || (half is not null && !certified.Equals(half)))
        {
            string subject = _certificates[0].DisplaySubject();
            throw CertificateErrors.KeyMismatch.At(
                $"The private key ({curve.DisplayName()}{(half is null ? "" : $", hint {half.Hint}")}) does not belong to the certificate '{subject}' "
                + $"({certified.Curve.DisplayName()}, hint {certified.Hint}).", subject);
        }
    }
}
