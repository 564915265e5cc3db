using System.Text;
using ModelSigning.Core.Bundles;

namespace ModelSigning.Core.Tests.Bundles;

public class BundleWriterTests
{
    private static string Written(Bundle bundle) => Encoding.UTF8.GetString(BundleWriter.Write(bundle));

    [Fact]
    public void A_key_bundle_is_compact_and_in_the_order_of_the_specification()
    {
        string sig = Convert.ToBase64String(SampleBundles.Noise(64, 1));
        string payload = Convert.ToBase64String(SampleBundles.Envelope.Payload.Span);
        Assert.Equal(
            "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"," +
            "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"" + new string('a', 64) + "\"},\"tlogEntries\":[]}," +
            "\"dsseEnvelope\":{\"payload\":\"" + payload + "\",\"payloadType\":\"application/vnd.in-toto+json\"," +
            "\"signatures\":[{\"sig\":\"" + sig + "\",\"keyid\":\"\"}]}}",
            Written(SampleBundles.Key));
    }

    [Fact]
    public void A_certificate_bundle_keeps_the_order_of_its_chain_and_its_timestamps()
    {
        string Base64(int length, int seed) => Convert.ToBase64String(SampleBundles.Noise(length, seed));
        Assert.Contains(
            "\"verificationMaterial\":{\"x509CertificateChain\":{\"certificates\":[{\"rawBytes\":\"" + Base64(40, 2) + "\"},{\"rawBytes\":\"" + Base64(41, 3) +
            "\"}]},\"tlogEntries\":[],\"timestampVerificationData\":{\"rfc3161Timestamps\":[{\"signedTimestamp\":\"" + Base64(30, 4) + "\"}]}}",
            Written(SampleBundles.Chain), StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_four_bit_integers_are_decimal_strings_and_base64_is_not_escaped()
    {
        string written = Written(SampleBundles.Sigstore);
        Assert.Contains("\"logIndex\":\"735\"", written, StringComparison.Ordinal);
        Assert.Contains("\"integratedTime\":\"1700000000\"", written, StringComparison.Ordinal);
        Assert.Contains("\"envelope\":\"log\\n2\\nabc\\n\\n\u2014 log +/==\\n\"", written, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", written, StringComparison.Ordinal);
        Assert.DoesNotContain("timestampVerificationData", written, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_log_entry_leaves_unset_is_not_written()
    {
        TransparencyLogEntry entry = SampleBundles.Sigstore.VerificationMaterial.TlogEntries[0];
        VerificationMaterial material = SampleBundles.Sigstore.VerificationMaterial with
        {
            TlogEntries = [entry with { IntegratedTime = 0, SignedEntryTimestamp = null, InclusionProof = entry.InclusionProof! with { Checkpoint = null } }],
        };
        string written = Written(SampleBundles.Sigstore with { VerificationMaterial = material });
        Assert.DoesNotContain("integratedTime", written, StringComparison.Ordinal);
        Assert.DoesNotContain("inclusionPromise", written, StringComparison.Ordinal);
        Assert.DoesNotContain("checkpoint", written, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_reads_back_and_writes_the_same_again()
    {
        foreach (Bundle bundle in SampleBundles.All)
        {
            byte[] written = BundleWriter.Write(bundle);
            Assert.Equal(written, BundleWriter.Write(BundleReader.Parse(written, "sample")));
        }
    }

    [Fact]
    public void Two_contents_none_or_two_materials_are_not_written()
    {
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(SampleBundles.Key with { MessageSignature = SampleBundles.Sigstore.MessageSignature }));
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(SampleBundles.Key with { DsseEnvelope = null }));
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(SampleBundles.Key with { Version = BundleVersion.V02 }));
        VerificationMaterial both = SampleBundles.Key.VerificationMaterial with { Certificate = new byte[1] };
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(SampleBundles.Key with { VerificationMaterial = both }));
    }
}
