using System.Text.Json.Nodes;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

public sealed class OciLayoutTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath", Title = "org.opencontainers.image.title";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("sha256", null)]
    [InlineData("blake3", null)]
    [InlineData("blake2b", 5L)]
    public void A_layout_its_tar_and_the_extracted_folder_verify_with_one_signature(string algorithm, long? shardSize)
    {
        Assert.True(DigestAlgorithms.TryParse(algorithm, out DigestAlgorithm hashType));
        OciLayoutBuilder built = Sample();
        string layout = built.WriteFolder(_store.Folder, "layout"), tar = built.WriteTar(_store.Folder, "layout.tar"), plain = Extracted();
        foreach ((string signed, string? source) in ((string, string?)[])[(layout, "Oci"), (tar, "Oci"), (plain, null)])
        {
            SigningResult result = _store.Sign(signed, source, change: request => request with { HashType = hashType, ShardSize = shardSize });
            Assert.Equal(4, result.FileCount);
            Assert.True(_store.Verify(layout, "Oci").IsValid);
            Assert.True(_store.Verify(tar, "Oci", "v1").IsValid);
            Assert.True(_store.Verify(plain, null).IsValid);
        }

        Assert.Equal("Oci", _store.Verify(layout, "Oci").Source);
    }

    [Fact]
    public void Whatever_differs_from_what_was_signed_is_named()
    {
        string plain = Extracted();
        _store.Folder.Write("plain/src/b.py", "missing");
        _store.Folder.Write("plain/config.json", "[]");
        File.Delete(_store.Folder["plain/docs/a.md"]);
        _store.Sign(plain, null);
        VerificationResult result = _store.Verify(Sample().WriteFolder(_store.Folder, "layout"), "Oci");
        Assert.Equal(["docs/a.md"], result.Difference.Extra);
        Assert.Equal(["src/b.py"], result.Difference.Missing);
        Assert.Equal("config.json", Assert.Single(result.Difference.Mismatched).Name);

        result = _store.Verify(_store.Folder["layout"], "Oci", change: request => request with { IgnorePaths = ["docs", "config.json"] });
        Assert.Empty(result.Difference.Extra);
        Assert.Equal(["docs"], result.UncheckedPaths);
        Assert.Single(result.Difference.Mismatched);
    }

    [Fact]
    public void Git_files_and_a_packed_signature_are_left_out_as_in_a_folder()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built),
            built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "a"), (".gitattributes", "x"), ("model.sig", "y")), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["a"], _store.Names(layout, "Oci"));
        _store.Sign(layout, "Oci");
        VerificationResult result = _store.Verify(layout, "Oci");
        Assert.True(result.IsValid);
        Assert.Equal([".gitattributes", "model.sig"], result.UncheckedPaths);
    }

    [Fact]
    public void KitOps_names_its_layers_in_the_Kitfile()
    {
        OciLayoutBuilder built = new();
        JsonObject model = built.Blob("application/vnd.kitops.modelkit.model.v1.tar", OciLayoutBuilder.Tar(("weights/model.gguf", "w")));
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar+gzip", Gzip(OciLayoutBuilder.Tar(("src/run.py", "r"))));
        string kitfile = $$"""
            {"manifestVersion":"1.0.0","model":{"path":"./weights","digest":"{{model["digest"]}}"},"code":[{"path":"src","digest":"{{code["digest"]}}"}]}
            """;
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8(kitfile)), model, code);
        Assert.Equal(["src/run.py", "weights/model.gguf"], _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci"));

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
    public void A_Kitfile_that_takes_files_from_elsewhere_than_its_layers_is_refused(string model)
    {
        OciLayoutBuilder built = new();
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar", OciLayoutBuilder.Tar(("src/run.py", "r")));
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8($$"""{"model":{{model}},"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""")), code);
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "kit"), "Oci")));
    }

    [Fact]
    public void Titles_of_ORAS_name_files_and_folders_and_an_image_has_names_of_its_own()
    {
        const string image = "application/vnd.oci.image.layer.v1.tar";
        OciLayoutBuilder built = new();
        built.Manifest("oras", Config(built),
            built.Blob(image, Utf8("plain"), (Title, "a.txt")),
            built.Blob(image + "+gzip", Gzip(OciLayoutBuilder.Tar(("folder/b.txt", "b"))), (Title, "folder"), ("io.deis.oras.content.unpack", "true")),
            built.Blob("application/vnd.docker.ai.gguf.v3", Utf8("g"), (FilePath, "model.gguf")));
        built.Manifest("image", Config(built), built.Blob(image + "+gzip", Gzip(OciLayoutBuilder.Tar(("models/c", "c")))));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["a.txt", "folder/b.txt", "model.gguf"], _store.Names(layout, "Oci", "oras"));
        Assert.Equal(["models/c"], _store.Names(layout, "Oci", "image"));
    }

    [Fact]
    public void A_model_is_chosen_by_tag_or_digest_and_never_guessed()
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest("one", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject two = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "two")));
        built.Index("nested", built.Index(null, two));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "one"));
        Assert.Equal(["two"], _store.Names(layout, "Oci", "nested"));
        Assert.Equal(["two"], _store.Names(layout, "Oci", (string)two["digest"]!));
        Assert.Equal(["one"], _store.Names(layout, "Oci", (string)one["digest"]!));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Names(layout, "Oci"));
        Assert.Equal("RevisionAmbiguous", refusal.Definition.Id);
        Assert.Contains("'one', 'nested'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("RevisionNotFound", Refusal(() => _store.Names(layout, "Oci", "three")));
        Assert.Equal("RevisionNotFound", Refusal(() => _store.Names(layout, "Oci", "sha256:" + new string('0', 64))));
    }

    [Fact]
    public void A_tag_that_leads_to_models_for_several_platforms_is_not_decided_here()
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject Other(string? os, string? note)
        {
            JsonObject other = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "two")));
            other["platform"] = os is null ? null : new JsonObject { ["os"] = os, ["architecture"] = os == "unknown" ? "unknown" : "amd64" };
            other["annotations"] = note is null ? new JsonObject() : new JsonObject { ["vnd.docker.reference.type"] = note };
            return other;
        }

        built.Index("linux", one, Other("linux", null));
        built.Index("noted", one, Other("linux", "attestation-manifest"));
        built.Index("plain", one, Other(null, "attestation-manifest"));
        built.Index("unknown", one, Other("unknown", null));
        built.Index("attested", one, Other("unknown", "attestation-manifest"));
        string layout = built.WriteFolder(_store.Folder, "layout");
        foreach (string tag in (string[])["linux", "noted", "plain", "unknown"])
        {
            ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Names(layout, "Oci", tag));
            Assert.Equal("RevisionAmbiguous", refusal.Definition.Id);
            Assert.Contains((string)one["digest"]!, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["one"], _store.Names(layout, "Oci", "attested"));
        Assert.Equal(["one"], _store.Names(layout, "Oci", (string)one["digest"]!));
    }

    [Theory]
    [InlineData(false, "manifests", "[]")]
    [InlineData(false, "mediaType", "\"application/vnd.oci.image.index.v1+json\"")]
    [InlineData(false, "mediaType", "1")]
    [InlineData(true, "layers", "[]")]
    [InlineData(true, "config", "{}")]
    [InlineData(true, "mediaType", "\"application/vnd.oci.image.manifest.v1+json\"")]
    public void A_document_that_is_an_index_and_a_manifest_is_refused(bool isIndex, string member, string value)
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest("one", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject two = built.Index("two", one), changed = isIndex ? two : one;
        JsonObject document = JsonNode.Parse(built.Blobs[(string)changed["digest"]!])!.AsObject();
        document[member] = JsonNode.Parse(value);
        OciLayoutBuilder other = new();
        foreach ((string digest, byte[] bytes) in built.Blobs)
        {
            other.Blobs[digest] = bytes;
        }

        other.Entry("both", (string)changed["mediaType"]!, document);
        string layout = other.WriteFolder(_store.Folder, "layout");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "both")));
        Assert.Equal(["one"], _store.Names(built.WriteFolder(_store.Folder, "plain"), "Oci", "two"));
    }

    [Fact]
    public void A_layer_with_two_names_is_refused_because_tools_write_it_under_either()
    {
        OciLayoutBuilder built = new();
        const string older = "org.cnai.model.filepath";
        built.Manifest("title", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "docs/example.txt"), (Title, "modeling.py")));
        built.Manifest("older", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "docs/example.txt"), (older, "modeling.py")));
        JsonObject code = built.Blob("application/vnd.kitops.modelkit.code.v1.tar", OciLayoutBuilder.Tar(("docs/a.py", "a")), (FilePath, "docs"));
        built.Manifest("kit", built.Blob("application/vnd.kitops.modelkit.config.v1+json", Utf8($$"""{"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""")), code);
        built.Manifest("same", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "a.txt"), (older, "a.txt"), (Title, "./a.txt")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.All((string[])["title", "older", "kit"], tag => Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", tag))));
        Assert.Equal(["a.txt"], _store.Names(layout, "Oci", "same"));
    }

    [Fact]
    public void Indexes_nested_too_deeply_are_not_followed()
    {
        OciLayoutBuilder built = new();
        JsonObject inner = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        for (int depth = 0; depth < 9; depth++)
        {
            inner = built.Index(null, inner);
        }

        built.Index("deep", inner);
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void A_file_that_is_packed_in_a_layer_is_reported_as_not_inspected()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built),
            built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("packed/run.sh", "#!/bin/sh"), ("packed/empty", "")), (FilePath, "packed")),
            built.Blob(Layer + "raw", Utf8("#!/bin/sh"), (FilePath, "run.sh")));
        string layout = built.WriteFolder(_store.Folder, "inspected");
        ContentCapture capture = new();
        _store.Sign(layout, "Oci", change: request => request with { Hashing = request.Hashing with { Observer = capture } });
        ModelInspection inspection = ModelInspection.Of(capture, CancellationToken.None);
        Assert.Equal("packed/run.sh", Assert.Single(inspection.Uninspected).File);
        Assert.Equal("run.sh", Assert.Single(inspection.Executables).File);
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:ABCDEF")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("")]
    public void A_digest_that_is_none_never_becomes_a_path(string digest)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        layer["digest"] = digest;
        built.Manifest("v1", Config(built), layer);
        Assert.Equal("DescriptorInvalid", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("tar")]
    public void A_blob_that_is_missing_longer_or_changed_is_refused(string packing)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + packing, packing == "raw" ? Utf8("a") : OciLayoutBuilder.Tar(("one", "a")), (FilePath, "one"));
        built.Manifest("v1", Config(built), layer);
        string digest = (string)layer["digest"]!, layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci");
        string blob = _store.Folder["layout/blobs/" + digest.Replace(':', '/')];
        byte[] bytes = File.ReadAllBytes(blob);
        bytes[packing == "raw" ? 0 : 1024] ^= 1;
        File.WriteAllBytes(blob, bytes);
        string changed = Refusal(() => _store.Verify(layout, "Oci"));
        Assert.True(changed is "BlobMismatch" or "TarDamaged", changed);
        Assert.True(Refusal(() => _store.Sign(layout, "Oci", change: request => request with { HashType = DigestAlgorithm.Blake3 })) is "BlobMismatch" or "TarDamaged");
        File.WriteAllBytes(blob, [.. bytes, 0]);
        Assert.Equal("BlobSizeWrong", Refusal(() => _store.Verify(layout, "Oci")));
        File.Delete(blob);
        Assert.Equal("BlobMissing", Refusal(() => _store.Verify(layout, "Oci")));
        Directory.CreateDirectory(blob);
        Assert.Equal("BlobMissing", Refusal(() => _store.Verify(layout, "Oci")));
    }

    [Fact]
    public void A_blob_that_is_a_link_is_not_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("a"), (FilePath, "one"));
        built.Manifest("v1", Config(built), layer);
        string layout = built.WriteFolder(_store.Folder, "layout"), blob = _store.Folder["layout/blobs/" + ((string)layer["digest"]!).Replace(':', '/')];
        File.Delete(blob);
        File.CreateSymbolicLink(blob, _store.Folder.Write("outside", "a"));
        Assert.Equal("BlobMissing", Refusal(() => _store.Names(layout, "Oci")));
    }

    [Theory]
    [InlineData("../outside", "StoredNameInvalid")]
    [InlineData("/etc/passwd", "StoredNameInvalid")]
    [InlineData("", "StoredNameInvalid")]
    [InlineData("A", "StoredNameInvalid")]
    [InlineData("a", "StoredNameInvalid")]
    [InlineData("a/b", "StoredNameInvalid")]
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
    public void A_layer_that_unpacks_to_far_too_much_is_refused()
    {
        using MemoryStream stream = new();
        using (ZstdSharp.CompressionStream zstd = new(stream, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            TarReaderTests.Header("zeros", '0', 1L << 40).CopyTo(zeros, 0);
            zstd.Write(zeros, 0, 512);
            Array.Clear(zeros);
            for (int block = 0; block < 1100; block++)
            {
                zstd.Write(zeros);
            }
        }

        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar+zstd", stream.ToArray(), (FilePath, "zeros")));
        Assert.Equal("LayerBomb", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
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
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "OciLayers", "hole")));
    }

    [Fact]
    public void What_is_no_layout_is_said_to_be_none()
    {
        Assert.Equal("StoreNotRecognised", Refusal(() => _store.Names(Extracted(), "Oci")));
        Assert.Equal("TarDamaged", Refusal(() => _store.Names(_store.Folder.Write("x.tar", new string('x', 2000)), "Oci")));
        _store.Folder.Write("odd/oci-layout", """{"imageLayoutVersion":"2.0.0"}""");
        _store.Folder.Write("odd/index.json", "{}");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(_store.Folder["odd"], "Oci")));
    }

    [Fact]
    public void A_model_of_ollama_is_verified_in_its_store()
    {
        OciLayoutBuilder built = new();
        const string type = "application/vnd.ollama.image.";
        JsonObject[] layers = [built.Blob(type + "model", Utf8("gguf")), built.Blob(type + "license", Utf8("MIT")), built.Blob(type + "license", Utf8("more"))];
        JsonObject manifest = new() { ["schemaVersion"] = 2, ["config"] = built.Blob("application/vnd.docker.container.image.v1+json", Utf8("{}")), ["layers"] = new JsonArray([.. layers]) };
        _store.Folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        foreach ((string digest, byte[] bytes) in built.Blobs)
        {
            _store.Folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
        }

        string store = _store.Folder["ollama"];
        Assert.Equal(["config", "license", "license-2", "model"], _store.Names(store, "Ollama", "tiny"));
        Assert.False(_store.Open(store, "Ollama", "tiny").HasSignaturePlace);
        _store.Sign(store, "Ollama", "tiny:latest");
        Assert.True(_store.Verify(store, "Ollama", "library/tiny").IsValid);
        _store.Folder.Write($"ollama/blobs/{((string)layers[0]["digest"]!).Replace(':', '-')}", "evil");
        Assert.Equal("BlobMismatch", Refusal(() => _store.Verify(store, "Ollama", "tiny")));
        Assert.Equal("RevisionNotFound", Refusal(() => _store.Names(store, "Ollama", "tiny:8b")));
        Assert.Equal("RevisionInvalid", Refusal(() => _store.Names(store, "Ollama", "../../x:y")));
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(store, "Ollama")));
        Assert.Equal("StoreNotRecognised", Refusal(() => _store.Names(_store.Folder["ollama/blobs"], "Ollama", "tiny")));
        manifest["layers"]![0]!["digest"] = "sha256-../../../etc/passwd";
        _store.Folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        Assert.Equal("DescriptorInvalid", Refusal(() => _store.Names(store, "Ollama", "tiny")));
    }

    [Fact]
    public void A_layer_of_ollama_has_the_name_of_its_type_whatever_it_calls_itself()
    {
        OciLayoutBuilder built = new();
        const string type = "application/vnd.ollama.image.";
        JsonObject Layer(string kind, string name, string text)
        {
            JsonObject layer = built.Blob(type + kind, Utf8(text));
            layer["name"] = name;
            return layer;
        }

        string[] Names(params JsonObject[] layers)
        {
            JsonObject manifest = new() { ["schemaVersion"] = 2, ["config"] = built.Blob("application/vnd.docker.container.image.v1+json", Utf8("{}")), ["layers"] = new JsonArray([.. layers]) };
            _store.Folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
            foreach ((string digest, byte[] bytes) in built.Blobs)
            {
                _store.Folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
            }

            return [.. _store.Names(_store.Folder["ollama"], "Ollama", "tiny")];
        }

        Assert.Equal(["config", "config.json", "layers.0.weight", "system", "template"],
            Names(Layer("template", "license", "1"), Layer("system", "template", "2"), Layer("json", "config.json", "{}"), Layer("tensor", "layers.0.weight", "3")));
        Assert.All((string[])["template", "model", "license-2", "tensor"], name => Assert.Equal("StoredNameInvalid", Refusal(() => Names(Layer("tensor", name, "4")))));
    }

    [Theory]
    [InlineData("layers", "Layers")]
    [InlineData("layers", "layer\u017F")]
    [InlineData("config", "CONFIG")]
    [InlineData("mediaType", "mediatype")]
    public void A_member_in_another_spelling_which_Go_takes_for_the_member_is_refused(string member, string spelling)
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Config(built),
            ["layers"] = new JsonArray(built.Blob(Layer + "raw", Utf8("good"), (FilePath, "w.bin"))),
        };
        built.Entry("good", "application/vnd.oci.image.manifest.v1+json", (JsonObject)manifest.DeepClone());
        manifest[spelling] = manifest[member]!.DeepClone();
        built.Entry("odd", "application/vnd.oci.image.manifest.v1+json", manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["w.bin"], _store.Names(layout, "Oci", "good"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "odd")));
    }

    [Fact]
    public void Members_of_an_index_and_of_a_descriptor_are_read_in_one_spelling_too_but_annotations_are_free()
    {
        OciLayoutBuilder built = new();
        JsonObject odd = built.Blob(Layer + "raw", Utf8("good"), (FilePath, "w.bin"));
        odd["Digest"] = (string)built.Blob(Layer + "raw", Utf8("EVIL"))["digest"]!;
        built.Manifest("descriptor", Config(built), odd);
        built.Manifest("annotation", Config(built), built.Blob(Layer + "raw", Utf8("good"), (FilePath, "w.bin"), ("Digest", "x"), ("Size", "y")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["w.bin"], _store.Names(layout, "Oci", "annotation"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "descriptor")));
        string index = File.ReadAllText(Path.Join(layout, "index.json"));
        File.WriteAllText(Path.Join(layout, "index.json"), index.Insert(1, "\"Manifests\":[],"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "annotation")));
    }

    [Theory]
    [InlineData("application/vnd.oci.artifact.manifest.v1+json", null)]
    [InlineData("application/vnd.docker.distribution.manifest.v1+json", null)]
    [InlineData("", null)]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "blobs")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "fsLayers")]
    public void Only_an_image_manifest_without_members_of_others_is_a_model(string type, string? member)
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = new() { ["schemaVersion"] = 2, ["config"] = Config(built), ["layers"] = new JsonArray(built.Blob(Layer + "raw", Utf8("1"), (FilePath, "w.bin"))) };
        if (member is not null)
        {
            manifest[member] = new JsonArray();
        }

        built.Entry("v1", type, manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Fact]
    public void What_ORAS_would_write_beside_the_layers_is_a_file_of_the_model_or_refused()
    {
        OciLayoutBuilder built = new();
        JsonObject Weights() => built.Blob(Layer + "raw", Utf8("1"), (Title, "w.bin"));
        built.Manifest("config", built.Blob("application/vnd.oci.image.config.v1+json", Utf8("import os"), (Title, "modeling.py")), Weights());
        built.Manifest("unpack", Config(built), built.Blob("application/octet-stream", Utf8("1"), (Title, "w.bin"), ("io.deis.oras.content.unpack", "true")));
        JsonObject one = built.Manifest(null, Config(built), Weights());
        JsonObject attestation = built.Manifest(null, Config(built), built.Blob("application/vnd.in-toto+json", Utf8("{}"), (Title, "modeling.py")));
        attestation["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        attestation["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
        built.Index("attested", one, attestation);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["modeling.py", "w.bin"], _store.Names(layout, "Oci", "config"));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci", "unpack")));
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(layout, "Oci", "attested")));
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());

    private static OciLayoutBuilder Sample() => OciLayoutBuilder.ModelPack(
        Gzip(OciLayoutBuilder.Tar(("src/a.py", "print(1)"))), Zstd(OciLayoutBuilder.Tar(("docs/a.md", "# a"))));

    private string Extracted()
    {
        _store.Folder.Write("plain/model.safetensors", "weights");
        _store.Folder.Write("plain/config.json", "{}");
        _store.Folder.Write("plain/src/a.py", "print(1)");
        _store.Folder.Write("plain/docs/a.md", "# a");
        return _store.Folder["plain"];
    }
}
