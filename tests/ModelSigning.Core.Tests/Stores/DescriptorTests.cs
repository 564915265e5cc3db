using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Core.Hashing;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>What descriptors say of blobs, and blobs that do not fit them.</summary>
public sealed class DescriptorTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Blobs_with_digests_of_SHA512_are_read_and_checked_with_those()
    {
        OciLayoutBuilder built = new();
        JsonObject Long(string packing, byte[] bytes, string name)
        {
            JsonObject layer = built.Blob(Layer + packing, bytes, (FilePath, name));
            string digest = "sha512:" + Convert.ToHexStringLower(SHA512.HashData(bytes));
            built.Blobs.Remove((string)layer["digest"]!);
            built.Blobs[digest] = bytes;
            layer["digest"] = digest;
            return layer;
        }

        JsonObject raw = Long("raw", Utf8("weights"), "w.bin"), tar = Long("tar+gzip", Gzip(OciLayoutBuilder.Tar(("src/a.py", "pass"))), "src");
        built.Manifest("v1", Config(built), raw, tar);
        string layout = built.WriteFolder(_store.Folder, "layout");
        foreach (DigestAlgorithm algorithm in (DigestAlgorithm[])[DigestAlgorithm.Sha256, DigestAlgorithm.Blake3])
        {
            _store.Sign(layout, "Oci", change: request => request with { HashType = algorithm });
            Assert.True(_store.Verify(layout, "Oci").IsValid);
        }

        _store.Folder.Write("extracted/w.bin", "weights");
        _store.Folder.Write("extracted/src/a.py", "pass");
        Assert.True(_store.Verify(_store.Folder["extracted"], null).IsValid);

        // A statement of the Go implementation would call it a digest of SHA-256.
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "OciLayers")));
        foreach (JsonObject layer in (JsonObject[])[raw, tar])
        {
            string blob = _store.Folder["layout/blobs/" + ((string)layer["digest"]!).Replace(':', '/')];
            byte[] bytes = File.ReadAllBytes(blob);
            File.WriteAllBytes(blob, [.. bytes[..^1], (byte)~bytes[^1]]);
            Assert.Equal("BlobMismatch", Refusal(() => _store.Verify(layout, "Oci")));
            File.WriteAllBytes(blob, bytes);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("9223372036854775808")]
    public void A_size_that_is_none_is_refused(string size)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        layer["size"] = JsonNode.Parse(size);
        built.Manifest("v1", Config(built), layer);
        Assert.Equal("DescriptorSizeInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    public void A_size_that_is_not_the_blobs_is_refused_before_the_blob_is_read(long size)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        layer["size"] = size;
        built.Manifest("v1", Config(built), layer);
        Assert.Equal("BlobSizeWrong", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void An_index_that_names_itself_cannot_have_its_digest()
    {
        OciLayoutBuilder built = new();
        JsonObject index = built.Index("v1", built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"))));
        string layout = built.WriteFolder(_store.Folder, "layout"), digest = (string)index["digest"]!;
        string circle = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(index.DeepClone()) }.ToJsonString();
        _store.Folder.Write("layout/blobs/" + digest.Replace(':', '/'), circle.PadRight((int)index["size"]!)[..(int)index["size"]!]);
        Assert.Equal("BlobMismatch", Refusal(() => _store.Names(layout, "Oci")));
    }

    [Fact]
    public void A_manifest_that_is_too_large_is_not_read()
    {
        OciLayoutBuilder built = new();
        built.Entry("v1", "application/vnd.oci.image.manifest.v1+json", new JsonObject { ["schemaVersion"] = 2, ["annotations"] = new JsonObject { ["x"] = new string('x', Core.Stores.OciLayout.MaximumLength) } });
        Assert.Equal("BlobTooLarge", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData("a", "a", "StoredNameTwice")]
    [InlineData("a", "A", "StoredNameCollides")]
    [InlineData("\u00E9", "e\u0301", "StoredNameCollides")]
    [InlineData("a/b", "a", "StoredNameTwice")]
    [InlineData("a", "A/b", "StoredNameCollides")]
    public void Two_entries_of_a_tar_that_are_one_file_somewhere_are_refused(string one, string two, string error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar((one, "1"), (two, "2")), (FilePath, ".")));
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_layer_of_gzip_that_unpacks_to_far_too_much_is_refused()
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(TarReaderTests.Header("zeros", '0', 1L << 40));
            byte[] zeros = new byte[1 << 20];
            for (int block = 0; block < 1100; block++)
            {
                gzip.Write(zeros);
            }
        }

        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar+gzip", stream.ToArray(), (FilePath, "zeros")));
        Assert.Equal("LayerBomb", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_layer_of_zstd_that_needs_more_memory_than_it_gets_is_refused()
    {
        // A frame of one segment whose window is 1 GiB (RFC 8878, 3.1.1.1), and a raw block of nothing.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (30 - 10) << 3, 0x01, 0x00, 0x00];
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar+zstd", frame, (FilePath, "zeros")));
        Assert.Equal("LayerBomb", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_size_and_a_descriptor_that_are_missing_are_refused_for_what_they_are()
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")), sized = (JsonObject)layer.DeepClone(), noted = (JsonObject)layer.DeepClone();
        sized.Remove("size");
        noted["annotations"] = new JsonObject { ["x"] = 1 };
        built.Manifest("size", Config(built), sized);
        built.Manifest("note", Config(built), noted);
        built.Entry("text", "application/vnd.oci.image.manifest.v1+json", new JsonObject { ["schemaVersion"] = 2, ["config"] = Config(built), ["layers"] = new JsonArray("x") });
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("DescriptorSizeInvalid", Refusal(() => _store.Names(layout, "Oci", "size")));
        Assert.Equal("DescriptorInvalid", Refusal(() => _store.Names(layout, "Oci", "note")));
        Assert.Equal("DescriptorInvalid", Refusal(() => _store.Names(layout, "Oci", "text")));
    }

    [Theory]
    [InlineData("../x", '0')]
    [InlineData("a", '2')]
    [InlineData("a", '3')]
    [InlineData("a", 'S')]
    public void A_layer_that_was_changed_into_a_hostile_one_is_called_changed(string name, char type)
    {
        byte[] good = [.. TarReaderTests.Header("a", '0', 0), .. new byte[1024]];
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "tar", good, (FilePath, "."));
        built.Manifest("v1", Config(built), layer);
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Folder.Write("layout/blobs/" + ((string)layer["digest"]!).Replace(':', '/'), [.. TarReaderTests.Header(name, type, 0), .. new byte[1024]]);
        Assert.Equal("BlobMismatch", Refusal(() => _store.Names(layout, "Oci")));
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());
}
