using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Tests;

/// <summary>Get-ModelManifest and Compare-ModelManifest.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_manifest_lists_every_file_with_the_digest_that_any_tool_computes()
    {
        IReadOnlyList<PSObject> resources = _session.Run("param($m) Get-ModelManifest $m", _model.Path).ThrowIfFailed().Output;
        Assert.Equal(SampleModel.Names, resources.Select(resource => (string)resource.Properties["Name"].Value));
        foreach (dynamic resource in resources)
        {
            byte[] content = Encoding.UTF8.GetBytes("content of " + resource.Name);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), resource.Digest);
            Assert.Equal("sha256", resource.Algorithm);
            Assert.Equal(content.Length, resource.Length);
            Assert.Equal(_model.Path, resource.ModelPath);
        }
    }

    [Fact]
    public void The_root_digest_is_the_one_that_the_signature_carries_before_and_after_signing()
    {
        const string digest = "param($m) Get-ModelManifest $m -RootDigest";
        object before = _session.Run(digest, _model.Path).Value;
        dynamic signed = _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k", _model.Path, _model.PrivateKey).Single;
        Assert.Equal(before, signed.RootDigest);
        Assert.Equal(before, _session.Run(digest, _model.Path).Value);
    }

    [Fact]
    public void Shards_are_listed_with_the_length_of_each()
    {
        IReadOnlyList<PSObject> resources = _session.Run("param($m) Get-ModelManifest $m -ShardSize 10 -IgnorePath onnx, tokenizer.json, weights.bin", _model.Path).ThrowIfFailed().Output;
        Assert.Equal([("config.json:0:10", 10L), ("config.json:10:20", 10L), ("config.json:20:22", 2L)],
            resources.Select(resource => ((string)resource.Properties["Name"].Value, (long)resource.Properties["Length"].Value)));
    }

    [Fact]
    public void An_empty_model_is_an_error()
    {
        Directory.CreateDirectory(_model.Folder["empty"]);
        Assert.Equal("ModelEmpty", _session.Run("param($m) Get-ModelManifest $m", _model.Folder["empty"]).ErrorId);
    }

    [Fact]
    public void Equal_models_have_no_difference() =>
        Assert.Empty(_session.Run("param($m) Compare-ModelManifest $m $m", _model.Path).ThrowIfFailed().Output);

    [Fact]
    public void Two_models_differ_by_what_was_added_removed_and_changed()
    {
        using SampleModel other = new();
        other.Write("added.txt", "new");
        File.Delete(other["tokenizer.json"]);
        other.Write("weights.bin", "other content");
        Outcome outcome = _session.Run("param($a, $b) Compare-ModelManifest $a $b", _model.Path, other.Path).ThrowIfFailed();
        Assert.Equal(["Added: added.txt", "Removed: tokenizer.json", "Changed: weights.bin"], outcome.Output.Select(difference => difference.ToString()));
        Assert.All(outcome.Output, difference => Assert.Equal(other.Path, difference.Properties["Path"].Value));
    }

    [Theory]
    [InlineData("$before = Get-ModelManifest $m -HashAlgorithm blake3", "Compare-ModelManifest $before $m")]
    [InlineData("$before = Get-ModelManifest $m -ShardSize 5", "Compare-ModelManifest $before $m -ShardSize 5")]
    [InlineData("$before = Get-ModelManifest $m", "Compare-ModelManifest $m -DifferenceObject $before")]
    [InlineData("$before = foreach ($r in Get-ModelManifest $m) { [pscustomobject] @{ Name = $r.Name; Algorithm = $r.Algorithm; Digest = $r.Digest } }", "Compare-ModelManifest $before $m")]
    [InlineData("$null = New-ModelSignature $m -PrivateKey $k -HashAlgorithm blake2b -ShardSize 9", "Compare-ModelManifest \"$m/model.sig\" $m -WarningAction SilentlyContinue")]
    public void A_manifest_that_was_kept_decides_how_the_model_is_hashed(string keep, string compare)
    {
        string script = $"param($m, $k) {keep}; @({compare}).Count; [IO.File]::WriteAllText(\"$m/weights.bin\", 'other'); @({compare}).Count -gt 0";
        Outcome outcome = _session.Run(script, _model.Path, _model.PrivateKey).ThrowIfFailed();
        Assert.Equal([0, true], outcome.Output.Select(value => value.BaseObject));
    }

    [Fact]
    public void A_signature_that_is_compared_warns_that_nothing_was_verified()
    {
        _model.Sign(_session);
        Outcome outcome = _session.Run("param($m) Compare-ModelManifest \"$m/model.sig\" $m", _model.Path).ThrowIfFailed();
        Assert.Contains("is not verified", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Compare-ModelManifest 1, 2 $m", "ManifestUnusable")]
    [InlineData("Compare-ModelManifest ([pscustomobject] @{ Name = 'a'; Algorithm = 'sha256'; Digest = 'zz' }) $m", "ManifestUnusable")]
    [InlineData("Compare-ModelManifest ([pscustomobject] @{ Name = 'a'; Algorithm = 'md5'; Digest = '00' }) $m", "ManifestUnusable")]
    [InlineData("$r = @(Get-ModelManifest $m); Compare-ModelManifest ($r + $r) $m", "ManifestsNotComparable")]
    [InlineData("$r = @(Get-ModelManifest $m); Compare-ModelManifest $r -DifferenceObject @(Get-ModelManifest $m -HashAlgorithm blake3)", "ManifestsNotComparable")]
    [InlineData("Compare-ModelManifest @(Get-ModelManifest $m -ShardSize 1) $m", "ManifestUnusable")]
    [InlineData("Compare-ModelManifest $m -DifferenceObject @(Get-ModelManifest $m -ShardSize 1)", "ManifestUnusable")]
    [InlineData("Compare-ModelManifest missing $m", "ModelNotFound")]
    public void What_cannot_be_compared_is_an_error(string script, string id) =>
        Assert.Equal(id, _session.Run("param($m) " + script, _model.Path).ErrorId);
}
