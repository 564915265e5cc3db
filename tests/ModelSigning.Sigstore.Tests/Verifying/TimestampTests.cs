using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Verifying;

/// <summary>RFC 3161 timestamps as evidence; their own rules are the engine's tests.</summary>
public sealed class TimestampTests : IDisposable
{
    private readonly InstanceScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private static BundleOptions Stamped(Func<TimestampAnswer, TimestampAnswer> edit) => new() { RekorVersion = 2, EditTimestamp = edit };

    [Fact]
    public void The_evidence_names_the_clock()
    {
        VerifiedTime time = Assert.Single(_scene.Accepted(new BundleOptions { RekorVersion = 2 }).Times);
        Assert.Equal((TimeSourceKind.TimestampAuthority, _scene.Instance.TimestampAddress), (time.Kind, time.Source));
        Assert.Contains("tsa", time.Signer!.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timestamp_that_its_authority_did_not_sign_is_refused()
    {
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { CorruptSignature = true }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { CorruptMessageDigest = true }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { CorruptCertificateHash = true }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { SignerInfos = 2 }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { Status = 2 }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { HasToken = false }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { Imprint = new byte[32] }));
        _scene.Refused("TIMESTAMP", Stamped(answer => answer with { HashAlgorithm = "1.3.14.3.2.26", Imprint = new byte[20] }));
    }

    [Fact]
    public void An_authority_outside_its_period_is_refused() =>
        _scene.Refused("TIMESTAMP", new BundleOptions { RekorVersion = 2 }, root => root["timestampAuthorities"]![0]!["validFor"] =
            TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1)));

    [Fact]
    public void An_authoritys_certificate_that_one_library_reads_and_another_does_not_is_a_refusal()
    {
        byte[] bundle = _scene.Instance.Bundles.SignMessage(InstanceScene.File, new BundleOptions { RekorVersion = 2 }).Bytes;
        JsonNode listed = _scene.Instance.TrustedRoot()["timestampAuthorities"]![0]!["certChain"]!["certificates"]![0]!;
        byte[] good = Convert.FromBase64String((string)listed["rawBytes"]!);
        int odd = 0;
        for (int at = 0; at < good.Length; at++)
        {
            // A length of a part of an extension that runs past its end; .NET does not look into it before it is asked for.
            if (good[at] is not (3 or 7))
            {
                continue;
            }

            byte[] broken = [.. good];
            broken[at] = 0x84;
            ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _scene.Verify(bundle, root =>
                root["timestampAuthorities"]![0]!["certChain"]!["certificates"]![0]!["rawBytes"] = Convert.ToBase64String(broken)));
            odd += refusal.Definition.Id == "TRUSTED-ROOT" ? 0 : 1;
        }

        Assert.NotEqual(0, odd);
    }

    [Fact]
    public void A_strangers_timestamp_is_passed_over()
    {
        BundleOptions strange = new() { Timestamp = true, TimestampAuthority = _scene.Instance.StrangerTimestamps };
        Assert.Single(_scene.Accepted(strange).Times);
        _scene.Refused("TIME-MISSING", strange with { RekorVersion = 2 });
    }

    [Fact]
    public void An_authority_whose_usage_is_not_critical_is_refused()
    {
        using TimestampAuthority lax = new(TimeProvider.System, new TimestampAuthorityOptions { CriticalExtendedKeyUsage = false });
        _scene.Refused("TIMESTAMP", new BundleOptions { RekorVersion = 2, TimestampAuthority = lax }, root =>
            root["timestampAuthorities"]![0]!["certChain"]!["certificates"] = new JsonArray([.. lax.Chain.Select(certificate =>
                (JsonNode)new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) })]));
    }

    [Fact]
    public void Two_timestamps_of_one_authority_count_once()
    {
        _scene.Policy = _scene.Policy with { TimeThreshold = 2 };
        MadeBundle made = _scene.Instance.Bundles.SignMessage(InstanceScene.File, new BundleOptions { RekorVersion = 2 });
        JsonObject bundle = made.Json.DeepClone().AsObject();
        bundle["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]!.AsArray()
            .Add(new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(_scene.Instance.Timestamps.Timestamp(made.Signature)) });
        _scene.Refused("TIME-MISSING", ModelSigning.Testing.SigstoreInstance.CanonicalJson.File(bundle));
    }
}
