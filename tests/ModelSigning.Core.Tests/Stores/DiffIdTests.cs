using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing;

using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>What a configuration says of its layers as they are unpacked, by which programs find those that they have already.</summary>
public sealed class DiffIdTests : IDisposable
{
    private const string Image = "application/vnd.oci.image.layer.v1.tar", ImageConfig = "application/vnd.oci.image.config.v1+json";
    private const string ModelPack = "application/vnd.cncf.model.config.v1+json", Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("+gzip")]
    [InlineData("+zstd")]
    public void A_layer_of_an_image_unpacks_to_what_the_configuration_says(string packing)
    {
        byte[] tar = OciLayoutBuilder.Tar(("models/a", "1")), other = OciLayoutBuilder.Tar(("models/a", "2"));
        OciLayoutBuilder built = new();
        void Add(string tag, string configuration) => built.Manifest(tag, built.Blob(ImageConfig, Utf8(configuration)), built.Blob(Image + packing, packing switch { "+gzip" => Gzip(tar), "+zstd" => Zstd(tar), _ => tar }));
        Add("right", Rootfs(Digest(tar)));
        Add("wrong", Rootfs(Digest(other)));
        Add("more", Rootfs(Digest(tar), Digest(other)));
        Add("number", """{ "rootfs": { "diff_ids": [1] } }""");
        Add("sha512", Rootfs("sha512:" + Convert.ToHexStringLower(SHA512.HashData(tar))));
        Add("capital", Rootfs(Digest(tar)).Replace("rootfs", "RootFS", StringComparison.Ordinal));
        Add("long", Rootfs(Digest(tar)).Replace("rootfs", "rootf\u017F", StringComparison.Ordinal));
        Add("both", """{ "modelfs": { "diffIds": ["sha256:0"] }, """ + Rootfs(Digest(tar)).TrimStart()[1..]);
        Add("none", """{ "rootfs": { "diff_ids": [] } }""");
        Add("empty", "{}");
        string layout = built.WriteFolder(_store.Folder, "layout");
        foreach (string tag in (string[])["right", "none", "empty"])
        {
            Assert.Equal(["models/a"], _store.Names(layout, "Oci", tag));
        }

        foreach (string tag in (string[])["wrong", "more", "number", "sha512", "capital", "long", "both"])
        {
            Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", tag)));
        }
    }

    [Fact]
    public void A_layer_without_files_unpacks_to_what_the_configuration_says_each_time_that_it_is_there()
    {
        byte[] tar = OciLayoutBuilder.Tar(("models/a", "1")), empty = new byte[1024], other = OciLayoutBuilder.Tar(("models/a", "2"));
        OciLayoutBuilder built = new();
        void Add(string tag, params byte[][] unpacked)
        {
            JsonNode[] layers = [built.Blob(Image, tar), .. Enumerable.Range(1, unpacked.Length - 1).Select(_ => built.Blob(Image + "+gzip", Gzip(empty)))];
            built.Manifest(tag, built.Blob(ImageConfig, Utf8(Rootfs([.. unpacked.Select(Digest)]))), layers);
        }

        Add("right", tar, empty, empty);
        Add("second", tar, empty, other);
        Add("third", tar, empty, empty, other);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["models/a"], _store.Names(layout, "Oci", "right"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "second")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "third")));
    }

    [Theory]
    [InlineData(ModelPack, """{ "modelfs": { "type": "layers", "diffIds": ["FIRST", "SECOND"] } }""")]
    [InlineData(ModelPack, """{ "rootfs": { "diff_ids": ["FIRST", "SECOND"] } }""")]
    [InlineData("application/vnd.docker.ai.model.config.v0.2+json", """{ "files": [{ "diffID": "FIRST" }, { "diffID": "SECOND" }] }""")]
    public void A_layer_of_a_model_is_what_the_configuration_says(string config, string text)
    {
        byte[] raw = Utf8("weights"), tar = OciLayoutBuilder.Tar(("src/a", "1"));
        OciLayoutBuilder built = new();
        void Add(string tag, string first, string second)
        {
            string type = config == ModelPack ? Layer + "raw" : "application/vnd.docker.ai.model.file";
            JsonNode[] layers = [built.Blob(type, raw, (FilePath, "w")), built.Blob(Layer + "tar+gzip", Gzip(tar), (FilePath, "src"))];
            built.Manifest(tag, built.Blob(config, Utf8(text.Replace("FIRST", first, StringComparison.Ordinal).Replace("SECOND", second, StringComparison.Ordinal))),
                config == ModelPack ? layers : [layers[0], built.Blob(type, tar, (FilePath, "src"))]);
        }

        Add("right", Digest(raw), Digest(tar));
        Add("first", Digest(Utf8("evil")), Digest(tar));
        Add("second", Digest(raw), Digest(raw));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.NotEmpty(_store.Names(layout, "Oci", "right"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "first")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "second")));
    }

    [Fact]
    public void A_file_of_the_type_of_an_images_tar_is_none_beside_digests_of_unpacked_layers_whatever_the_type_of_the_configuration()
    {
        OciLayoutBuilder built = new();
        byte[] tar = OciLayoutBuilder.Tar(("a", "1"));
        void Add(string tag, string configuration) => built.Manifest(tag, built.Blob("application/vnd.acme.config", Utf8(configuration)), built.Blob(Image, tar, ("org.opencontainers.image.title", "data.tar")));
        Add("file", "{}");
        Add("image", Rootfs(Digest(tar)));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["data.tar"], _store.Names(layout, "Oci", "file"));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", "image")));
    }

    private static string Rootfs(params string[] digests) =>
        new JsonObject { ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. digests.Select(digest => JsonValue.Create(digest))]) } }.ToJsonString();

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
