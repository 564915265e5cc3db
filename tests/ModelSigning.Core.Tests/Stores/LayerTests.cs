using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>What is read of the layers and the configuration of an OCI layout, and how far the reading is.</summary>
public sealed class LayerTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", Image = "application/vnd.oci.image.layer.v1.tar", FilePath = "org.cncf.model.filepath";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("models/.wh.old")]
    [InlineData(".wh..wh..opq")]
    [InlineData(".wh.models/x")]
    public void A_layer_of_an_image_that_removes_files_of_others_is_refused_by_name(string name)
    {
        OciLayoutBuilder built = new();
        built.Manifest("image", Config(built), built.Blob(Image + "+gzip", Gzip(OciLayoutBuilder.Tar(("models/new", "1"), (name, "")))));
        built.Manifest("model", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("models/new", "1"), (name, "")), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Names(layout, "Oci", "image"));
        Assert.Equal("LayerWhiteout", refusal.Definition.Id);
        Assert.Contains($"'{name}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(name, _store.Names(layout, "Oci", "model"));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.config.v1+json", "LayerTypeUnknown")]
    [InlineData("application/vnd.oci.empty.v1+json", "LayerWhiteout")]
    public void A_layer_of_an_image_is_not_read_as_the_same_bytes_of_another_type_were(string config, string error)
    {
        OciLayoutBuilder built = new();
        byte[] whiteout = [.. TarReaderTests.Header("safety/.wh.config.json", '5', 0), .. new byte[1024]];
        built.Manifest("v1", built.Blob(config, Utf8("{}")), built.Blob(Image, OciLayoutBuilder.Tar(("safety/config.json", "{}")), (FilePath, ".")),
            built.Blob("application/x.tar", whiteout, (FilePath, ".")), built.Blob(Image, whiteout, (FilePath, ".")));
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData(1025, null)]
    [InlineData(1026, "LayerBomb")]
    public void Small_blobs_are_hashed_again_for_a_gibibyte_of_further_names_at_most(int names, string? error)
    {
        OciLayoutBuilder built = new();
        byte[] bytes = new byte[1024 * 1024];
        JsonObject first = built.Blob(Layer + "raw", bytes);
        built.Manifest("v1", Config(built), [.. Enumerable.Range(0, names).Select(number =>
        {
            JsonObject layer = first.DeepClone().AsObject();
            layer["annotations"] = new JsonObject { [FilePath] = $"f{number}" };
            return layer;
        })]);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci").Length == names ? null : "other" : Refusal(() => _store.Names(layout, "Oci")));
    }

    [Theory]
    [InlineData(64, 1024 * 1024 + 1, null)]
    [InlineData(65, 1024 * 1024 + 1, "LayerBomb")]
    [InlineData(65, 1024 * 1024, null)]
    public void A_large_blob_does_not_have_many_names_because_it_is_hashed_for_each(int count, int length, string? error)
    {
        OciLayoutBuilder built = new();
        byte[] blob = new byte[length];
        built.Manifest("v1", Config(built), [.. Enumerable.Range(0, count).Select(name => (JsonNode)built.Blob(Layer + "raw", blob, (FilePath, $"d{name}")))]);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci").Length == count ? null : "other" : Refusal(() => _store.Names(layout, "Oci")));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json", null)]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json", "StoredNameInvalid")]
    public void A_manifest_of_Dockers_is_one_of_an_image_whatever_its_configuration(string mediaType, string? error)
    {
        OciLayoutBuilder built = new();
        const string docker = "application/vnd.docker.image.rootfs.diff.tar", title = "org.opencontainers.image.title";
        built.Entry("v1", mediaType, new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["config"] = built.Blob("application/vnd.oci.empty.v1+json", Utf8("{}")),
            ["layers"] = new JsonArray(
                built.Blob(docker, OciLayoutBuilder.Tar(("models/a", "good")), (title, "models"), ("io.deis.oras.content.unpack", "true")),
                built.Blob(docker, OciLayoutBuilder.Tar(("models/a", "evil")), (title, "data.tar"))),
        });
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["data.tar", "models/a"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, "LayerBomb")]
    public void A_layer_without_files_that_has_many_names_is_not_unpacked_for_each(int count, string? error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), [.. Enumerable.Range(0, count).Select(name => (JsonNode)built.Blob(Layer + "tar", new byte[10240], (FilePath, $"d{name}")))]);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci") is [] ? null : "files" : Refusal(() => _store.Names(layout, "Oci")));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.config.v1+json", Layer + "tar", "LayerWhiteout")]
    [InlineData("application/vnd.docker.container.image.v1+json", "application/x.tar", "LayerWhiteout")]
    [InlineData("application/vnd.oci.image.config.v1+json", Layer + "raw", "StoredNameInvalid")]
    public void Under_the_configuration_of_an_image_each_layer_is_one_of_an_image_whatever_its_type(string config, string type, string error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob(config, Utf8("{}")), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("models/a", "{}")), (FilePath, "models")),
            built.Blob(type, OciLayoutBuilder.Tar(("models/.wh.a", "")), (FilePath, "models")));
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData(Image)]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar")]
    public void A_layer_of_an_image_is_one_whatever_name_it_has_and_whether_it_may_be_distributed(string type)
    {
        OciLayoutBuilder built = new();
        JsonObject config = built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}"));
        JsonNode Above(params (string, string)[] name) => built.Blob(type + ".gzip", Gzip(OciLayoutBuilder.Tar((".wh.config.json", ""))), name);
        built.Manifest("plain", config.DeepClone().AsObject(), built.Blob(type, OciLayoutBuilder.Tar(("config.json", "1"))));
        built.Manifest("unnamed", config.DeepClone().AsObject(), built.Blob(Image, OciLayoutBuilder.Tar(("config.json", "1"))), Above());
        built.Manifest("named", config.DeepClone().AsObject(), built.Blob(Image, OciLayoutBuilder.Tar(("config.json", "1")), (FilePath, ".")), Above((FilePath, ".")));
        built.Manifest("titled", config, built.Blob(type, OciLayoutBuilder.Tar(("config.json", "1")), ("org.opencontainers.image.title", "a")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["config.json"], _store.Names(layout, "Oci", "plain"));
        Assert.All((string[])["unnamed", "named"], tag => Assert.Equal("LayerWhiteout", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", "titled")));
    }

    [Theory]
    [InlineData("a.py", "a.py/", "StoredNameTwice")]
    [InlineData("a.py", "a.py/inner/", "StoredNameTwice")]
    [InlineData("a.py", "A.PY/", "StoredNameCollides")]
    [InlineData("src/a.py", "./src/a.py/", "StoredNameTwice")]
    [InlineData("\u00e9", "e\u0301/", "StoredNameCollides")]
    public void A_folder_that_stands_before_or_behind_a_file_of_its_name_is_refused_because_it_would_take_its_place(string file, string folder, string error)
    {
        byte[] name = TarReaderTests.Header(file, '0', 0), entry = TarReaderTests.Header(folder, '5', 0), end = new byte[1024];
        Assert.Equal(error, Refusal(() => Names("tar", [.. name, .. entry, .. end])));
        Assert.Equal(error, Refusal(() => Names("tar+gzip", Gzip([.. entry, .. name, .. end]))));
        OciLayoutBuilder built = new();
        built.Manifest("image", Config(built), built.Blob(Image, [.. name, .. end]), built.Blob(Image, [.. entry, .. end]));
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "image"), "Oci")));
    }

    [Fact]
    public void What_the_layers_of_a_model_unpack_to_is_bounded_for_all_together()
    {
        // Members of gzip are unpacked one after the other.
        byte[] zeros = Gzip(new byte[100 << 20]);
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), [.. new[] { "one", "two" }.Select(name => built.Blob(
            Layer + "tar+gzip", [.. Gzip(TarReaderTests.Header(name, '0', 600 << 20)), .. Enumerable.Repeat(zeros, 6).SelectMany(member => member), .. Gzip(new byte[1024])], (FilePath, name)))]);
        Assert.Equal("LayerBomb", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_layer_that_is_named_twice_is_read_once_and_refused_for_its_files()
    {
        OciLayoutBuilder built = new();
        byte[] files = Gzip(OciLayoutBuilder.Tar(("a", "1"))), none = Gzip(new byte[1024]);
        JsonNode Packed(byte[] bytes) => built.Blob(Image + "+gzip", bytes);
        built.Manifest("twice", Config(built), Packed(files), Packed(files));
        built.Manifest("none", Config(built), Packed(none), Packed(files), Packed(none));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("StoredNameTwice", Refusal(() => _store.Names(layout, "Oci", "twice")));
        Assert.Equal(["a"], _store.Names(layout, "Oci", "none"));
    }

    [Fact]
    public void The_memory_for_names_does_not_grow_with_the_folders_in_them()
    {
        string folder = new('d', 60);
        long flat = Allocated(folder.Length * 50, 1), deep = Allocated(folder.Length, 50);
        Assert.True(deep < flat * 2, $"{deep} bytes instead of {flat}");

        long Allocated(int length, int depth)
        {
            byte[] tar = OciLayoutBuilder.Tar([.. Enumerable.Range(0, 200).Select(index => (string.Concat(Enumerable.Repeat(new string('d', length) + "/", depth)) + index, ""))]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(200, Names("tar", tar).Length);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Folders_with_entries_of_their_own_are_no_difference()
    {
        byte[] folders = [.. TarReaderTests.Header("./", '5', 0), .. TarReaderTests.Header("src/", '5', 0), .. TarReaderTests.Header("empty/", '5', 0), .. TarReaderTests.Header("src", '5', 0)];
        Assert.Equal(["src/a.py"], Names("tar", [.. folders, .. TarReaderTests.Header("src/a.py", '0', 0), .. new byte[1024]]));
    }

    [Theory]
    [InlineData(".wh.model.bin/")]
    [InlineData(".wh.model.bin/x/")]
    [InlineData(".wh..wh..opq/x/")]
    public void A_folder_that_removes_files_of_the_layers_below_is_refused_as_a_file_of_its_name_is(string folder)
    {
        OciLayoutBuilder built = new();
        built.Manifest("image", Config(built),
            built.Blob(Image, OciLayoutBuilder.Tar(("model.bin", "1"))), built.Blob(Image, [.. TarReaderTests.Header(folder, '5', 0), .. new byte[1024]]));
        Assert.Equal("LayerWhiteout", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "image"), "Oci")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layouts_tar_has_no_folder_called_like_a_file(bool isBefore)
    {
        string layout = OciLayoutBuilder.ModelPack(null, null).WriteTar(_store.Folder, "layout.tar");
        byte[] tar = File.ReadAllBytes(layout), folder = TarReaderTests.Header("index.json/", '5', 0);
        int end = tar.AsSpan().LastIndexOfAnyExcept((byte)0) / 512 * 512 + 512;
        File.WriteAllBytes(layout, isBefore ? [.. folder, .. tar] : [.. tar[..end], .. folder, .. new byte[1024]]);
        Assert.Equal("StoredNameTwice", Refusal(() => _store.Names(layout, "Oci")));
        File.WriteAllBytes(layout, [.. TarReaderTests.Header("blobs/", '5', 0), .. TarReaderTests.Header("blobs/", '5', 0), .. tar]);
        Assert.Equal(["config.json", "model.safetensors"], _store.Names(layout, "Oci"));
    }

    [Fact]
    public void A_tar_that_is_not_closed_is_called_so_because_it_may_have_been_cut_off()
    {
        byte[] file = [.. TarReaderTests.Header("a", '0', 700), .. new byte[1024]], last = [.. file, .. TarReaderTests.Header("b", '0', 700), .. new byte[1024]];
        Assert.Equal(["a", "b"], Names("tar", [.. last, .. new byte[1024]]));
        Assert.Equal(["a", "b"], Names("tar", [.. last, .. new byte[512]]));

        // Behind the last file's blocks, and as umoci's insert leaves it, behind its last byte.
        foreach (byte[] open in (byte[][])[last, last[..^324]])
        {
            Assert.Equal("TarUnclosed", Refusal(() => Names("tar", open)));
            Assert.Equal("TarUnclosed", Refusal(() => Names("tar+gzip", Gzip(open))));
            Assert.Equal("TarUnclosed", Refusal(() => Names("tar+zstd", Zstd(open))));
        }

        // In the midst of a file or of a header, and nothing at all.
        Assert.All((byte[][])[last[..^325], last[..1600], []], cut => Assert.Equal("TarDamaged", Refusal(() => Names("tar", cut))));
    }

    [Theory]
    [InlineData("tar+gzip")]
    [InlineData("tar+zstd")]
    public void What_was_compressed_in_two_pieces_is_read_to_the_end_of_the_second(string packing)
    {
        byte[] tar = OciLayoutBuilder.Tar(("a", "1"), ("b", new string('b', 3000)));
        Func<byte[], byte[]> pack = packing == "tar+gzip" ? Gzip : Zstd;
        Assert.Equal(["a", "b"], Names(packing, [.. pack(tar[..1024]), .. pack(tar[1024..])]));
        Assert.Equal("TarDamaged", Refusal(() => Names(packing, [.. pack(tar), .. pack(tar)])));
        Assert.Equal("TarUnclosed", Refusal(() => Names(packing, pack(tar[..1024]))));
    }

    [Theory]
    [InlineData("tar+gzip", "1F8B0804", 10)]
    [InlineData("tar+zstd", "502A4D18", 4)]
    public void A_compressed_tar_that_is_a_plain_one_for_other_programs_is_refused(string packing, string magic, int lengthAt)
    {
        bool isGzip = packing == "tar+gzip";
        byte[] evil = OciLayoutBuilder.Tar(("evil.py", "1")), good = OciLayoutBuilder.Tar(("a", "1")), real = isGzip ? Gzip(good)[10..] : Zstd(good), header = TarReaderTests.Header("", 'g', 0);
        Convert.FromHexString(magic).CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(lengthAt), (ushort)(header.Length + evil.Length - lengthAt - (isGzip ? 2 : 4)));
        byte[] both = [.. TarReaderTests.Summed(header), .. evil, .. real];
        using (Stream unpacked = isGzip ? new GZipStream(new MemoryStream(both), CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(new MemoryStream(both)))
        {
            Assert.Equal(good[0], unpacked.ReadByte());
        }

        Assert.Equal("TarDamaged", Refusal(() => Names(packing, both)));
        if (!isGzip)
        {
            Assert.Equal("TarDamaged", Refusal(() => Names(packing, [.. Convert.FromHexString(magic), 4, 0, 0, 0, 0, 0, 0, 0, .. real])));
        }
    }

    [Theory]
    [InlineData(0, "", true)]
    [InlineData(8, "layer.tar", true)]
    [InlineData(4, "\u0001\0x", false)]
    [InlineData(16, "a comment", false)]
    public void A_gzip_with_room_for_another_archive_in_its_header_is_refused(int flags, string text, bool isAccepted)
    {
        byte[] packed = Gzip(OciLayoutBuilder.Tar(("a", "1"))), header = packed[..10];
        header[3] = (byte)flags;
        byte[] layer = [.. header, .. Encoding.ASCII.GetBytes(text), .. flags is 8 or 16 ? new byte[1] : [], .. packed[10..]], longName = [.. header, .. Enumerable.Repeat((byte)'x', 200), 0, .. packed[10..]];
        Assert.Equal(isAccepted ? null : "TarDamaged", isAccepted ? Names("tar+gzip", layer) is ["a"] ? null : "other" : Refusal(() => Names("tar+gzip", layer)));
        if (flags == 8)
        {
            Assert.Equal("TarDamaged", Refusal(() => Names("tar+gzip", longName)));
        }
    }

    [Fact]
    public void What_follows_the_last_member_of_a_gzip_and_a_member_that_is_cut_off_are_refused_because_programs_differ_in_what_they_read()
    {
        byte[] tar = OciLayoutBuilder.Tar(("a", "1")), whole = Gzip(tar), evil = Gzip(OciLayoutBuilder.Tar(("evil.py", "1")));
        Assert.Equal(["a"], Names("tar+gzip", whole));
        byte[] none = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(["a"], Names("tar+gzip", [.. none, .. Gzip(tar[..700]), .. none, .. Gzip(tar[700..]), .. none]));
        Assert.All((byte[][])
            [
                [.. whole, .. new byte[64], .. evil], [.. whole, 0], [.. whole, 0x1f], [.. whole, 0x1f, 0x8b], [.. whole, .. "rest"u8],
                whole[..^1], whole[..^4], whole[..^8], [.. Gzip(tar[..700]), .. Gzip(tar[700..])[..^8]],
                [.. whole[..^8], .. new byte[8]],
            ],
            bytes => Assert.Equal("TarDamaged", Refusal(() => Names("tar+gzip", bytes))));
        Assert.Equal(["a", "b"], Names("tar+gzip", Gzip(OciLayoutBuilder.Tar(("a", new('a', 300_000)), ("b", "2")))));
    }

    [Fact]
    public void A_gzip_that_ends_within_another_header_is_refused_whatever_fields_the_header_would_have()
    {
        byte[] member = Gzip(Utf8("1"));
        Assert.Equal(1, Unpack(member));
        for (int flags = 0; flags < 32; flags++)
        {
            // With an extra field that needs so many more bytes, and each part of such a header.
            byte[] header = [0x1f, 0x8b, 8, (byte)flags, 0, 0, 0, 0, 0, 3];
            foreach (int more in (int[])[1, 10, 12, 43, 55, 100, 1000, 35_615, 65_525, 65_534, 65_535])
            {
                Refused([.. header, (byte)(more & 0xFF), (byte)(more >> 8)]);
                Refused([.. header, (byte)(more & 0xFF), (byte)(more >> 8), 0]);
            }

            for (int length = 1; length <= header.Length; length++)
            {
                Refused(header[..length]);
            }

            Refused([.. header, 255]);
            Refused([.. header, 0]);
        }

        // A sum of the header that is right if its last bytes are the first ones of what follows.
        foreach (int given in (int[])[0, 1])
        {
            byte[] header = [0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3];
            for (int time = 0; (Sum(header) >> (8 * given) & (given == 0 ? 0xFFFF : 0xFF)) != (given == 0 ? 0x8b1f : 0x1f); time++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), time);
            }

            Refused([.. header, .. new[] { (byte)(Sum(header) & 0xFF) }.AsSpan(0, given)]);
        }

        void Refused(byte[] tail) => Assert.Throws<InvalidDataException>(() => Unpack([.. member, .. tail]));

        static int Unpack(byte[] bytes)
        {
            using Core.Stores.GzipLayer layer = new(new MemoryStream(bytes));
            byte[] read = new byte[200_000];
            int length = 0;
            for (int count; (count = layer.Read(read.AsSpan(length))) > 0; length += count)
            {
            }

            return length;
        }

        static uint Sum(byte[] bytes)
        {
            uint sum = uint.MaxValue;
            foreach (byte one in bytes)
            {
                sum ^= one;
                for (int bit = 0; bit < 8; bit++)
                {
                    sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
                }
            }

            return ~sum;
        }
    }

    [Fact]
    public void A_configuration_that_is_missing_or_changed_is_refused_though_no_file_is_made_of_it()
    {
        OciLayoutBuilder built = new();
        JsonObject config = Config(built);
        string digest = (string)config["digest"]!;
        built.Manifest("v1", config, built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout"), blob = _store.Folder["layout/blobs/" + digest.Replace(':', '/')];
        Assert.Equal(["one"], _store.Names(layout, "Oci"));
        File.WriteAllText(blob, "[]");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Open(layout, "Oci"));
        Assert.Equal("BlobMismatch", refusal.Definition.Id);
        Assert.Contains(digest, refusal.Message, StringComparison.Ordinal);
        File.WriteAllText(blob, "{} ");
        Assert.Equal("BlobSizeWrong", Refusal(() => _store.Open(layout, "Oci")));
        File.Delete(blob);
        Assert.Equal("BlobMissing", Refusal(() => _store.Open(layout, "Oci")));
    }

    [Fact]
    public void An_index_that_is_named_many_times_is_read_once()
    {
        OciLayoutBuilder built = new();
        JsonObject inner = built.Index(null, built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"))));
        JsonObject[] many = [.. Enumerable.Repeat(inner, 40)];
        for (int level = 0; level < 5; level++)
        {
            many = [.. Enumerable.Repeat(built.Index(null, many), 40)];
        }

        // Each of them read as often as it is named would be more than the 10,000 that are allowed.
        built.Index("v1", many);
        Assert.Equal(["one"], _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci"));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256, 1)]
    [InlineData(DigestAlgorithm.Blake3, 2)]
    public void The_bytes_of_layers_are_counted_while_they_are_read(DigestAlgorithm algorithm, int readings)
    {
        OciLayoutBuilder built = new();
        byte[] raw = new byte[1000], tar = OciLayoutBuilder.Tar(("src/a", new string('a', 600_000)), ("src/b", "b")), gzip = Gzip(tar);
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", raw, (FilePath, "raw")), built.Blob(Layer + "tar+gzip", gzip, (FilePath, "src")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        HashProgress progress = new();
        List<long> totals = [];
        ModelFiles files = _store.Open(layout, "Oci").Find(
            new() { CurrentDirectory = _store.Folder.FullPath, Reading = new() { HashType = algorithm }, Progress = progress, ReadOnce = (_, _) => totals.Add(progress.BytesTotal) },
            CancellationToken.None);
        Assert.Equal([raw.Length + gzip.Length, raw.Length + gzip.Length], totals);
        Assert.Equal(gzip.Length, progress.BytesDone);
        ModelHasher.Hash(files, algorithm, null, false, Signing.ModelFixture.Hashing with { Progress = progress }, CancellationToken.None);

        // Another digest than the blob's own wants its bytes twice.
        Assert.Equal(gzip.Length + (readings * raw.Length), progress.BytesDone);
        Assert.Equal(progress.BytesDone, progress.BytesTotal);
    }

    [Fact]
    public void The_bytes_of_a_layouts_tar_are_counted_while_it_is_opened()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string archive = built.WriteTar(_store.Folder, "layout.tar");
        HashProgress progress = new();
        Core.Stores.ModelStores.Open("Oci", archive, null, _store.Folder.FullPath, allowSymlinks: false, FileSystemRules.Current, progress, CancellationToken.None);
        Assert.Equal(new FileInfo(archive).Length, progress.BytesTotal);
        Assert.InRange(progress.BytesDone, 1, progress.BytesTotal);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Core.Stores.ModelStores.Open("Oci", archive, null, _store.Folder.FullPath, allowSymlinks: false, FileSystemRules.Current, progress, stop.Token));
    }

    private string[] Names(string packing, byte[] bytes)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + packing, bytes, (FilePath, ".")));
        return _store.Names(built.WriteFolder(_store.Folder, Guid.NewGuid().ToString("N")), "Oci");
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray());
}
