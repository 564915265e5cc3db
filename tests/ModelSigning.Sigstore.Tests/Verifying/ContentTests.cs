using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Verifying;

public sealed class ContentTests : IDisposable
{
    private readonly InstanceScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private byte[] Statement(byte[] payload, BundleOptions? options = null) => _scene.Instance.Bundles.SignStatement(payload, options).Bytes;

    [Fact]
    public void A_statement_about_another_file_or_none_is_refused()
    {
        _scene.Refused("SUBJECT", Statement(InstanceScene.Statement(subjects: ["another"u8.ToArray()])));
        _scene.Refused("SUBJECT", Statement("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[]}"u8.ToArray()));
        _scene.Refused("SUBJECT", Statement("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"x\"}]}"u8.ToArray()));
        _scene.Refused("SUBJECT", Statement(InstanceScene.Statement("https://in-toto.io/Statement/v2")));
        _scene.Refused("SUBJECT", Statement("not JSON"u8.ToArray()));
    }

    [Fact]
    public void A_payload_of_another_type_is_refused() =>
        _scene.Refused("SUBJECT", Statement(InstanceScene.Statement(), new BundleOptions { PayloadType = "application/json" }));

    [Fact]
    public void The_older_statement_and_one_of_many_subjects_are_accepted()
    {
        _scene.Verify(Statement(InstanceScene.Statement("https://in-toto.io/Statement/v0.1")));
        _scene.Verify(Statement(InstanceScene.Statement(subjects: ["another"u8.ToArray(), InstanceScene.File])));
    }

    [Theory]
    [InlineData("https://model_signing/signature/v1.0", "sha512", "Test-ModelSignature")]
    [InlineData("https://model_signing/signature/v2.0", "sha512", "Test-ModelSignature")]
    [InlineData("https://model_signing/DigestOfDigests/v0.1", "sha512", "Test-ModelSignature")]
    [InlineData("https://model_signing/Digests/v0.1", "sha512", "Test-ModelSignature")]
    [InlineData("https://slsa.dev/provenance/v1", "modelPin1", "Test-ModelClaim")]
    public void A_file_is_not_the_model_whose_root_digest_it_has(string predicateType, string otherDigest, string command)
    {
        using TemporaryFolder folder = new();
        byte[] digests = SHA256.HashData("the only file of a model"u8);
        File.WriteAllBytes(folder["digests"], digests);
        string root = Convert.ToHexStringLower(SHA256.HashData(digests));
        byte[] statement = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "model", ["digest"] = new JsonObject { ["sha256"] = root, [otherDigest] = root } }),
            ["predicateType"] = predicateType,
            ["predicate"] = new JsonObject { ["resources"] = new JsonArray(new JsonObject { ["name"] = "weights" }) },
        }.ToJsonString());
        SigstoreVerifier verifier = new(TrustedRootReader.Parse(CanonicalJson.File(_scene.Instance.TrustedRoot()), "instance"), _scene.Policy);
        Bundle bundle = BundleReader.Parse(Statement(statement), "bundle");
        foreach (IArtifact artifact in (IArtifact[])[new FileArtifact(folder["digests"]), new DigestArtifact(HashAlgorithmName.SHA256, Convert.FromHexString(root))])
        {
            ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => verifier.Verify(bundle, artifact));
            Assert.Equal("SUBJECT", refusal.Definition.Id);
            Assert.Contains(command, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_hundred_thousand_subjects_are_read()
    {
        byte[][] subjects = [.. Enumerable.Range(0, 100_000).Select(BitConverter.GetBytes), InstanceScene.File];
        _scene.Verify(Statement(InstanceScene.Statement(subjects: subjects)));
    }

    [Fact]
    public void Another_payload_under_the_same_signature_is_refused()
    {
        _scene.Refused("LOG-BODY", Statement(InstanceScene.Statement(), new BundleOptions
        {
            EditBundle = bundle => bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(InstanceScene.Statement("https://in-toto.io/Statement/v0.1")),
        }));
        _scene.Policy = _scene.Policy with { LogThreshold = 0 };
        _scene.Refused("SIGNATURE", Statement(InstanceScene.Statement(), new BundleOptions
        {
            RekorVersion = 0,
            EditBundle = bundle => bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(InstanceScene.Statement("https://in-toto.io/Statement/v0.1")),
        }));
    }

    [Fact]
    public void A_wrong_hint_at_the_digest_is_refused_and_an_absent_one_is_accepted()
    {
        _scene.Refused("DIGEST", new BundleOptions { EditBundle = bundle => bundle["messageSignature"]!["messageDigest"]!["digest"] = Convert.ToBase64String(new byte[32]) });
        _scene.Refused("DIGEST", new BundleOptions { EditBundle = bundle => bundle["messageSignature"]!["messageDigest"]!["algorithm"] = "SHA3_256" });
        _scene.Refused("DIGEST", new BundleOptions { EditBundle = bundle => bundle["messageSignature"]!["messageDigest"]!.AsObject().Remove("algorithm") });
        _scene.Accepted(new BundleOptions { EditBundle = bundle => bundle["messageSignature"]!.AsObject().Remove("messageDigest") });
    }

    [Fact]
    public void Two_signatures_a_chain_in_format_0_3_and_a_root_in_a_chain_are_refused()
    {
        _scene.Refused("BUNDLE-SHAPE", Statement(InstanceScene.Statement(), new BundleOptions
        {
            EditBundle = bundle => bundle["dsseEnvelope"]!["signatures"]!.AsArray().Add(bundle["dsseEnvelope"]!["signatures"]![0]!.DeepClone()),
        }));
        _scene.Refused("BUNDLE-MATERIAL", new BundleOptions { EditBundle = bundle => ToChain(bundle, "application/vnd.dev.sigstore.bundle.v0.3+json") });
        _scene.Accepted(new BundleOptions { EditBundle = bundle => ToChain(bundle, "application/vnd.dev.sigstore.bundle+json;version=0.2") });
        _scene.Refused("BUNDLE-MATERIAL", new BundleOptions
        {
            EditBundle = bundle =>
            {
                ToChain(bundle, "application/vnd.dev.sigstore.bundle+json;version=0.2");
                bundle["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray()
                    .Add(new JsonObject { ["rawBytes"] = Convert.ToBase64String(_scene.Instance.Fulcio.Root.RawData) });
            },
        });
        _scene.Refused("BUNDLE-MEDIATYPE", new BundleOptions { EditBundle = bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v9.9+json" });
    }

    private static void ToChain(JsonObject bundle, string mediaType)
    {
        JsonObject material = bundle["verificationMaterial"]!.AsObject();
        material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(material["certificate"]!.DeepClone()) };
        material.Remove("certificate");
        bundle["mediaType"] = mediaType;
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_and_a_duplicate_member_refused()
    {
        byte[] bytes = _scene.Instance.Bundles.SignMessage(InstanceScene.File).Bytes;
        _scene.Verify([0xEF, 0xBB, 0xBF, .. bytes]);
        string text = Encoding.UTF8.GetString(bytes);
        _scene.Refused("BUNDLE-PARSE", Encoding.UTF8.GetBytes(text[..^1] + ",\"mediaTyp\\u0065\":\"x\"}"));
    }

    [Fact]
    public void A_bundle_of_a_key_and_of_an_identity_are_not_taken_for_each_other()
    {
        _scene.Refused("KEY", new BundleOptions
        {
            EditBundle = bundle =>
            {
                bundle["verificationMaterial"]!.AsObject().Remove("certificate");
                bundle["verificationMaterial"]!["publicKey"] = new JsonObject { ["hint"] = "x" };
            },
        });
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Every_changed_byte_is_refused_with_a_code_or_was_not_part_of_the_evidence(int rekor, bool envelope)
    {
        BundleOptions options = new() { RekorVersion = rekor, Timestamp = true };
        byte[] bytes = (envelope ? _scene.Instance.Bundles.SignStatement(InstanceScene.Statement(), options)
            : _scene.Instance.Bundles.SignMessage(InstanceScene.File, options)).Bytes;
        string[] codes = [.. typeof(SigstoreErrors).GetFields().Select(field => ((ErrorDefinition)field.GetValue(null)!).Id)];
        ConcurrentQueue<string> faults = [];
        ConcurrentQueue<int> accepted = [];
        Parallel.For(0, bytes.Length, at =>
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x04;
            Exception? error = Record.Exception(() => _scene.Verify(changed));
            if (error is null)
            {
                accepted.Enqueue(at);
            }
            else if (error is not ModelSigningException refusal || !codes.Contains(refusal.Definition.Id, StringComparer.Ordinal))
            {
                faults.Enqueue($"byte {at}: {error}");
            }
        });
        Assert.Empty(faults);
        // Names of members that need not be there may change, because the rest still suffices; and what of a timestamp nobody signs.
        Assert.True(accepted.Count < bytes.Length / 25, string.Concat(accepted.Order().Select(at => $"{at}:{(char)bytes[at]} ")));
    }

    [Fact]
    public void Every_cut_is_refused_as_no_bundle()
    {
        byte[] bytes = _scene.Instance.Bundles.SignMessage(InstanceScene.File).Bytes;
        for (int length = 0; length < bytes.Length; length += 3)
        {
            _scene.Refused("BUNDLE-PARSE", bytes[..length]);
        }
    }
}
