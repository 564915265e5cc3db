using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ModelSigning.Core.Timestamps;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Timestamps;

/// <summary>Timestamps that others made, of the public Sigstore suite.</summary>
public sealed class PublicTimestampTests
{
    [Theory]
    [InlineData("rekor2-happy-path", true)]
    [InlineData("rekor2-dsse-happy-path", true)]
    [InlineData("rekor2-timestamp-with-embedded-cert", true)]
    [InlineData("rekor2-timestamp-with-expired-cert-chain", true)]
    [InlineData("rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail", false)]
    public void Timestamps_of_the_public_suite_verify_by_their_trusted_root(string name, bool isListed)
    {
        string folder = SharedData.Require($"testdata/sigstore/{name}");
        using JsonDocument bundle = JsonDocument.Parse(File.ReadAllBytes(Path.Join(folder, "bundle.sigstore.json")));
        using JsonDocument root = JsonDocument.Parse(File.ReadAllBytes(Path.Join(folder, "trusted_root.json")));
        byte[] signature = bundle.RootElement.TryGetProperty("messageSignature", out JsonElement message)
            ? message.GetProperty("signature").GetBytesFromBase64()
            : bundle.RootElement.GetProperty("dsseEnvelope").GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64();
        TimestampAuthority[] authorities = [.. root.RootElement.GetProperty("timestampAuthorities").EnumerateArray().Select(Read)];
        foreach (JsonElement timestamp in bundle.RootElement.GetProperty("verificationMaterial")
            .GetProperty("timestampVerificationData").GetProperty("rfc3161Timestamps").EnumerateArray())
        {
            VerifiedTimestamp? verified = TimestampVerifier.Verify(
                timestamp.GetProperty("signedTimestamp").GetBytesFromBase64(), signature, authorities);
            Assert.Equal(isListed, verified is not null);
        }
    }

    private static TimestampAuthority Read(JsonElement authority) => new(
        [.. authority.GetProperty("certChain").GetProperty("certificates").EnumerateArray()
            .Select(certificate => X509CertificateLoader.LoadCertificate(certificate.GetProperty("rawBytes").GetBytesFromBase64()))],
        authority.GetProperty("validFor").GetProperty("start").GetDateTimeOffset(), null, "An authority");
}
