using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Manifests;

public sealed class ManifestFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ManifestFileTests()
    {
        _folder.Write("m/a.txt", "a");
        _folder.Write("m/sub/größe.bin", new string('x', 5000));
        _folder.Write("m/sub/z.bin", new string('z', 200_000));
        _folder.Write("m/tail", "");
        _folder.Write("m/cache/c", "c");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_format_is_what_the_page_says()
    {
        Manifest manifest = Manifest.Of("m", new Serialization { IgnorePaths = ["cache"] }, [new("a", new byte[32]), new("ä \"b\"", new byte[32])]);
        byte[] listing = ManifestFile.ListingOf(manifest.Serialization, ["a", "ä \"b\""], [1, 2]);
        string zeros = new('0', 64);
        Assert.Equal(
            "{\"format\":\"model-signing-manifest\",\"version\":1,\"model\":\"m\",\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":[\"cache\"]},"
            + "\"listing\":\"6d8fc2c0\",\"part\":1,\"of\":1,\"resources\":2,\"worker\":\"w\"}\n"
            + $"{{\"name\":\"a\",\"digest\":\"{zeros}\",\"length\":1}}\n{{\"name\":\"ä \\\"b\\\"\",\"digest\":\"{zeros}\",\"length\":2}}\n",
            Text(new(manifest, [1, 2], listing, ManifestPart.Whole, "w"))
                .Replace(Convert.ToHexStringLower(listing), "6d8fc2c0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 3)]
    [InlineData(null, 16)]
    [InlineData(7000L, 4)]
    public void Parts_that_are_joined_are_the_manifest_of_the_whole(long? shardSize, int count)
    {
        ManifestFile whole = Hash(ManifestPart.Whole, shardSize);
        (string Path, ManifestFile File)[] parts = [.. Enumerable.Range(1, count).Reverse().Select(number => ($"part-{number}", Again(Hash(new(number, count), shardSize))))];
        Assert.Equal(whole.Lengths.Count, parts.Sum(part => part.File.Lengths.Count));

        ManifestFile joined = ManifestHasher.Join(parts);
        Assert.Equal(Text(whole), Text(joined));
        Assert.Equal(whole.Manifest.ComputeRootDigest(), joined.Manifest.ComputeRootDigest());
    }

    [Fact]
    public void Each_part_that_was_read_counts_with_its_bytes_while_parts_are_joined()
    {
        using TemporaryFolder folder = new();
        string[] paths = [.. Enumerable.Range(1, 3).Select(number => folder.Write($"part-{number}", Text(Hash(new(number, 3)))))];
        HashProgress progress = new();
        Assert.Equal(Text(Hash(ManifestPart.Whole)), Text(ManifestHasher.JoinFiles(paths, progress, CancellationToken.None)));
        Assert.Equal(paths.Sum(path => new FileInfo(path).Length), progress.BytesTotal);
        Assert.Equal(progress.BytesTotal, progress.BytesDone);

        File.WriteAllText(paths[1], "nonsense");
        HashProgress broken = new();
        Refused(ManifestFileErrors.ManifestFileMalformed, () => ManifestHasher.JoinFiles(paths, broken, CancellationToken.None));
        Assert.Equal(new FileInfo(paths[0]).Length, broken.BytesDone);
    }

    [Fact]
    public void Work_is_shared_by_bytes_and_every_resource_has_one_part()
    {
        long[] lengths = [10_000_000, 1, 1, 10_000_000, 0, 10_000_000];
        (int Start, int End)[] shares = [.. Enumerable.Range(1, 3).Select(number => ManifestHasher.Share(lengths, new(number, 3)))];
        Assert.Equal([(0, 2), (2, 4), (4, 6)], shares);
        Assert.Equal((0, 0), ManifestHasher.Share([], new(1, 1)));
        Assert.Equal(2, ManifestHasher.Share([long.MaxValue, long.MaxValue], new(2, 2)).End);
    }

    [Fact]
    public void Missing_parts_are_counted_and_a_single_one_is_named()
    {
        Assert.Equal("Part 2 of 2 is missing.", Assert.Throws<ModelSigningException>(() => ManifestHasher.Join([("1", Hash(new(1, 2)))])).Message);
        Assert.Equal("2 of 3 parts are missing; the first is part 1.", Assert.Throws<ModelSigningException>(() => ManifestHasher.Join([("2", Hash(new(2, 3)))])).Message);
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused_for_their_own_reason()
    {
        ManifestFile first = Hash(new(1, 2)), second = Hash(new(2, 2));
        Refused(ManifestFileErrors.ManifestPartMissing, () => ManifestHasher.Join([("1", first)]));
        Refused(ManifestFileErrors.ManifestPartDoubled, () => ManifestHasher.Join([("1", first), ("2", second), ("again", second)]));
        Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("1", first), ("2", Hash(new(2, 3)))]));
        Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("1", first), ("2", Hash(new(2, 2), 7000))]));
        Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("1", first), ("2", Hash(new(2, 2), algorithm: DigestAlgorithm.Blake3))]));
        Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("1", first), ("2", Hash(new(2, 2), ignored: ["cache"]))]));

        _folder.Write("m/new", "new");
        ModelSigningException refusal = Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("one.jsonl", first), ("two.jsonl", Hash(new(2, 2)))]));
        Assert.Contains("'two.jsonl' (part 2 of 2, hashed on worker)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_with_an_edited_name_or_length_does_not_join()
    {
        string first = Text(Hash(new(1, 2)));
        ManifestFile second = Hash(new(2, 2));
        foreach (string edited in (string[])[first.Replace("\"length\":200000", "\"length\":200001", StringComparison.Ordinal), first.Replace("sub/z.bin", "sub/zz.bin", StringComparison.Ordinal)])
        {
            Assert.NotEqual(first, edited);
            Refused(ManifestFileErrors.ManifestPartsDiffer, () => ManifestHasher.Join([("1", Read(edited)), ("2", second)]));
        }
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"part\":1", "\"part\":0")]
    [InlineData("\"part\":1", "\"part\":2")]
    [InlineData("\"of\":1", "\"of\":1,\"more\":1")]
    [InlineData("\"method\":\"files\"", "\"method\":\"tensors\"")]
    [InlineData("\"hash_type\":\"sha256\"", "\"hash_type\":\"md5\"")]
    [InlineData("\"method\":\"files\"", "\"method\":\"shards\"")]
    [InlineData("\"length\":1}", "\"length\":-1}")]
    [InlineData("\"length\":1}", "\"length\":1.5}")]
    [InlineData("\"length\":1}", "\"length\":2}")] // not what the listing is of
    [InlineData("\"length\":1}", "\"length\":1,\"length\":1}")]
    [InlineData("\"digest\":\"", "\"digest\":\"0")]
    public void An_edited_line_is_malformed(string from, string to)
    {
        string text = Text(Hash(ManifestPart.Whole));
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Refused(ManifestFileErrors.ManifestFileMalformed, () => Read(text[..at] + to + text[(at + from.Length)..]));
    }

    [Theory]
    [InlineData("../a.txt")]
    [InlineData("/a.txt")]
    [InlineData("sub/./a")]
    [InlineData("")]
    public void A_name_that_leads_out_is_refused(string name) =>
        Refused(ManifestFileErrors.ManifestFileName, () => Read(Text(Hash(ManifestPart.Whole)).Replace("\"a.txt\"", $"\"{name}\"", StringComparison.Ordinal)));

    [Fact]
    public void Lines_out_of_order_doubled_missing_or_cut_off_are_refused()
    {
        string[] lines = Text(Hash(ManifestPart.Whole)).Split('\n');
        Refused(ManifestFileErrors.ManifestFileOrder, () => Read(string.Join('\n', [lines[0], lines[2], lines[1], .. lines[3..]])));
        Refused(ManifestFileErrors.ManifestFileOrder, () => Read(string.Join('\n', [lines[0], lines[1], lines[1], .. lines[3..]])));
        Refused(ManifestFileErrors.ManifestFileIncomplete, () => Read(string.Join('\n', [lines[0], .. lines[2..]])));
        Refused(ManifestFileErrors.ManifestFileIncomplete, () => Read(string.Join('\n', [.. lines[..^1], "{\"name\":\"zz\",\"digest\":\"\",\"length\":0}", ""])));
        Refused(ManifestFileErrors.ManifestFileMalformed, () => Read(string.Join('\n', lines)[..^1]));
        ModelSigningException blank = Assert.Throws<ModelSigningException>(() => Read(string.Join('\n', [lines[0], "", .. lines[1..]])));
        Assert.Contains("Line 2 of", blank.Message, StringComparison.Ordinal);
        Assert.Contains("it is blank", blank.Message, StringComparison.Ordinal);
        Refused(ManifestFileErrors.ManifestFileIncomplete, () => Read(lines[0].Replace("\"resources\":5", "\"resources\":9999999", StringComparison.Ordinal) + "\n"));
    }

    [Fact]
    public void Lengths_whose_sum_is_too_large_are_refused()
    {
        Manifest manifest = Manifest.Of("m", new Serialization(), [new("a", new byte[32]), new("b", new byte[32])]);
        Refused(ManifestFileErrors.ManifestFileTooLarge, () => Again(new(
            manifest, [long.MaxValue, 1], ManifestFile.ListingOf(manifest.Serialization, ["a", "b"], [long.MaxValue, 1]), ManifestPart.Whole, "w")));
    }

    [Fact]
    public void A_part_alone_is_not_a_manifest()
    {
        ManifestFileWriter.Write(_folder["part.jsonl"], Hash(new(1, 2)), exists: null);
        Assert.True(ManifestFileReader.IsManifestFile(_folder["part.jsonl"]));
        Refused(ManifestFileErrors.ManifestPartAlone, () => ManifestFileReader.ReadWhole(_folder["part.jsonl"], default));
        Refused(ManifestFileErrors.ManifestFileNotFound, () => ManifestFileReader.Read(_folder["none.jsonl"], default));
        Assert.False(ManifestFileReader.IsManifestFile(_folder["m/a.txt"]));
    }

    private static string Text(ManifestFile file)
    {
        using MemoryStream stream = new();
        ManifestFileWriter.WriteTo(stream, file);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static ManifestFile Read(string text) => ManifestFileReader.Read(Encoding.UTF8.GetBytes(text), "sample.jsonl", default);

    private static ManifestFile Again(ManifestFile file) => Read(Text(file));

    private static ModelSigningException Refused(ErrorDefinition definition, Action act)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(act);
        Assert.Equal(definition, refusal.Definition);
        return refusal;
    }

    private ManifestFile Hash(ManifestPart part, long? shardSize = null, DigestAlgorithm algorithm = DigestAlgorithm.Sha256, string[]? ignored = null) => ManifestHasher.Hash(
        ModelFiles.Find(_folder["m"], new ModelFilesOptions { CurrentDirectory = _folder.FullPath, IgnorePaths = ignored ?? [] }, default),
        new Serialization { HashType = algorithm, ShardSize = shardSize }, part, "worker", new HashSettings { Device = new CpuHashDevice(), Threads = 1 }, default);
}
