using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;

namespace ModelSigning.Core.Tests.Bundles;

/// <summary>Bundles of every shape with made-up values; what they say is not signed by anybody.</summary>
internal static class SampleBundles
{
    internal static byte[] Noise(int length, int seed) => SHA512.HashData(Encoding.ASCII.GetBytes($"noise {seed}"))[..length];

    internal static DsseEnvelope Envelope { get; } = new()
    {
        Payload = Encoding.UTF8.GetBytes("{\"_type\":\"https://in-toto.io/Statement/v1\"}"),
        PayloadType = InTotoStatement.MediaType,
        Signatures = [new DsseSignature(Noise(64, 1), "")],
    };

    internal static Bundle Key { get; } = new()
    {
        Version = BundleVersion.V03,
        VerificationMaterial = new VerificationMaterial { PublicKey = new PublicKeyIdentifier(new string('a', 64)) },
        DsseEnvelope = Envelope,
    };

    internal static Bundle Chain { get; } = Key with
    {
        VerificationMaterial = new VerificationMaterial
        {
            X509CertificateChain = [Noise(40, 2), Noise(41, 3)],
            Rfc3161Timestamps = [Noise(30, 4)],
        },
    };

    internal static Bundle Sigstore { get; } = new()
    {
        Version = BundleVersion.V03,
        VerificationMaterial = new VerificationMaterial
        {
            Certificate = Noise(50, 5),
            TlogEntries =
            [
                new TransparencyLogEntry
                {
                    LogIndex = 735,
                    LogId = Noise(32, 6),
                    Kind = "hashedrekord",
                    KindVersion = "0.0.1",
                    IntegratedTime = 1_700_000_000,
                    SignedEntryTimestamp = Noise(60, 7),
                    InclusionProof = new InclusionProof(0, 2, Noise(32, 8), [Noise(32, 9)], "log\n2\nabc\n\n\u2014 log +/==\n"),
                    CanonicalizedBody = Encoding.UTF8.GetBytes("{\"kind\":\"hashedrekord\"}"),
                },
            ],
        },
        MessageSignature = new MessageSignature("SHA2_256", Noise(32, 10), Noise(64, 11)),
    };

    internal static IReadOnlyList<Bundle> All { get; } = [Key, Chain, Sigstore];
}
