using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tensors;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Tensors;

public sealed class TensorHasherTests : IDisposable
{
    private const string Weight = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private HashedTensors Hash(string path, string? source = null, string? revision = null, DigestAlgorithm algorithm = DigestAlgorithm.Sha256, params string[] ignore) => TensorHasher.Hash(
        ModelStores.Open(source, path, revision, _folder.FullPath, allowSymlinks: false),
        new() { CurrentDirectory = _folder.FullPath, IgnorePaths = ignore }, algorithm, ModelFixture.Hashing, CancellationToken.None);

    private static string Refusal(Action action) => Assert.Throws<ModelSigningException>(action).Definition.Id;

    private static string Text(HashedTensor one) => $"{one.Weights} {one.File} {one.Tensor.Name} {one.Tensor.Type} [{string.Join(',', one.Tensor.Shape)}]";

    private static byte[] Safetensors(params (string Name, string Data)[] tensors)
    {
        byte[] file = SafetensorsBytes.Of([.. tensors.Select(tensor => (tensor.Name, "U8", (int[])[tensor.Data.Length], tensor.Data.Length))]);
        Encoding.ASCII.GetBytes(string.Concat(tensors.Select(tensor => tensor.Data))).CopyTo(file.AsSpan(file.Length - tensors.Sum(tensor => tensor.Data.Length)));
        return file;
    }

    private static byte[] Gguf(bool isBigEndian, uint version, byte fill)
    {
        byte[] file = new GgufBytes(isBigEndian) { Version = version }.Value("general.name", "m").Tensor("a", 0, 12, 3).Tensor("b", 12, 144, 256).ToArray();
        file.AsSpan(file.Length - 192, 12).Fill(1);
        file.AsSpan(file.Length - 160, 144).Fill(fill);
        return file;
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Digest(HashedTensor tensor) => Convert.ToHexStringLower(tensor.Digest.Span);

    private string Sharded(string name, params (string Shard, (string, string)[] Tensors)[] shards)
    {
        JsonObject map = [];
        foreach ((string shard, (string Name, string Data)[] tensors) in shards)
        {
            _folder.Write($"{name}/{shard}", Safetensors(tensors));
            foreach ((string tensor, _) in tensors)
            {
                map[tensor] = shard;
            }
        }

        _folder.Write($"{name}/model.safetensors.index.json", new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
        return _folder[name];
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake2b)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void Each_tensor_is_hashed_alone_whatever_file_it_is_in(DigestAlgorithm algorithm)
    {
        _folder.Write("m/model.safetensors", Safetensors(("a", "one"), ("empty", ""), ("b", "two")));
        _folder.Write("m/sub/x.GGUF", Gguf(false, 3, 7));
        _folder.Write("m/config.json", "{}");
        HashedTensors found = Hash(_folder["m"], algorithm: algorithm);
        Assert.Equal(
            ["model.safetensors model.safetensors a U8 [3]", "model.safetensors model.safetensors empty U8 [0]", "model.safetensors model.safetensors b U8 [3]",
                "sub/x.GGUF sub/x.GGUF a F32 [3]", "sub/x.GGUF sub/x.GGUF b Q4_K [256]"],
            found.Tensors.Select(Text));
        Assert.Equal(["config.json"], found.Others);
        Assert.All(found.Tensors, tensor => Assert.Equal(algorithm.DigestLength(), tensor.Digest.Length));
        Assert.NotEqual(Digest(found.Tensors[0]), Digest(found.Tensors[2]));
        if (algorithm == DigestAlgorithm.Sha256)
        {
            Assert.Equal([Sha256("one"u8), Sha256([]), Sha256("two"u8), Sha256([.. Enumerable.Repeat((byte)1, 12)]), Sha256([.. Enumerable.Repeat((byte)7, 144)])],
                found.Tensors.Select(Digest));
        }
    }

    [Theory]
    [InlineData(false, 2U)]
    [InlineData(true, 3U)]
    public void GGUF_is_read_in_each_version_and_byte_order(bool isBigEndian, uint version)
    {
        _folder.Write("m.gguf", Gguf(isBigEndian, version, 7));
        // The same bytes are other numbers in the other order.
        string order = isBigEndian ? " (big-endian)" : "";
        Assert.Equal([$"m.gguf m.gguf a F32{order} [3]", $"m.gguf m.gguf b Q4_K{order} [256]"], Hash(_folder["m.gguf"]).Tensors.Select(Text));
    }

    [Fact]
    public void Shards_are_taken_together_by_their_index_or_their_number()
    {
        string indexed = Sharded("indexed", ("one.safetensors", [("a", "1")]), ("two.safetensors", [("b", "2")]));
        Assert.Equal(["model.safetensors one.safetensors a U8 [1]", "model.safetensors two.safetensors b U8 [1]"], Hash(indexed).Tensors.Select(Text));
        _folder.Write("numbered/x/model-00001-of-00002.fp16.safetensors", Safetensors(("a", "1")));
        _folder.Write("numbered/x/model-00002-of-00002.fp16.safetensors", Safetensors(("b", "2")));
        Assert.All(Hash(_folder["numbered"]).Tensors, tensor => Assert.Equal("x/model.fp16.safetensors", tensor.Weights));
        _folder.Write("numbered/x/model-00002-of-00002.fp16.safetensors", Safetensors(("a", "2")));
        Assert.Equal("TensorTwice", Refusal(() => Hash(_folder["numbered"])));
    }

    [Fact]
    public void A_file_that_loaders_pass_over_is_no_part_of_the_weights_beside_it()
    {
        string model = Sharded("m", ("model-00001-of-00002.safetensors", [("a", "1")]));
        _folder.Write("m/model-00002-of-00002.safetensors", Safetensors(("b", "2")));
        Assert.Equal(["model.safetensors a", "model-00002-of-00002.safetensors b"], Weights());
        _folder.Write("m/model.safetensors", Safetensors(("c", "3")));
        Assert.Equal(["model.safetensors.index.json a", "model-00002-of-00002.safetensors b", "model.safetensors c"], Weights());
        File.Delete(_folder["m/model.safetensors.index.json"]);
        Assert.Equal(["model-00001-of-00002.safetensors a", "model-00002-of-00002.safetensors b", "model.safetensors c"], Weights());
        File.Delete(_folder["m/model.safetensors"]);
        Assert.Equal(["model.safetensors a", "model.safetensors b"], Weights());

        IEnumerable<string> Weights() => Hash(model).Tensors.Select(tensor => $"{tensor.Weights} {tensor.Tensor.Name}");
    }

    [Theory]
    [InlineData("00001-of-00002", "00007-of-00002")]
    [InlineData("00001-of-00002", "00003-of-00002")]
    [InlineData("00001-of-00003", "00002-of-00003")]
    [InlineData("00000-of-00002", "00001-of-00002")]
    [InlineData("00001-of-00002", "00002-of-00003")]
    public void Numbered_files_are_one_set_of_weights_only_where_each_number_is_there_once(string first, string second)
    {
        _folder.Write($"m/model-{first}.gguf", Gguf(false, 3, 7));
        _folder.Write($"m/model-{second}.gguf", new GgufBytes(false).Value("general.name", "m").Tensor("c", 0, 12, 3).ToArray());
        Assert.All(Hash(_folder["m"]).Tensors, tensor => Assert.Equal(tensor.File, tensor.Weights));
    }

    [Fact]
    public void Of_two_complete_sets_of_one_name_only_one_has_it()
    {
        _folder.Write("m/model-00001-of-00001.safetensors", Safetensors(("a", "1")));
        _folder.Write("m/model-00001-of-00002.safetensors", Safetensors(("b", "2")));
        _folder.Write("m/model-00002-of-00002.safetensors", Safetensors(("c", "3")));
        Assert.Equal(
            ["model.safetensors", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], Hash(_folder["m"]).Tensors.Select(tensor => tensor.Weights));
    }

    [Fact]
    public void An_index_that_does_not_fit_its_shards_is_refused()
    {
        string model = Sharded("m", ("one.safetensors", [("a", "1")]), ("two.safetensors", [("b", "2")]));
        File.Copy(_folder["m/model.safetensors.index.json"], _folder["m/other.safetensors.index.json"]);
        Assert.Equal("TensorTwice", Refusal(() => Hash(model)));
        Assert.Equal(2, Hash(model, ignore: "other.safetensors.index.json").Tensors.Count);
        File.Delete(_folder["m/other.safetensors.index.json"]);
        _folder.Write("m/two.safetensors", Safetensors(("c", "2")));
        Assert.Equal("TensorIndexInvalid", Refusal(() => Hash(model)));
        File.Delete(_folder["m/two.safetensors"]);
        Assert.Equal("TensorIndexInvalid", Refusal(() => Hash(model)));
        _folder.Write("m/model.safetensors.index.json", """{"weight_map":{"a":"../one.safetensors"}}""");
        Assert.Equal("TensorIndexInvalid", Refusal(() => Hash(model)));
    }

    [Fact]
    public void What_is_not_a_valid_file_of_tensors_is_refused_and_what_is_ignored_is_not_read()
    {
        _folder.Write("m/good.safetensors", Safetensors(("a", "1")));
        _folder.Write("m/bad.safetensors", SafetensorsBytes.Of("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6));
        Assert.Equal("SafetensorsInvalid", Refusal(() => Hash(_folder["m"])));
        _folder.Write("m/bad.safetensors", "GGUF");
        Assert.Equal("SafetensorsInvalid", Refusal(() => Hash(_folder["m"])));
        Assert.Single(Hash(_folder["m"], ignore: "bad.safetensors").Tensors);
        _folder.Write("m/bad.gguf", "GGUF");
        Assert.Equal("GgufInvalid", Refusal(() => Hash(_folder["m"], ignore: "bad.safetensors")));
        _folder.Write("none/config.json", "{}");
        Assert.Equal("TensorsNotFound", Refusal(() => Hash(_folder["none"])));
    }

    [Fact]
    public void Stores_have_the_same_tensors_as_the_folder_packed_or_not()
    {
        byte[] safetensors = Safetensors(("a", "one"), ("b", new string('x', 300_000)), ("c", "")), gguf = Gguf(true, 3, 9);
        _folder.Write("m/model.safetensors", safetensors);
        _folder.Write("m/x.gguf", gguf);
        OciLayoutBuilder built = new();
        JsonObject config = built.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());
        byte[] tar = Tar(("model.safetensors", safetensors), ("x.gguf", gguf));
        built.Manifest("raw", config.DeepClone().AsObject(), built.Blob(Weight + "raw", safetensors, (FilePath, "model.safetensors")), built.Blob(Weight + "raw", gguf, (FilePath, "x.gguf")));
        built.Manifest("gzip", config.DeepClone().AsObject(), built.Blob(Weight + "tar+gzip", Stores.StoreFixture.Gzip(tar), (FilePath, ".")));
        built.Manifest("zstd", config.DeepClone().AsObject(), built.Blob(Weight + "tar+zstd", Stores.StoreFixture.Zstd(tar), (FilePath, ".")));
        string layout = built.WriteFolder(_folder, "layout");
        string[] expected = [.. Hash(_folder["m"]).Tensors.Select(tensor => Text(tensor) + Digest(tensor))];
        Assert.Equal(5, expected.Length);
        Assert.Equal(expected, Hash(layout, "Oci", "raw").Tensors.Select(tensor => Text(tensor) + Digest(tensor)));
        Assert.Equal(expected, Hash(layout, "Oci", "gzip").Tensors.Select(tensor => Text(tensor) + Digest(tensor)));

        Assert.Equal(expected, Hash(layout, "Oci", "zstd").Tensors.Select(tensor => Text(tensor) + Digest(tensor)));
        if (!OperatingSystem.IsWindows())
        {
            HubCache cache = new(_folder);
            cache.Add("model.safetensors", safetensors);
            cache.Add("x.gguf", gguf);
            Assert.Equal(expected, Hash(cache.Repository, "HuggingFace", "main").Tensors.Select(tensor => Text(tensor) + Digest(tensor)));
        }

        // A blob that was changed is refused, and so is a file of a layer that breaks its format.
        string blob = _folder[$"layout/blobs/sha256/{Sha256(safetensors)}"];
        safetensors[^1] ^= 1;
        File.WriteAllBytes(blob, safetensors);
        Assert.Equal("BlobMismatch", Refusal(() => Hash(layout, "Oci", "raw")));
        built.Manifest("bad", config, built.Blob(Weight + "tar", Tar(("x.gguf", gguf[..^40])), (FilePath, ".")));
        Assert.Equal("GgufInvalid", Refusal(() => Hash(built.WriteFolder(_folder, "bad"), "Oci", "bad")));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void The_blobs_of_a_store_are_read_once_for_their_own_digest_and_those_of_the_tensors(DigestAlgorithm algorithm)
    {
        byte[] one = Safetensors(("a", new string('x', 400_000))), two = Safetensors(("b", "two"));
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()), built.Blob(Weight + "raw", one, (FilePath, "one.safetensors")),
            built.Blob(Weight + "raw", two, (FilePath, "two.safetensors")), built.Blob(Weight + "raw", new byte[10_000], (FilePath, "other.bin")));
        string layout = built.WriteFolder(_folder, "layout");
        HashProgress progress = new();
        HashedTensors found = TensorHasher.Hash(
            ModelStores.Open("Oci", layout, null, _folder.FullPath, allowSymlinks: false), new() { CurrentDirectory = _folder.FullPath }, algorithm, ModelFixture.Hashing with { Progress = progress }, CancellationToken.None);
        Assert.Equal(["a", "b"], found.Tensors.Select(tensor => tensor.Tensor.Name));
        Assert.Equal(one.Length + two.Length, progress.BytesDone);
        Assert.Equal(progress.BytesDone, progress.BytesTotal);

        // Of two bad blobs, the first is named.
        foreach (byte[] bad in (byte[][])[one, two])
        {
            File.WriteAllBytes(_folder[$"layout/blobs/sha256/{Sha256(bad)}"], [.. bad[..^1], (byte)'!']);
        }

        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Hash(layout, "Oci", algorithm: algorithm));
        Assert.Equal("BlobMismatch", refusal.Definition.Id);
        Assert.Contains(Sha256(one), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_of_ollama_is_a_GGUF_file_by_its_first_bytes_because_it_has_no_ending()
    {
        byte[] gguf = Gguf(false, 3, 7);
        OciLayoutBuilder built = new();
        const string type = "application/vnd.ollama.image.";
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["config"] = built.Blob("application/vnd.docker.container.image.v1+json", "{}"u8.ToArray()),
            ["layers"] = new JsonArray(built.Blob(type + "model", gguf), built.Blob(type + "projector", Gguf(false, 3, 8)), built.Blob(type + "template", "GGU"u8.ToArray()), built.Blob(type + "license", "MIT License"u8.ToArray())),
        };
        _folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        foreach ((string digest, byte[] bytes) in built.Blobs)
        {
            _folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
        }

        HashedTensors found = Hash(_folder["ollama"], "Ollama", "tiny");
        Assert.Equal(["model model a F32 [3]", "model model b Q4_K [256]", "projector projector a F32 [3]", "projector projector b Q4_K [256]"], found.Tensors.Select(Text));
        Assert.Equal(["config", "license", "template"], found.Others);

        // Also in a plain folder, and packed in a layer.
        _folder.Write("m/model", gguf);
        Assert.Equal(found.Tensors.Take(2).Select(Digest), Hash(_folder["m"]).Tensors.Select(Digest));
        OciLayoutBuilder packed = new();
        packed.Manifest("v1", packed.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()), packed.Blob(Weight + "tar", Tar(("model", gguf), ("LICENSE", "MIT License"u8.ToArray())), (FilePath, ".")));
        found = Hash(packed.WriteFolder(_folder, "packed"), "Oci");
        Assert.Equal(["model model a F32 [3]", "model model b Q4_K [256]"], found.Tensors.Select(Text));
        Assert.Equal(["LICENSE"], found.Others);

        // A model that is not what its name says is refused before any of it is listed.
        string blob = _folder[$"ollama/blobs/sha256-{Sha256(gguf)}"];
        gguf[^1] ^= 1;
        File.WriteAllBytes(blob, gguf);
        Assert.Equal("BlobMismatch", Refusal(() => Hash(_folder["ollama"], "Ollama", "tiny")));
    }

    [Fact]
    public void A_difference_is_of_type_shape_or_content_and_not_of_the_shard()
    {
        static ComparedTensor Tensor(string weights, string name, string file, string type = "F32", string shape = "[1]", string digest = "d") => new(weights, name, file, type, shape, digest);
        TensorDifference found = TensorDifference.Between(
            [Tensor("w", "same", "1"), Tensor("w", "type", "1"), Tensor("w", "shape", "1"), Tensor("w", "data", "2"), Tensor("w", "gone", "2")],
            [Tensor("v", "same", "9"), Tensor("v", "type", "9", "F16"), Tensor("v", "shape", "9", shape: "[1,1]"), Tensor("v", "data", "9", digest: "e"), Tensor("v", "new", "9")]);
        Assert.Equal("new", Assert.Single(found.Added).Name);
        Assert.Equal("gone", Assert.Single(found.Removed).Name);
        Assert.Equal(["type", "shape", "data"], found.Changed.Select(pair => pair.After.Name));

        // Several sets of weights are told apart by their names.
        found = TensorDifference.Between([Tensor("w", "t", "1"), Tensor("x", "t", "2")], [Tensor("w", "t", "1"), Tensor("y", "t", "2")]);
        Assert.Equal(("y", "x"), (Assert.Single(found.Added).Weights, Assert.Single(found.Removed).Weights));
        Assert.Empty(found.Changed);

        // So is one set of them where a program may load a file without tensors instead.
        found = TensorDifference.Between([Tensor("w", "t", "1")], [Tensor("y", "t", "2")]);
        Assert.Empty(found.Added);
        found = TensorDifference.Between([Tensor("w", "t", "1")], [Tensor("y", "t", "2")], hasEmpty: true);
        Assert.Equal(("y", "w"), (Assert.Single(found.Added).Weights, Assert.Single(found.Removed).Weights));
    }

    private static byte[] Tar(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream stream = new();
        using (System.Formats.Tar.TarWriter tar = new(stream, System.Formats.Tar.TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return stream.ToArray();
    }
}
