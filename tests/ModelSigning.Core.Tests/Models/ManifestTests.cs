using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

public class ManifestTests
{
    [Theory]
    [InlineData(null, "b0fef964", "cc852")]
    [InlineData("ignore-me", "92745110", "c6dec4")]
    public void The_root_digest_of_the_public_suites_model_is_the_references(string? ignored, string start, string end)
    {
        string model = SharedData.Require("testdata/oms/test/assets/models/simple");
        ModelFiles files = ModelFiles.Find(
            model, new ModelFilesOptions { CurrentDirectory = model, IgnorePaths = ignored is null ? [] : [ignored] }, CancellationToken.None);
        Manifest manifest = ModelHasher.Hash(files, DigestAlgorithm.Sha256, null, allowSymlinks: false, ModelFixture.Hashing, CancellationToken.None);
        string digest = Hexadecimal.Write(manifest.ComputeRootDigest());
        Assert.StartsWith(start, digest, StringComparison.Ordinal);
        Assert.EndsWith(end, digest, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_more_bytes_or_shards_than_can_be_counted_are_refused()
    {
        ModelFile[] giants = [new("x", 9_000_000_000_000_000_000), new("y", 9_000_000_000_000_000_000)];
        Assert.Equal("TooManyResources", Assert.Throws<ModelSigningException>(() => HashPlan.For(giants, 1)).Definition.Id);
        HashPlan plan = HashPlan.For(giants, null);
        Assert.Equal("TooManyBytes", Assert.Throws<ModelSigningException>(
            () => new HashJob(DigestAlgorithm.Sha256, "/", plan.Items, 1, new HashProgress())).Definition.Id);
    }

    [Fact]
    public void A_root_digest_is_over_the_raw_digests_in_their_order()
    {
        Assert.Equal(SHA256.HashData([]), RootDigest.Compute([]));
        Assert.Equal(SHA256.HashData([1, 2, 3]), RootDigest.Compute([new("b", new byte[] { 1, 2 }), new("a", new byte[] { 3 })]));
    }

    [Fact]
    public void A_manifest_sorts_its_resources_and_tells_a_name_that_stands_twice()
    {
        Assert.Equal(["a", "b"], Make(new Serialization(), ("b", 1), ("a", 2)).Resources.Select(resource => resource.Name));
        _ = new Manifest("m", new Serialization(), [new("a", default), new("b", default), new("a", default)], out string? duplicate);
        Assert.Equal("a", duplicate);
    }

    [Fact]
    public void Two_manifests_differ_by_what_is_extra_missing_and_changed()
    {
        Manifest before = Make(new Serialization(), ("a", 1), ("b", 2), ("c", 3), ("z", 9));
        Manifest after = Make(new Serialization { AllowSymlinks = true, IgnorePaths = ["x"] }, ("b", 2), ("c", 4), ("d", 5), ("e", 6));
        ManifestDifference difference = ManifestDifference.Between(before, after);
        Assert.Equal(["a", "z"], difference.Missing);
        Assert.Equal(["d", "e"], difference.Extra);
        MismatchedResource changed = Assert.Single(difference.Mismatched);
        Assert.Equal(("c", (byte)3, (byte)4), (changed.Name, changed.Expected.Span[0], changed.Actual.Span[0]));
        Assert.False(difference.IsEmpty);
        Assert.True(ManifestDifference.Between(before, before).IsEmpty);
    }

    [Fact]
    public void Manifests_made_in_other_ways_are_not_compared()
    {
        Manifest plain = Make(new Serialization(), ("a", 1));
        foreach (Serialization other in (Serialization[])[new() { HashType = DigestAlgorithm.Blake3 }, new() { ShardSize = 10 }])
        {
            ModelSigningException error = Assert.Throws<ModelSigningException>(() => ManifestDifference.Between(plain, Make(other, ("a", 1))));
            Assert.Equal(ModelErrors.ManifestsNotComparable, error.Definition);
        }
    }

    [Fact]
    public void Too_many_shards_to_count_are_refused()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("model.bin", new byte[HashPlan.MaximumResources + 1]);
        ModelFiles files = ModelFiles.Find(file, new ModelFilesOptions { CurrentDirectory = folder.FullPath }, CancellationToken.None);
        ModelSigningException error = Assert.Throws<ModelSigningException>(
            () => ModelHasher.Hash(files, DigestAlgorithm.Sha256, 1, allowSymlinks: false, ModelFixture.Hashing, CancellationToken.None));
        Assert.Equal(ModelErrors.TooManyResources, error.Definition);
        Assert.Single(ModelHasher.Hash(files, DigestAlgorithm.Sha256, long.MaxValue, allowSymlinks: false, ModelFixture.Hashing, CancellationToken.None).Resources);
    }

    [Fact]
    public void A_message_shows_the_control_characters_of_a_name_and_obeys_none()
    {
        ModelSigningException error = ModelErrors.ModelNotFound.At("a\u001b[2Jb\nc\u202ed 😀");
        Assert.Equal("a\\u001b[2Jb\\u000ac\\u202ed 😀", error.Message);
    }

    private static Manifest Make(Serialization serialization, params (string Name, byte Digest)[] resources) =>
        new("m", serialization, [.. resources.Select(resource => new Resource(resource.Name, new[] { resource.Digest }))], out _);
}
