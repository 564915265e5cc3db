using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>What the files of an OCI layout are called: by annotations, a Kitfile, an image or the Go implementation.</summary>
public sealed class OciFileNameTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath", Title = "org.opencontainers.image.title",
        ModelPackConfig = "application/vnd.cncf.model.config.v1+json", KitConfig = "application/vnd.kitops.modelkit.config.v1+json";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void KitOps_names_its_layers_in_the_Kitfile()
    {
        OciLayoutBuilder built = new();
        JsonObject model = built.Blob("application/vnd.kitops.modelkit.model.v1.tar", OciLayoutBuilder.Tar(("weights/model.gguf", "w")));
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar+gzip", Gzip(OciLayoutBuilder.Tar(("src/run.py", "r"))));
        JsonObject server = built.Blob("application/vnd.kitops.modelkit.mcpb.v1.raw", Utf8("zip"));
        string kitfile = $$"""
            {"manifestVersion":"1.0.0","model":{"path":"./weights","digest":"{{model["digest"]}}"},"code":[{"path":"src","digest":"{{code["digest"]}}"}],
            "mcpServers":[{"name":"files","path":"files.mcpb","digest":"{{server["digest"]}}"}]}
            """;
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8(kitfile)), model, code, server);
        Assert.Equal(["files.mcpb", "src/run.py", "weights/model.gguf"], _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci"));

        OciLayoutBuilder old = new();
        old.Manifest("kit", old.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8("""{"model":{"path":"weights"}}""")),
            old.Blob("application/vnd.kitops.modelkit.model.v1.tar", OciLayoutBuilder.Tar(("model.gguf", "w"))));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(old.WriteFolder(_store.Folder, "old"), "Oci")));
    }

    [Theory]
    [InlineData("""{"path":"registry.example/other:v1"}""")]
    [InlineData("""{"path":"registry.example/other:v1","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}""")]
    [InlineData("""{"path":1}""")]
    [InlineData("""{"parts":[{"path":"registry.example/other:v1"}]}""")]
    [InlineData("""{"parts":[{"path":"weights","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}""")]
    [InlineData("""{"parts":{"path":"registry.example/other:v1"}}""")]
    [InlineData("""[{"path":"registry.example/other:v1"}]""")]
    [InlineData("""null,"docs":{"path":"README.md"}""")]
    [InlineData("""null,"datasets":["data"]""")]
    [InlineData("""null,"prompts":[{"path":"prompt.md"}]""")]
    [InlineData("""null,"mcpServers":[{"path":"files.mcpb"}]""")]
    public void A_Kitfile_that_takes_files_from_elsewhere_than_its_layers_is_refused(string model)
    {
        OciLayoutBuilder built = new();
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar", OciLayoutBuilder.Tar(("src/run.py", "r")));
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8($$"""{"model":{{model}},"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""")), code);
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci")));
    }

    [Theory]
    [InlineData("aux.json")]
    [InlineData("src/code.py.")]
    public void A_packed_name_that_means_another_file_on_Windows_is_refused_there(string name)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar((name, "x")), (FilePath, ".")));
        ModelSource layout = _store.Open(built.WriteFolder(_store.Folder, "layout"), "Oci");
        ModelFilesOptions options = new() { CurrentDirectory = _store.Folder.FullPath, Rules = FileSystemRules.Windows };
        Assert.Equal("FileNameInvalid", Refusal(() => layout.Find(options, CancellationToken.None)));
        Assert.Equal(name, Assert.Single(layout.Find(options with { Rules = FileSystemRules.Unix }, CancellationToken.None).Files).Name);
    }

    [Fact]
    public void Titles_of_ORAS_name_files_and_folders_and_an_image_has_names_of_its_own()
    {
        const string image = "application/vnd.oci.image.layer.v1.tar";
        OciLayoutBuilder built = new();
        built.Manifest("oras", Empty(built),
            built.Blob(image, Utf8("plain"), (Title, "a.txt")),
            built.Blob(image + "+gzip", Gzip(OciLayoutBuilder.Tar(("folder/b.txt", "b"))), (Title, "folder"), ("io.deis.oras.content.unpack", "true")));
        built.Manifest("image", Empty(built), built.Blob(image + "+gzip", Gzip(OciLayoutBuilder.Tar(("models/c", "c")))));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["a.txt", "folder/b.txt"], _store.Names(layout, "Oci", "oras"));
        Assert.Equal(["models/c"], _store.Names(layout, "Oci", "image"));
    }

    [Fact]
    public void Tars_of_Dockers_models_are_unpacked_whatever_they_were_called_when_they_were_packed()
    {
        OciLayoutBuilder built = new();
        const string docker = "application/vnd.docker.ai.";
        JsonObject config = built.Blob(docker + "model.config.v0.1+json", "{}"u8.ToArray());
        byte[] folder = [.. TarReaderTests.Header("tokenizer", '5', 0), .. OciLayoutBuilder.Tar(("tokenizer/vocab.json", "v"))];
        built.Manifest("v1", config.DeepClone().AsObject(),
            built.Blob(docker + "safetensors", Utf8("w"), (FilePath, "model.safetensors")),
            built.Blob(docker + "vllm.config.tar", OciLayoutBuilder.Tar(("config.json", "{}")), (FilePath, "vllm-config-1234.tar")),
            built.Blob(docker + "dir.tar", folder, (FilePath, "dir-tar-5678.tar")));
        built.Manifest("oras", config, built.Blob(docker + "dir.tar", folder, (FilePath, "dir-tar-5678.tar"), (Title, "dir-tar-5678.tar")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["config.json", "model.safetensors", "tokenizer/vocab.json"], _store.Names(layout, "Oci", "v1"));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", "oras")));
    }

    [Fact]
    public void A_layer_with_two_names_is_refused_because_tools_write_it_under_either()
    {
        OciLayoutBuilder built = new();
        const string older = "org.cnai.model.filepath";
        built.Manifest("title", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "docs/example.txt"), (Title, "modeling.py")));
        built.Manifest("older", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "docs/example.txt"), (older, "modeling.py")));
        built.Manifest("mixed", Empty(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "a"), (Title, "a")), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "b")));
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar", OciLayoutBuilder.Tar(("docs/a.py", "a")), (FilePath, "docs"));
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8($$"""{"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""")), code);
        built.Manifest("same", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "a.txt"), (older, "a.txt"), (Title, "./a.txt")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.All((string[])["title", "older", "kit"], tag => Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal("LayerNameMissing", Refusal(() => _store.Names(layout, "Oci", "mixed")));
        Assert.Equal(["a.txt"], _store.Names(layout, "Oci", "same"));
    }

    [Theory]
    [InlineData("../outside", "StoredNameInvalid")]
    [InlineData("/etc/passwd", "StoredNameInvalid")]
    [InlineData("", "LayerNameMissing")]
    [InlineData("A", "StoredNameCollides")]
    [InlineData("a", "StoredNameTwice")]
    [InlineData("a/b", "StoredNameTwice")]
    public void A_name_that_leads_elsewhere_or_is_there_twice_is_refused(string name, string error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "a")), built.Blob(Layer + "raw", Utf8("2"), (FilePath, name)));
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_layer_without_a_name_or_of_an_unknown_packing_is_refused()
    {
        OciLayoutBuilder built = new();
        built.Manifest("unnamed", Config(built), built.Blob(Layer + "raw", Utf8("1")));
        built.Manifest("packed", Config(built), built.Blob(Layer + "raw+gzip", Utf8("1"), (FilePath, "a")));
        built.Manifest("elsewhere", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("other/a", "a")), (FilePath, "here")));
        built.Manifest("no-gzip", Config(built), built.Blob(Layer + "tar+gzip", Utf8("not gzip at all"), (FilePath, "a")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("LayerNameMissing", Refusal(() => _store.Names(layout, "Oci", "unnamed")));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci", "packed")));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", "elsewhere")));
        Assert.Equal("TarDamaged", Refusal(() => _store.Names(layout, "Oci", "no-gzip")));
    }

    [Fact]
    public void A_tar_is_unpacked_without_a_name_only_if_it_is_a_layer_of_an_image_that_nothing_else_names()
    {
        OciLayoutBuilder built = new();
        byte[] tar = OciLayoutBuilder.Tar(("a", "1"));
        JsonObject Image() => built.Blob("application/vnd.oci.image.layer.v1.tar", tar);
        built.Manifest("image", Empty(built), Image());
        built.Manifest("other", Empty(built), built.Blob("application/x.tar", tar));
        built.Manifest("titled", built.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray(), (Title, "modeling.py")), Image());
        built.Entry("kit", "application/vnd.oci.image.manifest.v1+json", new()
        {
            ["schemaVersion"] = 2,
            ["config"] = Empty(built),
            ["layers"] = new JsonArray(Image()),
            ["annotations"] = new JsonObject { ["ml.kitops.modelkit.kitfile"] = $$"""{"code":[{"path":"src","digest":"{{Image()["digest"]}}"}]}""" },
        });
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["a"], _store.Names(layout, "Oci", "image"));
        Assert.All((string[])["other", "titled"], tag => Assert.Equal("LayerNameMissing", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci", "kit")));
    }

    [Theory]
    [InlineData(64, 0, null)]
    [InlineData(65, 0, "StoredNameInvalid")]
    [InlineData(0, 4095, null)]
    [InlineData(0, 4096, "StoredNameInvalid")]
    public void A_name_that_takes_long_to_compare_is_refused(int marks, int letters, string? error)
    {
        string name = "a" + string.Concat(Enumerable.Range(0, marks).Select(place => place % 2 == 0 ? '\u0301' : '\u0316')) + new string('b', letters);
        OciLayoutBuilder built = new();
        built.Manifest("titled", Empty(built), built.Blob("application/octet-stream", Utf8("1"), (Title, name)));
        byte[] record = Encoding.UTF8.GetBytes($" path={name}\n"), digits = Encoding.ASCII.GetBytes(Invariant($"{record.Length + (record.Length > 996 ? 4 : record.Length > 97 ? 3 : 2)}"));
        byte[] pax = [.. digits, .. record];
        byte[] folder = [.. TarReaderTests.Header("pax", 'x', pax.Length), .. pax, .. new byte[(512 - (pax.Length % 512)) % 512], .. TarReaderTests.Header("a" + new string('b', Math.Min(letters, 99)), '5', 0), .. OciLayoutBuilder.Tar(("f", "1"))];
        built.Manifest("folder", Config(built), built.Blob(Layer + "tar", folder, (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.All(
            (string[])["titled", "folder"],
            tag => Assert.Equal(error, error is null ? _store.Names(layout, "Oci", tag).Length == 1 ? null : "other" : Refusal(() => _store.Names(layout, "Oci", tag))));
    }

    [Fact]
    public void A_tar_in_a_packing_that_is_not_known_is_refused()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar+xz", Utf8("1"), (FilePath, "a")));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_layer_with_another_digest_than_SHA256_has_no_place_in_the_mapping_of_the_Go_implementation()
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "a"));
        string digest = "sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Utf8("1")));
        built.Blobs[digest] = Utf8("1");
        layer["digest"] = digest;
        built.Manifest("v1", Config(built), layer);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["a"], _store.Names(layout, "Oci"));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "OciLayers")));
    }

    [Fact]
    public void The_mapping_of_the_Go_implementation_takes_each_layer_for_a_file()
    {
        OciLayoutBuilder built = new();
        JsonObject config = Config(built);
        JsonObject named = built.Blob("application/vnd.oci.image.layer.v1.tar", Utf8("1"), (Title, "one.bin")), packed = built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("x", "x")));
        built.Manifest("go", config, named, packed);
        built.Manifest("hole", Config(built), built.Blob(Layer + "raw", Utf8("{ }"), (Title, "config.json")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        SigningResult signed = _store.Sign(layout, "OciLayers", "go");
        Assert.Equal(["config.json", "layer_001.tar.gz", "one.bin"], signed.Manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(
            [(string)config["digest"]!, (string)packed["digest"]!, (string)named["digest"]!],
            signed.Manifest.Resources.Select(resource => "sha256:" + Convert.ToHexStringLower(resource.Digest.Span)));
        Assert.True(_store.Verify(layout, "OciLayers", "go").IsValid);
        Assert.Equal("StoredNameTwice", Refusal(() => _store.Names(layout, "OciLayers", "hole")));
    }

    [Theory]
    [InlineData("model.sig")]
    [InlineData(".gitignore")]
    [InlineData(".git/x")]
    [InlineData("more.tar.gz")]
    public void No_layer_is_excused_by_its_title_in_the_mapping_of_the_Go_implementation(string title)
    {
        OciLayoutBuilder built = new();
        JsonObject config = Config(built), layer = built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "1")));
        built.Manifest("signed", config, layer);
        built.Manifest("more", config.DeepClone().AsObject(), layer.DeepClone().AsObject(), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "evil")), (Title, title)));
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "OciLayers", "signed");
        Assert.Equal([title], _store.Verify(layout, "OciLayers", "more").Difference.Extra);
        Assert.Equal([title], _store.Verify(layout, "OciLayers", "more", request => request with { IgnoreUnsignedFiles = true }).Difference.Extra);
    }

    [Theory]
    [InlineData("application/vnd.docker.ai.model.config.v0.2+json", "application/vnd.docker.ai.gguf.v3", true)]
    [InlineData("application/vnd.docker.ai.model.config.v0.1+json", "application/vnd.docker.ai.gguf.v3", true)]
    [InlineData(ModelPackConfig, Layer + "raw", true)]
    [InlineData("application/vnd.oci.empty.v1+json", "application/octet-stream", false)]
    public void A_layer_that_was_added_to_a_model_that_programs_load_by_types_is_a_difference_whatever_is_ignored(string config, string type, bool refused)
    {
        OciLayoutBuilder built = new();
        JsonObject json = built.Blob(config, Utf8("{}")), signed = built.Blob(type, Utf8("good"), (FilePath, "model-00002-of-00002.gguf"));
        built.Manifest("signed", json, signed);
        built.Manifest("more", json.DeepClone().AsObject(), built.Blob(type, Utf8("evil"), (FilePath, "model-00001-of-00002.gguf")), signed.DeepClone().AsObject());
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci", "signed");
        string[] expected = refused ? ["model-00001-of-00002.gguf"] : [];
        Assert.Equal(expected, _store.Verify(layout, "Oci", "more", request => request with { IgnoreUnsignedFiles = true }).Difference.Extra);
        Assert.Equal(expected, _store.Verify(layout, "Oci", "more", request => request with { IncludePaths = ["model-00002-of-00002.gguf"] }).Difference.Extra);
    }

    [Fact]
    public void A_layer_has_the_name_of_no_other_place_in_the_mapping_of_the_Go_implementation()
    {
        OciLayoutBuilder built = new();
        byte[] first = OciLayoutBuilder.Tar(("a", "1")), second = OciLayoutBuilder.Tar(("a", "2"));
        JsonObject config = Config(built);
        JsonObject Same() => config.DeepClone().AsObject();
        JsonObject First(params (string, string)[] annotations) => built.Blob(Layer + "tar", first, annotations);
        JsonObject Second(params (string, string)[] annotations) => built.Blob(Layer + "tar", second, annotations);
        built.Manifest("signed", config, First(), Second());
        built.Manifest("titled", Same(), First((Title, "layer_000.tar.gz")), Second((Title, "layer_001.tar.gz")));
        built.Manifest("turned", Same(), Second((Title, "layer_001.tar.gz")), First((Title, "layer_000.tar.gz")));
        built.Manifest("capital", Same(), First((Title, "LAYER_1.tar.gz")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "OciLayers", "signed");
        Assert.True(_store.Verify(layout, "OciLayers", "titled").IsValid);
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Verify(layout, "OciLayers", "turned")));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "OciLayers", "capital")));
    }

    [Fact]
    public void What_ORAS_would_write_beside_the_layers_is_a_file_of_the_model_or_refused()
    {
        OciLayoutBuilder built = new();
        JsonObject Weights() => built.Blob(Layer + "raw", Utf8("1"), (Title, "w.bin"));
        JsonObject Settings(params (string, string)[] annotations) => built.Blob("application/vnd.example.config", Utf8("import os"), annotations);
        built.Manifest("unpacked-config", Settings((Title, "data"), ("io.deis.oras.content.unpack", "true")), Weights());
        built.Manifest("path", Settings((Title, "modeling.py")), built.Blob(Layer + "raw", Utf8("1"), (Title, "w.bin"), (FilePath, "w.bin")));
        built.Manifest("config", Settings((Title, "modeling.py")), Weights());
        built.Manifest("unpack", Empty(built), built.Blob("application/octet-stream", Utf8("1"), (Title, "w.bin"), ("io.deis.oras.content.unpack", "true")));
        JsonObject one = built.Manifest(null, Empty(built), Weights());
        JsonObject attestation = built.Manifest(null, Empty(built), built.Blob("application/vnd.in-toto+json", Utf8("{}"), (Title, "modeling.py")));
        attestation["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        attestation["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
        built.Index("attested", one, attestation);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["modeling.py", "w.bin"], _store.Names(layout, "Oci", "config"));
        Assert.All((string[])["unpacked-config", "path"], tag => Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci", "unpack")));
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(layout, "Oci", "attested")));
    }

    [Theory]
    [InlineData(Layer + "tar", Title)]
    [InlineData(Layer + "tar+gzip", Title)]
    [InlineData("application/x.tar", Title)]
    [InlineData("application/vnd.docker.ai.dir.tar", Title)]
    [InlineData("application/vnd.kitops.modelkit.code.v1.tar", Title)]
    public void A_tar_with_a_title_is_refused_because_ORAS_writes_the_tar_itself_under_it_unless_it_is_to_be_unpacked(string type, string annotation)
    {
        OciLayoutBuilder built = new();
        byte[] file = OciLayoutBuilder.Tar(("src", "1")), folder = Gzip(OciLayoutBuilder.Tar(("src/a", "1")));
        file = type.EndsWith("gzip", StringComparison.Ordinal) ? Gzip(file) : file;
        built.Manifest("file", Empty(built), built.Blob(type, file, (annotation, "src")));
        built.Manifest("folder", Empty(built), built.Blob(type, type.EndsWith("gzip", StringComparison.Ordinal) ? folder : OciLayoutBuilder.Tar(("src/a", "1")), (annotation, "src")));
        built.Manifest("both", Empty(built), built.Blob(type, file, (FilePath, "src"), (annotation, "src")));
        built.Manifest("unpacked", Empty(built), built.Blob(Layer + "tar+gzip", folder, (annotation, "src"), ("io.deis.oras.content.unpack", "true")));
        built.Manifest("unpacked-file", Empty(built), built.Blob(Layer + "tar+gzip", Gzip(OciLayoutBuilder.Tar(("src", "1"))), (annotation, "src"), ("io.deis.oras.content.unpack", "true")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.All((string[])["file", "folder", "both", "unpacked-file"], tag => Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal(["src/a"], _store.Names(layout, "Oci", "unpacked"));
    }

    [Theory]
    [InlineData(Layer + "tar", ModelPackConfig, false, "StoreManifestInvalid")]
    [InlineData(Layer + "tar", ModelPackConfig, true, null)]
    [InlineData("application/vnd.cnai.model.weight.v1.tar", "application/vnd.cnai.model.config.v1+json", false, null)]
    [InlineData(Layer + "tar", "application/vnd.docker.ai.model.config.v0.2+json", false, "StoredNameInvalid")]
    [InlineData("application/vnd.docker.ai.dir.tar", "application/vnd.docker.ai.model.config.v0.2+json", false, "StoredNameInvalid")]
    [InlineData("application/vnd.docker.ai.dir.tar", "application/vnd.docker.ai.model.config.v0.1+json", true, "StoredNameInvalid")]
    [InlineData("application/vnd.docker.ai.dir.tar", "application/vnd.docker.ai.model.config.v0.1+json", false, null)]
    [InlineData("application/x.tar", ModelPackConfig, true, "StoredNameInvalid")]
    [InlineData("application/vnd.oci.image.layer.v1.tar", ModelPackConfig, true, "StoredNameInvalid")]
    [InlineData("application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.config.v1+json", true, "StoredNameInvalid")]
    [InlineData("application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.config.v1+json", false, null)]
    public void A_tar_that_Dockers_models_would_have_as_a_file_is_unpacked_only_where_ModelPack_defines_it(string type, string config, bool isModelPack, string? error)
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["config"] = built.Blob(config, Utf8("{}")),
            ["layers"] = new JsonArray(built.Blob(type, OciLayoutBuilder.Tar(("model.bin", "1")), (FilePath, "model.bin"))),
        };
        if (isModelPack)
        {
            manifest["artifactType"] = "application/vnd.cncf.model.manifest.v1+json";
        }

        built.Entry("v1", "application/vnd.oci.image.manifest.v1+json", manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["model.bin"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 LICENSE:license data.json:model.file", null)]
    [InlineData("model.config.v0.1+json", "Tiny-Q4.gguf:gguf.v3 chat_template.jinja:chat.template.jinja mmproj-f16.gguf:mmproj", null)]
    [InlineData("model.config.v0.1+json", "a-00001-of-00002.gguf:gguf.v3 a-00002-of-00002.gguf:gguf.v3", null)]
    [InlineData("model.config.v0.1+json", "model-00001-of-00002.safetensors:safetensors model-00002-of-00002.safetensors:safetensors", null)]
    [InlineData("model.config.v0.2+json", "a.gguf:gguf.v3 sub/b.gguf:gguf.v3 README.md:model.file LICENSE:model.file mmproj.gguf:gguf.v3", null)]
    [InlineData("model.config.v0.2+json", "model.gguf:gguf.v3 a.jinja:chat.template.jinja b.jinja:chat.template.jinja", "StoredNameInvalid")]
    [InlineData("model.config.v0.2+json", "model.gguf:gguf.v3 a.mmproj:mmproj b.mmproj:mmproj", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:license examples/tiny.gguf:gguf.v3", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 examples/tiny.gguf:model.file", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 README.md:chat.template.jinja", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 tokenizer.json:license", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 a.jinja:chat.template.jinja b.jinja:chat.template.jinja", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 w.safetensors:safetensors", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "a-00002-of-00002.gguf:gguf.v3 a-00001-of-00002.gguf:gguf.v3", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "a.jinja:chat.template.jinja template.jinja:model.file", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "tiny.gguf:gguf.v3 tar:dir.tar", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 tar:vllm.config.tar other:vllm.config.tar", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 data.bin:other", "LayerTypeUnknown")]
    [InlineData("model.config.v0.2+json", "model.gguf:model.file examples/tiny.gguf:gguf.v3", "StoredNameInvalid")]
    [InlineData("model.config.v0.2+json", "mmproj.gguf:gguf.v3 model.gguf:gguf.v3", "StoredNameInvalid")]
    [InlineData("model.config.v0.2+json", "model.gguf:gguf.v3 mmproj-f16.gguf:mmproj old/mmproj-bad.gguf:model.file", "StoredNameInvalid")]
    [InlineData("model.config.v0.2+json", "model.gguf:gguf.v3 mmproj-f16.gguf:gguf.v3 old/mmproj-bad.gguf:mmproj", "StoredNameInvalid")]
    [InlineData("model.config.v0.2+json", "model.gguf:gguf.v3 template.jinja:other", "LayerTypeUnknown")]
    [InlineData("model.config.v0.1+json", "a.dduf:dduf b.dduf:dduf", "StoredNameInvalid")]
    [InlineData("model.config.v0.1+json", "model.gguf:gguf.v3 a.mmproj:mmproj b.mmproj:mmproj", "StoredNameInvalid")]
    [InlineData("other", "model.gguf:gguf.v3 a.jinja:chat.template.jinja b.jinja:chat.template.jinja", "StoredNameInvalid")]
    [InlineData("other", "model.gguf:license examples/tiny.gguf:gguf.v3", "StoredNameInvalid")]
    public void A_layer_of_Dockers_has_the_type_that_its_name_says_because_Docker_loads_files_by_types(string config, string layers, string? error)
    {
        const string docker = "application/vnd.docker.ai.";
        OciLayoutBuilder built = new();
        string[][] pairs = [.. layers.Split(' ').Select(pair => pair.Split(':'))];
        built.Manifest("v1", built.Blob(docker + config, Utf8("{}")), [.. pairs.Select(pair =>
            (JsonNode)built.Blob(docker + pair[1], pair[1].EndsWith("tar", StringComparison.Ordinal) ? OciLayoutBuilder.Tar((pair[0] + "/file", "1")) : Utf8(pair[0]), (FilePath, pair[0])))]);
        string layout = built.WriteFolder(_store.Folder, "layout");
        if (error is null)
        {
            Assert.Equal(pairs.Select(pair => pair[0]).Order(StringComparer.Ordinal), _store.Names(layout, "Oci"));
        }
        else
        {
            Assert.Equal(error, Refusal(() => _store.Names(layout, "Oci")));
        }
    }

    [Theory]
    [InlineData("model.gguf:gguf", null)]
    [InlineData("tests/sample.bin:raw model.gguf:raw", null)]
    [InlineData("tests/sample.bin:gguf model.gguf:gguf", "StoredNameInvalid")]
    [InlineData("tests/sample.bin:safetensors model.safetensors:safetensors", "StoredNameInvalid")]
    [InlineData("model.gguf:raw tests/tiny.gguf:gguf", "StoredNameInvalid")]
    [InlineData("docs/old.bin:raw model.gguf:gguf", "StoredNameInvalid")]
    [InlineData("a.mmproj:gguf model.gguf:gguf", "StoredNameInvalid")]
    public void A_weight_of_ModelPacks_types_has_the_name_of_its_form_because_Docker_runs_the_first_of_a_type(string layers, string? error)
    {
        foreach (string config in (string[])[ModelPackConfig, "application/vnd.docker.ai.model.config.v0.2+json"])
        {
            OciLayoutBuilder built = new();
            string[][] pairs = [.. layers.Split(' ').Select(pair => pair.Split(':'))];
            built.Manifest("v1", built.Blob(config, Utf8("{}")), [.. pairs.Select(pair => (JsonNode)built.Blob(Layer + pair[1], Utf8(pair[0]), (FilePath, pair[0])))]);
            string layout = built.WriteFolder(_store.Folder, "layout" + config.Length);
            // Of a weight of no certain form it is not known in Docker's own models what it is.
            if (config != ModelPackConfig && pairs.Any(pair => pair[1] == "raw"))
            {
                Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci")));
            }
            else if (error is null)
            {
                Assert.Equal(pairs.Select(pair => pair[0]).Order(StringComparer.Ordinal), _store.Names(layout, "Oci"));
            }
            else
            {
                Assert.Equal(error, Refusal(() => _store.Names(layout, "Oci")));
            }
        }
    }

    [Theory]
    [InlineData("+gzip")]
    [InlineData(".gzip")]
    [InlineData("+zstd")]
    public void A_compressed_layer_of_an_image_with_a_title_is_refused_because_ORAS_for_Python_unpacks_it(string packing)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.oci.empty.v1+json", Utf8("{}")), built.Blob("application/vnd.oci.image.layer.v1.tar" + packing, Utf8("1"), (Title, "data.tar.gz")));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_model_of_Dockers_that_has_only_layers_of_other_types_is_refused_because_Docker_loads_none_of_them()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.docker.ai.model.config.v0.1+json", Utf8("{}")), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "model.bin")));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData("application/vnd.docker.ai.model.config.v0.2+json", FilePath, Title)]
    [InlineData("application/vnd.docker.ai.model.config.v0.2+json", Title, Title)]
    [InlineData(ModelPackConfig, FilePath, Title)]
    [InlineData(ModelPackConfig, "org.cnai.model.filepath", "org.cnai.model.filepath")]
    [InlineData("application/vnd.oci.empty.v1+json", Title, FilePath)]
    [InlineData("application/vnd.oci.empty.v1+json", FilePath, "org.cnai.model.filepath")]
    public void A_layer_that_is_named_otherwise_than_the_others_is_refused_because_tools_pass_over_it(string config, string first, string second)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob(config, Utf8("{}")), built.Blob(Layer + "raw", Utf8("1"), (first, "model.bin")), built.Blob(Layer + "raw", Utf8("2"), (second, "README.md")));
        Assert.Equal("LayerNameMissing", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData("code.v1.tar.raw")]
    [InlineData("model.v1.tarball")]
    [InlineData("code.v1.tar.v1.raw")]
    [InlineData("code.v1.tar+gzip.v1.raw")]
    [InlineData("code.v2.raw")]
    [InlineData("code")]
    [InlineData("co-de.v1.raw")]
    [InlineData("config.v1.tar")]
    [InlineData("modelparts.v1.tar")]
    [InlineData("weight.config.v1.tar")]
    [InlineData(".v1.tar")]
    [InlineData("../vnd.cncf.model.config.v1.tar")]
    [InlineData("../vnd.cncf.model.model.v1.tar")]
    [InlineData("../vnd-kitops.modelkit.dataset.v1.tar.x")]
    [InlineData("../vnd.cncf_model.dataset.v1.tar.x")]
    [InlineData("../vnd.cncf.model.dataset.v1.tar.x")]
    [InlineData("../octet-stream")]
    public void A_type_that_KitOps_does_not_write_is_refused_because_it_reads_one_by_its_beginning(string type)
    {
        OciLayoutBuilder built = new();
        JsonObject code = built.Blob(("application/vnd.kitops.modelkit." + type).Replace("vnd.kitops.modelkit.../", "", StringComparison.Ordinal), OciLayoutBuilder.Tar(("src/run.py", "r")));
        built.Manifest("kit", built.Blob(KitConfig, Utf8($$"""{"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""")), code);
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci")));
    }

    // modctl unpacks it, whatever its name is.
    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar", "LayerTypeUnknown")]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar", "LayerTypeUnknown")]
    [InlineData(Layer + "raw", null)]
    public void A_file_of_ModelPack_with_the_type_of_a_tar_is_refused(string type, string? error)
    {
        OciLayoutBuilder built = new();
        built.Entry("v1", "application/vnd.oci.image.manifest.v1+json", new()
        {
            ["schemaVersion"] = 2,
            ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json",
            ["config"] = Config(built),
            ["layers"] = new JsonArray(built.Blob(type, OciLayoutBuilder.Tar(("config.json", "{}")), (FilePath, "data.tar"), (Title, "data.tar"))),
        });
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["data.tar"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData("kitops.modelkit.modelpart.v1.tar")]
    [InlineData("kitops.modelkit.docs.v1.tar")]
    [InlineData("cncf.model.weight.config.v1.tar")]
    [InlineData("cncf.model.doc.v1.tar")]
    public void A_type_that_KitOps_writes_is_read(string type)
    {
        OciLayoutBuilder built = new();
        JsonObject docs = built.Blob("application/vnd." + type, OciLayoutBuilder.Tar(("src/run.py", "r")));
        built.Manifest("kit", built.Blob(KitConfig, Utf8($$"""{"docs":[{"path":"src","digest":"{{docs["digest"]}}"}]}""")), docs);
        Assert.Equal(["src/run.py"], _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci"));
    }

    [Theory]
    [InlineData("registry.example/org/other:v1")]
    [InlineData("other:v1")]
    [InlineData("other@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_Kitfile_whose_model_is_another_one_is_refused_though_a_layer_has_its_digest(string path)
    {
        Assert.Equal("StoreManifestInvalid", Refusal(() => Kit($$"""{"model":{"path":"{{path}}","digest":"EMPTY"},"code":[{"path":"src","digest":"CODE"}]}""")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => Kit($$"""{"datasets":[{"path":"data","digest":"EMPTY","remotePath":"{{path}}"}],"code":[{"path":"src","digest":"CODE"}]}""")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => Kit($$"""{"datasets":[{"path":"data","digest":"EMPTY","RemotePath":"{{path}}"}],"code":[{"path":"src","digest":"CODE"}]}""")));
    }

    [Theory]
    [InlineData(".github/model.gguf")]
    [InlineData("./.gitignore")]
    [InlineData(".Git")]
    [InlineData(".gitattributes/")]
    [InlineData("model.sig")]
    public void A_Kitfile_whose_model_or_data_are_gits_is_refused_because_signatures_leave_them_out(string path)
    {
        Assert.All(
            (string[])["\"model\":{\"path\":\"PATH\",\"digest\":\"EMPTY\"}", "\"model\":{\"parts\":[{\"path\":\"PATH\",\"digest\":\"EMPTY\"}]}", "\"datasets\":[{\"path\":\"PATH\",\"digest\":\"EMPTY\"}]"],
            entry => Assert.Equal("StoredNameInvalid", Refusal(() => Kit($$"""{{{entry.Replace("PATH", path, StringComparison.Ordinal)}},"code":[{"path":"src","digest":"CODE"}]}"""))));
        Assert.Equal(["src/run.py"], Kit($$"""{"docs":[{"path":"{{path}}","digest":"EMPTY"}],"code":[{"path":"src","digest":"CODE"}]}"""));
    }

    [Theory]
    [InlineData("Kitfile", true)]
    [InlineData("kitfile", true)]
    [InlineData("docs/Kitfile", false)]
    public void A_file_in_the_place_of_the_Kitfile_is_refused_because_KitOps_writes_its_own_there(string name, bool isRefused)
    {
        OciLayoutBuilder built = new();
        JsonObject docs = built.Blob("application/vnd.kitops.modelkit.docs.v1.tar", OciLayoutBuilder.Tar((name, "x")));
        built.Manifest("kit", built.Blob(KitConfig, Utf8($$"""{"docs":[{"path":".","digest":"{{(string)docs["digest"]!}}"}]}""")), docs);
        string layout = built.WriteFolder(_store.Folder, "kit");
        if (isRefused)
        {
            Assert.Equal("StoredNameTwice", Refusal(() => _store.Names(layout, "Oci")));
        }
        else
        {
            Assert.Equal([name], _store.Names(layout, "Oci"));
        }
    }

    [Fact]
    public void A_layer_that_the_Kitfile_does_not_list_is_refused_because_KitOps_does_not_unpack_it()
    {
        Assert.Equal(["src/run.py"], Kit("""{"model":{"path":"weights","digest":"EMPTY"},"code":[{"path":"src","digest":"CODE"}]}"""));
        Assert.Equal("LayerNameMissing", Refusal(() => Kit("""{"code":[{"path":"src","digest":"CODE"}]}""", (FilePath, "more"))));
    }

    [Fact]
    public void A_Kitfile_that_gives_a_layer_two_paths_is_refused()
    {
        Assert.Equal("StoreManifestInvalid", Refusal(() => Kit("""{"model":{"path":"weights","digest":"EMPTY"},"code":[{"path":"src","digest":"CODE"},{"path":"src/run.py","digest":"CODE"}]}""")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => Kit("""{"model":{"path":"weights","digest":"EMPTY"},"code":[{"path":"src","digest":"CODE"}],"docs":[{"path":"docs","digest":"CODE"}]}""")));
    }

    [Theory]
    [InlineData("""{"code":[{"path":"src","digest":"CODE"}]}""", null)]
    [InlineData("""{"model":{"path":"other:v1"},"code":[{"path":"src","digest":"CODE"}]}""", "StoreManifestInvalid")]
    [InlineData("""{"model":{"path":"other:v1","digest":"CODE"}}""", "StoreManifestInvalid")]
    [InlineData("""{"code":[{"path":"src"}]}""", "StoreManifestInvalid")]
    [InlineData("""{"datasets":[{"path":"src","digest":"CODE","remotePath":"s3://bucket/key"}]}""", "StoreManifestInvalid")]
    [InlineData("""{"code":[]}""", "LayerNameMissing")]
    [InlineData("[]", "StoreManifestInvalid")]
    [InlineData(null, "StoreManifestInvalid")]
    public void A_Kitfile_in_a_manifest_of_ModelPack_is_held_to_the_same_rules(string? kitfile, string? error)
    {
        OciLayoutBuilder built = new();
        JsonObject code = built.Blob("application/vnd.cncf.model.code.v1.tar", OciLayoutBuilder.Tar(("src/run.py", "r")), (FilePath, "src"));
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json",
            ["config"] = Config(built),
            ["layers"] = new JsonArray(code),
            ["annotations"] = new JsonObject { ["ml.kitops.modelkit.kitfile"] = kitfile is null ? 1 : kitfile.Replace("CODE", (string)code["digest"]!, StringComparison.Ordinal) },
        };
        built.Entry("v1", "application/vnd.oci.image.manifest.v1+json", manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["src/run.py"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    private string[] Kit(string kitfile, params (string, string)[] annotations)
    {
        OciLayoutBuilder built = new();
        JsonObject empty = built.Blob("application/vnd.kitops.modelkit.model.v1.tar", new byte[1024], annotations);
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar", OciLayoutBuilder.Tar(("src/run.py", "r")));
        string filled = kitfile.Replace("EMPTY", (string)empty["digest"]!, StringComparison.Ordinal).Replace("CODE", (string)code["digest"]!, StringComparison.Ordinal);
        built.Manifest("kit", built.Blob(KitConfig, Utf8(filled)), empty, code);
        return _store.Names(built.WriteFolder(_store.Folder, Guid.NewGuid().ToString("N")), "Oci");
    }

    private static JsonObject Empty(OciLayoutBuilder layout) => layout.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray());

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());
}
