using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>Which signature of a model is found, and which signatures, keys and statements are refused whatever the files are.</summary>
public sealed class ModelSignatureTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_fifo_in_the_signatures_place_is_refused_and_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFO in its file system.");
        UnixEntries.MakeFifo(_model.SignaturePath);
        _model.Refuses("BundleUnreadable");
        _model.Link("link.sig", _model.SignaturePath);
        _model.Refuses("BundleUnreadable", request => request with { SignaturePath = _model["link.sig"] });
    }

    [Fact]
    public void The_signature_is_found_under_its_names_and_the_only_other_one()
    {
        SigningResult signed = _model.Sign();
        Assert.Equal(signed.SignaturePath, _model.Verify().SignaturePath);
        foreach (string name in (string[])["skill.oms.sig", "whatever.sig"])
        {
            _model.Write(name, "");
            File.Move(Directory.GetFiles(_model.ModelPath, "*.sig").First(path => new FileInfo(path).Length > 0), _model[name], overwrite: true);
            VerificationResult result = _model.Verify();
            Assert.Equal(_model[name], result.SignaturePath);
            Assert.True(result.IsValid);
        }

        _model.Write("second.sig", "");
        _model.Refuses("BundleNotFound");
        _model.Refuses("BundleNotFound", request => request with { SignaturePath = "nowhere.sig" });
        _model.Refuses("ModelNotFound", request => request with { ModelPath = "nowhere" });
    }

    [Fact]
    public void Another_key_another_method_and_another_payload_are_refused_each_with_its_error()
    {
        using EcPrivateKey other = EcPrivateKey.Generate(EcCurve.P384);
        _model.Sign();
        _model.Refuses("KeyMismatch", request => request with { Verifier = new KeyVerifier([other.PublicKey]) });
        Assert.True(_model.Verify(request => request with { Verifier = new KeyVerifier([other.PublicKey, _model.Key.PublicKey]) }).IsValid);

        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        Bundle WithMaterial(VerificationMaterial material) => bundle with { VerificationMaterial = material };
        _model.Replace(WithMaterial(new() { PublicKey = new(other.PublicKey.Hint) }));
        _model.Refuses("SignatureInvalid", request => request with { Verifier = new KeyVerifier([other.PublicKey]) });
        _model.Refuses("KeyMismatch");

        _model.Replace(WithMaterial(new() { X509CertificateChain = [new byte[] { 0x30, 0 }] }));
        _model.Refuses("MethodMismatch");

        byte[] payload = bundle.DsseEnvelope!.Payload.ToArray();
        payload[^10] ^= 1;
        _model.Replace(bundle with { DsseEnvelope = bundle.DsseEnvelope with { Payload = payload } });
        _model.Refuses("SignatureInvalid");

        _model.Replace(bundle with { DsseEnvelope = null, MessageSignature = new MessageSignature("SHA2_256", new byte[32], bundle.Signature) });
        _model.Refuses("EnvelopeMissing");
    }

    [Fact]
    public void A_signature_of_fixed_width_is_refused()
    {
        _model.Sign();
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] signature = key.SignData(bundle.DsseEnvelope!.PreAuthenticationEncoding(), HashAlgorithmName.SHA256);
        _model.Replace(bundle with
        {
            VerificationMaterial = new() { PublicKey = new(null, new byte[] { 1 }) },
            DsseEnvelope = bundle.DsseEnvelope with { Signatures = [new DsseSignature(signature, null)] },
        });
        _model.Refuses("SignatureInvalid", request => request with { Verifier = new KeyVerifier([EcPublicKey.Of(key, "test")]) });
    }

    [Fact]
    public void A_signature_that_only_holds_under_the_old_encoding_is_not_a_signature_of_a_current_statement()
    {
        _model.Sign();
        _model.Refuses("EncodingObsolete", request => request with { Verifier = new ObsoleteVerifier() });
    }

    [Fact]
    public void A_statement_of_release_0_2_0_is_verified_with_a_warning()
    {
        string Subject(string name, string content) => $$$"""
            {"name":"{{{name}}}","digest":{"sha256":"{{{Hexadecimal.Write(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}}}"},"annotations":{"actual_hash_algorithm":"file-sha256"}}
            """;
        string text = $$"""
            {"_type":"{{InTotoStatement.TypeV1}}","predicateType":"{{ModelStatement.DigestsPredicateType}}","predicate":{"unused":1},
            "subject":[ {{Subject("weights/part-1.bin", "one")}},{{Subject("config.json", "{}")}} ]}
            """;
        _model.Replace(new KeySigner(_model.Key).Sign(Encoding.UTF8.GetBytes(text), CancellationToken.None));
        VerificationResult result = _model.Verify(request => request with { Verifier = new ObsoleteVerifier() });
        Assert.True(result.IsValid);
        Assert.Contains(result.Warnings, warning => warning.Contains("0.2.0", StringComparison.Ordinal));
        _model.Write("extra", "e");
        Assert.Equal(["extra"], _model.Verify().Difference.Extra);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("..x")]
    public void A_single_file_in_shards_keeps_its_old_name(string name)
    {
        string file = _model.Write(name, "0123456789");
        _model.Sign(request => request with { ModelPath = file, SignaturePath = _model.SignaturePath, ShardSize = 4 });
        _model.Alter(statement =>
        {
            foreach (JsonNode? resource in statement["predicate"]!["resources"]!.AsArray())
            {
                resource!["name"] = ((string)resource["name"]!).Replace(name, ".", StringComparison.Ordinal);
            }
        });
        Assert.True(_model.Verify(request => request with { ModelPath = file, SignaturePath = _model.SignaturePath }).IsValid);
        _model.Refuses("ModelIsNotSingleFile");
    }

    private sealed record ObsoleteEvidence : SignatureEvidence
    {
        public override SignatureMethod Method => SignatureMethod.Certificate;

        public override string KeyAlgorithm => "P-256";

        public override string Signer => "test";
    }

    private sealed class ObsoleteVerifier : SignatureVerifier
    {
        protected override SignatureEvidence VerifySignature(Bundle bundle) => new ObsoleteEvidence { OnlyForPredicateType = ModelStatement.DigestsPredicateType };
    }
}
