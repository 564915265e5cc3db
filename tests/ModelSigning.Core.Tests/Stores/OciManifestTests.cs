using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>Which manifest of an OCI layout is the model, and which documents are refused because programs would read them in different ways.</summary>
public sealed class OciManifestTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath", Title = "org.opencontainers.image.title";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("containerd.io/snapshot/stargz/toc.digest")]
    [InlineData("Containerd.io/Snapshot/Stargz/toc.digest")]
    [InlineData("io.github.containers.zstd-chunked.manifest-position")]
    [InlineData("io.containers.zstd-chunked.manifest-checksum")]
    [InlineData("containerd.io/snapshot/overlaybd/blob-digest")]
    [InlineData("containerd.io/snapshot/nydus-blob")]
    public void A_layer_that_some_programs_read_by_a_table_of_its_own_is_refused(string annotation)
    {
        using StoreFixture store = new();
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()),
            built.Blob("application/vnd.cncf.model.weight.v1.tar+gzip", StoreFixture.Gzip(OciLayoutBuilder.Tar(("a", "1"))), ("org.cncf.model.filepath", "."), (annotation, "1")));
        Assert.Equal("LayerTypeUnknown", StoreFixture.Refusal(() => store.Names(built.WriteFolder(store.Folder, "layout"), "Oci")));
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

    [Theory]
    [InlineData("org.opencontainers.image.ref.name", "registry.example.com:5000/org/name:v1", "RevisionAmbiguous")]
    [InlineData("io.containerd.image.name", "registry.example.com/org/name:v1", "RevisionAmbiguous")]
    [InlineData("io.containerd.image.name", "v1", "RevisionAmbiguous")]
    [InlineData("io.containerd.image.name", "registry.example.com/org/name:v10", null)]
    [InlineData("org.opencontainers.image.ref.name", "registry.example.com:v1/org/name", null)]
    public void Another_entry_that_a_program_takes_for_the_same_tag_leads_to_the_same_model(string key, string value, string? error)
    {
        foreach (bool isSame in (bool[])[false, true])
        {
            OciLayoutBuilder built = new();
            JsonObject one = built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
            JsonObject other = isSame ? one : built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "one")));
            string layout = built.WriteFolder(_store.Folder, isSame ? "same" : "other"), path = Path.Join(layout, "index.json");
            JsonObject index = JsonNode.Parse(File.ReadAllText(path))!.AsObject(), entry = (JsonObject)other.DeepClone();
            entry["annotations"] = new JsonObject { [key] = value };
            index["manifests"]!.AsArray().Insert(0, entry);
            File.WriteAllText(path, index.ToJsonString());
            Assert.Equal(isSame ? null : error, error is null || isSame ? _store.Names(layout, "Oci", "v1") is ["one"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
        }
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("repositories")]
    public void A_list_of_Dockers_that_is_a_link_is_refused_because_what_opens_the_layout_follows_it(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "v1"));
        File.CreateSymbolicLink(Path.Join(layout, name), "index.json");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData("name:v1", "docker.io/library/name:v1")]
    [InlineData("org/name:v1", "docker.io/org/name:v1")]
    [InlineData("name:v1", "docker.io/name:v1")]
    [InlineData("name:v1", "index.docker.io/library/name:v1")]
    [InlineData("name", "docker.io/library/name:latest")]
    [InlineData("registry.example.com/name", "registry.example.com/name:latest")]
    public void Another_entry_with_the_full_name_of_a_tag_that_is_a_name_is_what_Docker_runs_and_makes_it_ambiguous(string tag, string full)
    {
        OciLayoutBuilder built = new();
        built.Manifest(tag, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject other = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout"), path = Path.Join(layout, "index.json");
        Assert.Equal(["one"], _store.Names(layout, "Oci", tag));
        JsonObject index = JsonNode.Parse(File.ReadAllText(path))!.AsObject(), entry = (JsonObject)other.DeepClone();
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = full };
        index["manifests"]!.AsArray().Add(entry);
        File.WriteAllText(path, index.ToJsonString());
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(layout, "Oci", tag)));
    }

    [Theory]
    [InlineData("registry.example.com/org/name:v1", null)]
    [InlineData("registry.example.com/org/name:v2", "RevisionAmbiguous")]
    public void A_tag_whose_entry_containerd_calls_otherwise_is_refused(string name, string? error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout"), path = Path.Join(layout, "index.json");
        JsonObject index = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        index["manifests"]![0]!["annotations"]!["io.containerd.image.name"] = name;
        File.WriteAllText(path, index.ToJsonString());
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["one"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Fact]
    public void A_tag_that_leads_to_models_for_several_platforms_is_not_decided_here()
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject Other(string? os, string? note)
        {
            JsonObject other = built.Manifest(null, built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}")), built.Blob("application/vnd.in-toto+json", Utf8("2")));
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
    [InlineData("application/vnd.oci.image.config.v1+json", "StoredNameInvalid")]
    [InlineData("application/vnd.docker.container.image.v1+json", "StoredNameInvalid")]
    [InlineData("application/vnd.oci.empty.v1+json", null)]
    [InlineData("application/vnd.unknown.config.v1+json", null)]
    public void A_titled_layer_of_an_image_is_refused_because_image_tools_unpack_it_and_ORAS_writes_it(string config, string? error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob(config, Utf8("{}")), built.Blob("application/vnd.oci.image.layer.v1.tar", Utf8("1"), ("org.opencontainers.image.title", "data.tar")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci", "v1") is ["data.tar"] ? null : "other" : Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Fact]
    public void A_list_of_dockers_archive_beside_the_index_must_have_the_same_image()
    {
        OciLayoutBuilder built = new();
        JsonObject config = built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}")), layer = built.Blob("application/vnd.oci.image.layer.v1.tar", OciLayoutBuilder.Tar(("a", "1")));
        JsonObject other = built.Blob("application/vnd.oci.image.layer.v1.tar", OciLayoutBuilder.Tar(("a", "2")));
        built.Manifest("v1", config, layer);
        string layout = built.WriteFolder(_store.Folder, "layout");
        string same = Image(config, layer);
        Assert.Equal(["a"], Names($"[{same}]"));
        Assert.All((string[])[$"[{same},{Image(config, other)}]", $"[{Image(layer, layer)}]", $"[{Image(config, layer, layer)}]", $"[{Image(config)}]", $"[{same[..^1]},\"config\":\"{Name(layer)}\"}}]", $"[{same[..^1]},\"layer\u017f\":[]}}]", "[1]", "{}", "["],
            list => Assert.Equal("StoreManifestInvalid", Refusal(() => Names(list))));

        // Docker's first format, which is read where the list is missing.
        File.WriteAllText(Path.Join(layout, "repositories"), "{}");
        Assert.Equal(["a"], Names($"[{same}]"));
        File.Delete(Path.Join(layout, "manifest.json"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "v1")));

        string[] Names(string list)
        {
            File.WriteAllText(Path.Join(layout, "manifest.json"), list);
            return _store.Names(layout, "Oci", "v1");
        }

        static string Image(JsonObject config, params JsonObject[] layers) =>
            new JsonObject { ["Config"] = Name(config), ["RepoTags"] = new JsonArray("v1"), ["Layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)Name(layer))]) }.ToJsonString();

        static string Name(JsonObject blob) => "blobs/" + ((string)blob["digest"]!).Replace(':', '/');
    }

    [Theory]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.in-toto+json", null, null)]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar", null, "RevisionAmbiguous")]
    [InlineData("application/vnd.oci.image.config.v1+json", Layer + "raw", null, "RevisionAmbiguous")]
    [InlineData("application/vnd.kitops.modelkit.config.v1+json", "application/vnd.in-toto+json", null, "RevisionAmbiguous")]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.in-toto+json", FilePath, "RevisionAmbiguous")]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.in-toto+json", "org.opencontainers.image.ref.name", "RevisionAmbiguous")]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.in-toto+json", Title, "RevisionAmbiguous")]
    public void An_attestation_is_passed_over_only_if_no_program_finds_or_unpacks_anything_in_it(string config, string layer, string? annotation, string? error)
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        // A name of the manifest itself, or of its layer.
        bool isTag = annotation is not null && annotation != FilePath;
        JsonObject note = built.Manifest(null, built.Blob(config, Utf8("{}")), annotation is null || isTag ? built.Blob(layer, Utf8("2")) : built.Blob(layer, Utf8("2"), (annotation, "two")));
        note["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        note["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
        if (isTag)
        {
            note["annotations"]![annotation!] = "v1";
        }

        built.Index("v1", note, one);
        string layout = built.WriteFolder(_store.Folder, "layout");
        if (error is null)
        {
            Assert.Equal(["one"], _store.Names(layout, "Oci", "v1"));
        }
        else
        {
            Assert.Equal(error, Refusal(() => _store.Names(layout, "Oci", "v1")));
        }
    }

    [Theory]
    [InlineData(Title)]
    [InlineData(FilePath)]
    public void An_attestation_whose_configuration_is_a_file_is_not_passed_over(string annotation)
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject note = built.Manifest(null, built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}"), (annotation, "modeling.py")), built.Blob("application/vnd.in-toto+json", Utf8("2")));
        note["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        note["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
        built.Index("v1", note, one);
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci", "v1")));
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
    public void Indexes_nested_too_deeply_are_not_followed()
    {
        OciLayoutBuilder built = new();
        JsonObject inner = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        for (int depth = 0; depth < 9; depth++)
        {
            inner = built.Index(null, inner);
        }

        built.Index("deep", inner);
        Assert.Equal("IndexTooDeep", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd", "DescriptorEscapes")]
    [InlineData("sha256:..\\x", "DescriptorEscapes")]
    [InlineData("../blobs:x", "DescriptorEscapes")]
    [InlineData("sha256:ABCDEF", "DescriptorDigestInvalid")]
    [InlineData("sha256:0000", "DescriptorDigestInvalid")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "DescriptorDigestInvalid")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "DescriptorDigestInvalid")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e", "DescriptorDigestInvalid")]
    [InlineData("", "DescriptorDigestInvalid")]
    public void A_digest_that_is_none_never_becomes_a_path(string digest, string error)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        layer["digest"] = digest;
        built.Manifest("v1", Config(built), layer);
        Assert.Equal(error, Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
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
            ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json",
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
        JsonObject manifest = new() { ["schemaVersion"] = 2, ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json", ["config"] = Config(built), ["layers"] = new JsonArray(built.Blob(Layer + "raw", Utf8("1"), (FilePath, "w.bin"))) };
        if (member is not null)
        {
            manifest[member] = new JsonArray();
        }

        built.Entry("v1", type, manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData("schemaVersion", null)]
    [InlineData("schemaVersion", "1")]
    [InlineData("schemaVersion", "3")]
    [InlineData("schemaVersion", "\"2\"")]
    [InlineData("config", null)]
    [InlineData("layers", null)]
    [InlineData("layers", "[]")]
    [InlineData("layers", "{}")]
    public void A_manifest_of_another_version_or_without_configuration_or_layers_is_refused(string member, string? value)
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = new() { ["schemaVersion"] = 2, ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json", ["config"] = Config(built), ["layers"] = new JsonArray(built.Blob(Layer + "raw", Utf8("1"), (FilePath, "w.bin"))) };
        built.Entry("good", "application/vnd.oci.image.manifest.v1+json", (JsonObject)manifest.DeepClone());
        manifest.Remove(member);
        if (value is not null)
        {
            manifest[member] = JsonNode.Parse(value);
        }

        built.Entry("odd", "application/vnd.oci.image.manifest.v1+json", manifest);
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["w.bin"], _store.Names(layout, "Oci", "good"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "odd")));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.list.v2+json")]
    [InlineData("application/vnd.oci.artifact.manifest.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws")]
    public void A_configuration_or_a_layer_that_is_a_manifest_is_refused_because_ORAS_goes_on_to_the_files_in_it(string type)
    {
        OciLayoutBuilder built = new();
        JsonObject inner = built.Manifest(null, Config(built), built.Blob("text/x-python", Utf8("import os"), (Title, "modeling.py")));
        inner["mediaType"] = type;
        JsonObject Weights() => built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        built.Manifest("config", inner, Weights());
        JsonObject layer = (JsonObject)inner.DeepClone();
        layer["annotations"] = new JsonObject { [Title] = "inner.json" };
        built.Manifest("layer", Config(built), Weights(), layer);
        string layout = built.WriteFolder(_store.Folder, "layout");
        foreach (string tag in (string[])["config", "layer"])
        {
            ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Names(layout, "Oci", tag));
            Assert.Equal("StoreManifestInvalid", refusal.Definition.Id);
            Assert.Contains((string)inner["digest"]!, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_manifest_with_a_title_is_refused_because_ORAS_writes_the_manifest_itself_as_a_file()
    {
        OciLayoutBuilder built = new();
        JsonObject one = built.Manifest("plain", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject titled = (JsonObject)one.DeepClone(), index = built.Index(null, one);
        titled["annotations"] = new JsonObject { [Title] = "tokenizer_config.json" };
        built.Index("inner", titled);
        index["annotations"] = new JsonObject { [Title] = "tokenizer_config.json" };
        built.Index("index", index);
        string layout = built.WriteFolder(_store.Folder, "layout"), path = Path.Join(layout, "index.json");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "plain"));
        Assert.All((string[])["inner", "index"], tag => Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", tag))));
        JsonObject top = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        top["manifests"]![0]!["annotations"]![Title] = "tokenizer_config.json";
        File.WriteAllText(path, top.ToJsonString());
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _store.Names(layout, "Oci", "plain"));
        Assert.Equal("StoredNameInvalid", refusal.Definition.Id);
        Assert.Contains("'tokenizer_config.json'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_with_a_table_of_its_files_is_refused()
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        JsonObject Manifest(string annotation) => new()
        {
            ["schemaVersion"] = 2,
            ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json",
            ["config"] = Config(built),
            ["layers"] = new JsonArray(layer.DeepClone()),
            ["annotations"] = new JsonObject { [annotation] = "sha256:0" },
        };
        built.Entry("plain", "application/vnd.oci.image.manifest.v1+json", Manifest("org.opencontainers.image.created"));
        built.Entry("table", "application/vnd.oci.image.manifest.v1+json", Manifest("com.amazon.soci.index-digest"));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "plain"));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "Oci", "table")));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "OciLayers", "table")));
    }

    [Fact]
    public void Layers_as_they_lie_in_the_registry_are_no_other_files_for_ORAS()
    {
        const string unpack = "io.deis.oras.content.unpack";
        OciLayoutBuilder built = new();
        void Add(string tag, JsonObject config, JsonObject layer) => built.Manifest(tag, config, layer);
        JsonObject Config((string, string)[] annotations) => built.Blob("application/octet-stream", Utf8("{}"), annotations);
        JsonObject File(string type, params (string, string)[] annotations) => built.Blob(type, Utf8("1"), annotations);
        Add("plain", Config([]), File("application/octet-stream", (Title, "one")));
        Add("same", Config([(Title, "config.json")]), File("application/octet-stream", (Title, "one")));
        Add("folder", Config([]), File("application/vnd.oci.image.layer.v1.tar+gzip", (Title, "one"), (unpack, "true")));
        Add("titled", Config([(Title, "chat_template.jinja")]), File("application/octet-stream", (Title, "one")));
        Add("unpacked", Config([]), File("application/octet-stream", (Title, "one"), (unpack, "true")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        foreach (string tag in (string[])["plain", "same", "folder"])
        {
            Assert.Equal(["config.json", "one"], _store.Names(layout, "OciLayers", tag));
        }

        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "OciLayers", "titled")));
        Assert.Equal("LayerTypeUnknown", Refusal(() => _store.Names(layout, "OciLayers", "unpacked")));
    }

    [Fact]
    public void A_subject_with_a_title_is_refused_because_ORAS_writes_a_file_of_that_name_from_a_layer()
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("import os"), (FilePath, "docs/example.txt"));
        JsonObject Manifest(params (string, string)[] annotations) => new()
        {
            ["schemaVersion"] = 2,
            ["artifactType"] = "application/vnd.cncf.model.manifest.v1+json",
            ["config"] = Config(built),
            ["layers"] = new JsonArray(layer.DeepClone()),
            ["subject"] = built.Blob("application/vnd.oci.image.manifest.v1+json", Utf8("import os"), annotations),
        };
        built.Entry("plain", "application/vnd.oci.image.manifest.v1+json", Manifest());
        built.Entry("titled", "application/vnd.oci.image.manifest.v1+json", Manifest((Title, "modeling.py")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "plain")));
        Assert.Equal("StoredNameInvalid", Refusal(() => _store.Names(layout, "Oci", "titled")));
    }

    [Fact]
    public void Only_an_attestation_of_the_model_has_a_subject_because_ORAS_writes_the_files_of_that_manifest_too()
    {
        OciLayoutBuilder built = new();
        JsonObject model = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject evil = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "evil.py")));
        built.Index("attested", model, Attestation(model));
        built.Index("misled", model, Attestation(evil));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "attested"));
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(layout, "Oci", "misled")));

        JsonObject Attestation(JsonObject subject)
        {
            JsonObject entry = built.Entry(null, "application/vnd.oci.image.manifest.v1+json", new()
            {
                ["schemaVersion"] = 2,
                ["config"] = built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}")),
                ["layers"] = new JsonArray(built.Blob("application/vnd.in-toto+json", Utf8("{}"))),
                ["subject"] = new JsonObject { ["mediaType"] = (string)subject["mediaType"]!, ["digest"] = (string)subject["digest"]!, ["size"] = subject["size"]!.DeepClone() },
            });
            entry["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
            entry["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
            return entry;
        }
    }

    [Fact]
    public void An_attestation_that_is_listed_often_is_read_once()
    {
        OciLayoutBuilder built = new();
        JsonObject model = built.Manifest(null, Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        JsonObject entry = built.Entry(null, "application/vnd.oci.image.manifest.v1+json", new()
        {
            ["schemaVersion"] = 2,
            ["config"] = built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}")),
            ["layers"] = new JsonArray(built.Blob("application/vnd.in-toto+json", Utf8("{}"))),
        });
        entry["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = "attestation-manifest" };
        entry["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        built.Index("v1", [model, .. Enumerable.Repeat(entry, 500)]);
        Assert.Equal(["one"], _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci", "v1"));
    }

    [Theory]
    [InlineData("b3JnL21vZGVs-index.json")]
    [InlineData("b3JnL21vZGVs-tags.json")]
    public void The_storage_of_KitOps_is_refused_because_it_goes_by_lists_of_its_own(string list)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(["one"], _store.Names(layout, "Oci", "v1"));
        File.WriteAllText(Path.Join(layout, list), "{}");
        Assert.Equal("StoreNotRecognised", Refusal(() => _store.Names(layout, "Oci", "v1")));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("docker.io/library/model@{0}")]
    [InlineData("other:{0}")]
    public void A_name_that_is_the_digest_of_another_manifest_is_refused_because_programs_look_both_up_in_one_list(string name)
    {
        OciLayoutBuilder built = new();
        JsonObject model = built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one")));
        string digest = (string)model["digest"]!;
        built.Manifest(name.Replace("{0}", digest, StringComparison.Ordinal), Config(built), built.Blob(Layer + "raw", Utf8("2"), (FilePath, "one")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.All(new[] { digest, "v1" }, revision => Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(layout, "Oci", revision))));
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());
}
