using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>A manifest in place of the files.</summary>
public sealed class ManifestVerifierTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(2L)]
    public void A_manifest_of_what_was_signed_is_valid_although_no_file_is_there(long? shardSize)
    {
        _model.Sign(request => request with { ShardSize = shardSize });
        Write(shardSize);
        File.Move(_model.SignaturePath, Path.Join(_model.Root, "m.jsonl.sig"));
        Directory.Delete(_model.ModelPath, recursive: true);
        VerificationResult result = ManifestVerifier.Verify(Request with { SignaturePath = null }, CancellationToken.None);
        Assert.True(result.IsValid);
        Assert.Equal((VerificationBasis.Manifest, VerificationScope.Whole, "Manifest"), (result.Basis, result.Scope, result.Source));
        Assert.Equal((Manifest, 2, 5L), (result.ModelPath, result.FileCount, result.ByteCount));
        Assert.Equal(["."], result.UncheckedPaths);
    }

    [Fact]
    public void All_differences_of_a_manifest_come_together()
    {
        _model.Write("gone", "x");
        _model.Sign();
        _model.Write("config.json", "[]");
        _model.Write("new", "x");
        File.Delete(_model["gone"]);
        Write();
        ManifestDifference difference = ManifestVerifier.Verify(Request, CancellationToken.None).Difference;
        Assert.Equal(("new", "gone", "config.json"), (Assert.Single(difference.Extra), Assert.Single(difference.Missing), Assert.Single(difference.Mismatched).Name));
    }

    [Fact]
    public void What_a_manifest_leaves_out_or_allows_and_the_signature_does_not_is_warned_of()
    {
        _model.Sign();
        Write();
        Assert.Empty(ManifestVerifier.Verify(Request, CancellationToken.None).Warnings);
        ManifestFile file = ManifestFileReader.Read(Manifest, CancellationToken.None);
        Serialization looser = file.Manifest.Serialization with { AllowSymlinks = true, IgnorePaths = [.. file.Manifest.Serialization.IgnorePaths, "payload.py"] };
        string[] names = [.. file.Manifest.Resources.Select(resource => resource.Name)];
        ManifestFileWriter.Write(Manifest, file with
        {
            Manifest = Core.Models.Manifest.Of(file.Manifest.ModelName, looser, file.Manifest.Resources),
            Listing = ManifestFile.ListingOf(looser, names, file.Lengths),
        }, exists: null);
        VerificationResult result = ManifestVerifier.Verify(Request, CancellationToken.None);
        Assert.True(result.IsValid);
        Assert.Equal(2, result.Warnings.Count);
        Assert.Contains("'payload.py'", result.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("symbolic links", result.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_a_manifest_is_read_before_the_signature_holds()
    {
        _model.Sign();
        File.WriteAllText(Manifest, "{nonsense");
        using Core.Keys.EcPrivateKey other = Core.Keys.EcPrivateKey.Generate(Core.Keys.EcCurve.P256);
        Assert.Equal("KeyMismatch", Refused(Request with { Verifier = new KeyVerifier([other.PublicKey]) }));
        Assert.Equal("ManifestFileMalformed", Refused(Request));
    }

    [Fact]
    public void A_part_and_a_manifest_with_other_settings_are_refused()
    {
        _model.Sign();
        Write(part: new(1, 2));
        Assert.Equal("ManifestPartAlone", Refused(Request));
        Write(shardSize: 2);
        Assert.Equal("ManifestsNotComparable", Refused(Request));
    }

    [Theory]
    [InlineData("", "TrustPolicyBasisNotAccepted")]
    [InlineData(""", "basis": "Files" """, "TrustPolicyBasisNotAccepted")]
    [InlineData(""", "basis": "Manifest" """, null)]
    [InlineData(""", "basis": "Manifest", "scope": "Whole" """, null)]
    [InlineData(""", "basis": "Manifest", "forbid": ["pickle"] """, "TrustPolicyContentUninspectable")]
    [InlineData(""", "basis": "Manifest", "allowFormats": ["text"] """, "TrustPolicyContentUninspectable")]
    [InlineData(""", "basis": "Manifest", "lineage": "signed", "stores": "models" """, "TrustPolicyLineageUnreadable")]
    [InlineData(""", "basis": "Manifest", "claims": [{ "predicateType": "https://example.com/test/v1", "signers": [SIGNER] }] """, "ClaimModelUnusable")]
    public void A_manifest_is_accepted_only_by_a_rule_that_accepts_manifests_and_requires_nothing_of_the_files(string demand, string? error)
    {
        _model.Sign();
        Write();
        string signer = $$"""{ "type": "key", "publicKey": {{JsonSerializer.Serialize(_model.Key.PublicKey.Pem)}} }""";
        string policy = $$"""{ "version": 1, "rules": [{ "name": "team", "models": "**", "signers": [{{signer}}]{{demand.Replace("SIGNER", signer, StringComparison.Ordinal)}} }] }""";
        TrustPolicy trusted = TrustPolicy.Parse(Encoding.UTF8.GetBytes(policy), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]);
        Exception? refusal = Record.Exception(() => Assert.True(ManifestVerifier.Verify(Request with { Verifier = trusted.VerifierFor(Manifest) }, CancellationToken.None).IsValid));
        Assert.Equal(error, refusal is null ? null : Assert.IsType<ModelSigningException>(refusal).Definition.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_manifest_falls_under_no_later_rule_than_the_folder_that_it_lies_in(bool isEarlier)
    {
        _model.Sign();
        Write();
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        string Rule(string name, string models, EcPublicKey key) =>
            $$"""{ "name": "{{name}}", "models": "{{models}}", "basis": "Manifest", "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        string folder = Rule("folder", Path.GetFileName(_model.Root), another.PublicKey), rest = Rule("rest", "**", _model.Key.PublicKey);
        string policy = $$"""{ "version": 1, "rules": [{{(isEarlier ? $"{folder}, {rest}" : $"{rest}, {folder}")}}] }""";
        TrustPolicy trusted = TrustPolicy.Parse(Encoding.UTF8.GetBytes(policy), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]);
        VerificationRequest request = Request with { Verifier = trusted.VerifierFor(Manifest), FolderVerifier = path => trusted.VerifierFor(path) };
        Assert.Equal(isEarlier ? "TrustPolicySignerNotAccepted" : null, isEarlier ? Refused(request) : ManifestVerifier.Verify(request, CancellationToken.None).IsValid ? null : "invalid");
    }

    private string Manifest => Path.Join(_model.Root, "m.jsonl");

    private VerificationRequest Request => _model.VerificationRequest with { ModelPath = Manifest, SignaturePath = _model.SignaturePath };

    private static string Refused(VerificationRequest request) =>
        Assert.Throws<ModelSigningException>(() => ManifestVerifier.Verify(request, CancellationToken.None)).Definition.Id;

    private void Write(long? shardSize = null, ManifestPart? part = null)
    {
        ModelFiles files = ModelFiles.Find(_model.ModelPath, new() { CurrentDirectory = _model.Root, SignaturePath = _model.SignaturePath }, CancellationToken.None);
        Serialization serialization = new() { HashType = DigestAlgorithm.Sha256, ShardSize = shardSize };
        ManifestFileWriter.Write(
            Manifest, ManifestHasher.Hash(files, serialization, part ?? ManifestPart.Whole, "here", ModelFixture.Hashing, CancellationToken.None), exists: null);
    }
}
