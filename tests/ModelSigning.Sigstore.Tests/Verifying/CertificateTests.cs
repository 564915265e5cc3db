using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Verifying;

public sealed class CertificateTests : IDisposable
{
    private readonly InstanceScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private static BundleOptions Leaf(LeafOptions leaf) => new() { Leaf = leaf };

    [Fact]
    public void A_leaf_that_is_an_authority_or_not_for_code_signing_is_refused()
    {
        _scene.Refused("CERT-PROFILE", Leaf(new LeafOptions { IsAuthority = true }));
        _scene.Refused("CERT-PROFILE", Leaf(new LeafOptions { ExtendedKeyUsages = [] }));
        _scene.Refused("CERT-PROFILE", Leaf(new LeafOptions { ExtendedKeyUsages = [Oids.TimeStamping] }));
        _scene.Refused("CERT-PROFILE", Leaf(new LeafOptions { KeyUsage = X509KeyUsageFlags.KeyEncipherment }));
    }

    [Fact]
    public void Bytes_after_an_extensions_value_are_refused() =>
        _scene.Refused("BUNDLE-MATERIAL", Leaf(new LeafOptions { Extensions = [new X509Extension("2.5.29.19", [0x30, 0x00, 0x05, 0x00], critical: true)] }));

    [Fact]
    public void A_stranger_of_the_same_name_is_refused() =>
        _scene.Refused("CERT-CHAIN", new BundleOptions { Authority = _scene.Instance.StrangerAuthority });

    [Fact]
    public void A_path_that_is_longer_than_its_authority_allows_is_refused()
    {
        using CertificateAuthority authority = new(TimeProvider.System, new AuthorityOptions { RootPathLength = 0, IntermediatePathLength = null });
        BundleOptions options = new() { Authority = authority };
        _scene.Refused("CERT-CHAIN", options, root => Replace(root, authority.Chain));
    }

    [Fact]
    public void An_intermediate_can_be_the_anchor() =>
        _scene.Accepted(new BundleOptions(), root => Replace(root, [_scene.Instance.Fulcio.Intermediate]));

    [Fact]
    public void An_authority_outside_its_period_is_refused()
    {
        _scene.Refused("CERT-TIME", new BundleOptions(), root =>
            root["certificateAuthorities"]![0]!["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1)));
        _scene.Refused("CERT-TIME", Leaf(new LeafOptions { NotBefore = _scene.Instance.Created.AddHours(-1) }));
        _scene.Refused("CERT-TIME", Leaf(new LeafOptions { NotBefore = _scene.Instance.Created.AddHours(1) }));
    }

    [Fact]
    public void One_bad_time_refuses_although_another_is_good() => _scene.Refused("CERT-TIME", new BundleOptions
    {
        Timestamp = true,
        EditTimestamp = answer => answer with { Time = _scene.Instance.Created.AddMinutes(30) },
    });

    [Fact]
    public void A_missing_foreign_or_false_certificate_timestamp_is_refused()
    {
        using CertificateTransparencyLog stranger = new();
        _scene.Refused("SCT", Leaf(new LeafOptions { Scts = [] }));
        _scene.Refused("SCT", Leaf(new LeafOptions { Scts = [new SctOptions { Log = stranger }] }));
        _scene.Refused("SCT", Leaf(new LeafOptions { Scts = [new SctOptions { CorruptSignature = true }] }));
        _scene.Refused("SCT", Leaf(new LeafOptions { Scts = [new SctOptions(), new SctOptions { CorruptSignature = true }] }));
        _scene.Accepted(Leaf(new LeafOptions { Scts = [new SctOptions { Log = stranger }, new SctOptions()] }));
        _scene.Accepted(Leaf(new LeafOptions { Scts = [new SctOptions { Extensions = [1, 2, 3] }] }));
    }

    [Fact]
    public void A_log_that_was_not_to_be_relied_on_at_the_time_of_its_timestamp_is_refused()
    {
        _scene.Refused("SCT", Leaf(new LeafOptions { Scts = [new SctOptions { Time = _scene.Instance.Created.AddDays(-1) }] }));
        _scene.Refused("SCT", new BundleOptions(), root => root["ctlogs"]![0]!["publicKey"]!["validFor"] =
            TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1)));
    }

    [Fact]
    public void An_empty_list_of_logs_does_not_switch_the_check_off_and_the_policy_does()
    {
        _scene.Refused("SCT", new BundleOptions(), root => root["ctlogs"] = new JsonArray());
        _scene.Policy = _scene.Policy with { CertificateTimestampThreshold = 0 };
        _scene.Accepted(Leaf(new LeafOptions { Scts = [] }), root => root["ctlogs"] = new JsonArray());
    }

    [Theory]
    [InlineData("1.3.132.0.34", "SHA384")]
    [InlineData("1.3.132.0.35", "SHA512")]
    [InlineData("1.3.132.0.34", "SHA256")]
    [InlineData("1.3.132.0.35", "SHA256")]
    public void The_larger_curves_verify_with_their_own_digest_and_with_SHA_256(string curve, string hash)
    {
        BundleOptions options = new() { Curve = ECCurve.CreateFromValue(curve), Hash = new HashAlgorithmName(hash) };
        MadeBundle envelope = _scene.Instance.Bundles.SignStatement(InstanceScene.Statement(), options);
        _scene.Verify(envelope);
    }

    private static void Replace(JsonObject root, IReadOnlyList<X509Certificate2> chain) => root["certificateAuthorities"]![0]!["certChain"]!["certificates"] =
        new JsonArray([.. chain.Select(certificate => (JsonNode)new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) })]);
}
