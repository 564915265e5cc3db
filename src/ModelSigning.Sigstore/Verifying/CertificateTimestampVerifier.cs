using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Certificates;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Verifies that certificate transparency logs saw a certificate (RFC 6962, section 3.2).</summary>
internal static class CertificateTimestampVerifier
{
    private const string PrecertificateSigning = "1.3.6.1.4.1.11129.2.4.4";
    private const int MaximumTbsLength = (1 << 24) - 1;

    /// <summary>Verifies every timestamp of a listed log; those of others are left out.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="path">Its validated path, the leaf first.</param>
    /// <param name="root">What lists the logs.</param>
    /// <param name="threshold">How many logs, of different operators, must have it.</param>
    /// <param name="findings">Takes a sentence for each timestamp.</param>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="SigstoreErrors.SignedCertificateTimestamp"/>.</exception>
    internal static void Verify(DecodedCertificate leaf, IReadOnlyList<X509Certificate2> path, TrustedRoot root, int threshold, Findings findings)
    {
        if (threshold == 0)
        {
            findings.Add("certificate transparency", "not required by the caller's policy");
            return;
        }

        ReadOnlyMemory<byte> list = leaf.Extensions.Find(CertificateTimestamp.ListObjectIdentifier) ?? throw SigstoreErrors.SignedCertificateTimestamp.At(
            "The signing certificate has no signed certificate timestamp, so it is in no certificate transparency log.");
        byte[] issuerKeyHash = SHA256.HashData(IssuerKey(path));
        byte[] tbs = BundleCertificate.TbsWithout(leaf, CertificateTimestamp.ListObjectIdentifier);
        HashSet<string> counted = new(StringComparer.Ordinal);
        List<string> unknown = [];
        foreach (CertificateTimestamp timestamp in CertificateTimestamp.ReadList(list))
        {
            LogInstance[] listed = [.. root.CertificateTransparencyLogs.Where(log => log.LogId.Span.SequenceEqual(timestamp.LogId.Span))];
            if (listed.Length == 0)
            {
                unknown.Add(Hexadecimal.Write(timestamp.LogId.Span));
                findings.Add("certificate transparency", $"skipped a timestamp of the log {unknown[^1]}, which the trusted root does not list");
                continue;
            }

            LogInstance[] valid = [.. listed.Where(log => timestamp.Time is { } time && log.ValidFor.Contains(time))];
            if (valid.Length == 0)
            {
                throw SigstoreErrors.SignedCertificateTimestamp.At(
                    $"The log {listed[0].BaseUrl} signed a certificate timestamp of {(timestamp.Time is { } time ? Rfc3339.Write(time) : "no possible time")}, but is valid from {LogInstance.Periods(listed)}.");
            }

            LogInstance log = valid.FirstOrDefault(log => log.Key is not null) ?? valid[0];
            if (log.Key is not { } key)
            {
                throw SigstoreErrors.SignedCertificateTimestamp.At($"The certificate timestamp of the log {log.BaseUrl} cannot be verified: {log.Unusable}.");
            }

            if (!key.VerifyData(SignedData(timestamp, issuerKeyHash, tbs), timestamp.Signature.Span))
            {
                throw SigstoreErrors.SignedCertificateTimestamp.At(
                    $"The certificate timestamp of the log {log.BaseUrl} is not valid: the log did not sign it, or not for this certificate.");
            }

            counted.Add(log.CountedAs);
            findings.Add("certificate transparency", $"{log.BaseUrl} logged the certificate at {Rfc3339.Write(timestamp.Time!.Value)}");
        }

        if (counted.Count < threshold)
        {
            throw SigstoreErrors.SignedCertificateTimestamp.At(
                $"The signing certificate is in {counted.Count} certificate transparency logs of the trusted root, but must be in {threshold}." +
                (unknown.Count > 0 ? $" It has timestamps from logs that are not listed: {string.Join(", ", unknown)}." : ""));
        }
    }

    /// <summary>
    /// The key that issued: that of the next certificate, or of the one after it when the next may only sign precertificates
    /// (RFC 6962, section 3.1).
    /// </summary>
    private static byte[] IssuerKey(IReadOnlyList<X509Certificate2> path)
    {
        X509Certificate2 issuer = path[Math.Min(1, path.Count - 1)];
        bool precertificate = path.Count > 2 && issuer.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == PrecertificateSigning));
        return (precertificate ? path[2] : issuer).PublicKey.ExportSubjectPublicKeyInfo();
    }

    /// <summary>
    /// version 0, signature_type 0, timestamp u64, entry_type 1 (precertificate), issuer key hash, TBSCertificate with its length in
    /// 24 bits, extensions with their length in 16.
    /// </summary>
    private static byte[] SignedData(CertificateTimestamp timestamp, byte[] issuerKeyHash, byte[] tbs)
    {
        if (tbs.Length > MaximumTbsLength)
        {
            throw SigstoreErrors.SignedCertificateTimestamp.At("The certificate is too large for certificate transparency.");
        }

        byte[] data = new byte[2 + 8 + 2 + issuerKeyHash.Length + 3 + tbs.Length + 2 + timestamp.Extensions.Length];
        Span<byte> rest = data.AsSpan(2);
        BinaryPrimitives.WriteUInt64BigEndian(rest, timestamp.Milliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], 1);
        issuerKeyHash.CopyTo(rest[10..]);
        rest = rest[(10 + issuerKeyHash.Length)..];
        rest[0] = (byte)(tbs.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(rest[1..], (ushort)tbs.Length);
        tbs.CopyTo(rest[3..]);
        rest = rest[(3 + tbs.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)timestamp.Extensions.Length);
        timestamp.Extensions.Span.CopyTo(rest[2..]);
        return data;
    }
}
