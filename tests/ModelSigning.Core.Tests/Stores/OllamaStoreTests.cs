using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>Which manifest of a store ollama takes, and which are refused because it could take another.</summary>
public sealed class OllamaStoreTests : IDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json", Folder = "manifests/registry.ollama.ai/library/", Unreleased = "manifests-v2/ollama.com/library/",
        Type = "application/vnd.ollama.image.";

    private readonly StoreFixture _store = new();
    private readonly OciLayoutBuilder _built = new();

    public void Dispose() => _store.Dispose();

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
        Assert.Equal("DescriptorEscapes", Refusal(() => _store.Names(store, "Ollama", "tiny")));
        // Of another model, and of another algorithm.
        manifest["layers"]![0]!["digest"] = "sha256:" + new string('0', 64);
        _store.Folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        Assert.Equal("BlobMissing", Refusal(() => _store.Names(store, "Ollama", "tiny")));
        manifest["layers"]![0]!["digest"] = "md5:d41d8cd98f00b204e9800998ecf8427e";
        _store.Folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        Assert.Equal("DescriptorDigestInvalid", Refusal(() => _store.Names(store, "Ollama", "tiny")));
    }

    [Fact]
    public void A_layer_of_ollama_has_the_name_of_its_type_whatever_it_calls_itself()
    {
        Assert.Equal(["config", "config.json", "layers.0.weight", "system", "template"],
            Names(Layer("template", "1", "license"), Layer("system", "2", "template"), Layer("json", "{}", "config.json"), Layer("tensor", "3", "layers.0.weight")));
        Assert.All((string[])["template", "model", "license-2", "tensor", "prompt", "embed-3", "model.sig", "x/signing.json"], name => Assert.Equal("StoredNameInvalid", Refusal(() => Names(Layer("tensor", "4", name)))));
    }

    // ollama loads each layer whatever its name is, and takes the last one of a type.
    [Theory]
    [InlineData("tensor", ".gitignore", "evil", ".gitignore")]
    [InlineData("tensor", ".git/x", "evil", ".git/x")]
    [InlineData("system", null, "", "system-2")]
    [InlineData("system", null, "evil", "system-2")]
    [InlineData("template", null, "", "template-2")]
    public void Nothing_that_was_added_to_a_model_of_ollama_is_excused(string kind, string? name, string text, string added)
    {
        string store = _store.Folder["ollama"];
        JsonObject[] signed = [Layer("model", "gguf"), Layer("system", "guard"), Layer("template", "t")];
        _ = Names(signed);
        _store.Sign(store, "Ollama", "made", request => request with { ShardSize = 10 });
        Assert.True(_store.Verify(store, "Ollama", "made").IsValid);
        _ = Names([.. signed.Select(layer => layer.DeepClone().AsObject()), Layer(kind, text, name)]);
        foreach (Func<VerificationRequest, VerificationRequest> change in (Func<VerificationRequest, VerificationRequest>[])
            [request => request, request => request with { IgnoreUnsignedFiles = true }, request => request with { IncludePaths = ["model"] }, request => request with { IncludePaths = ["*"] }])
        {
            Assert.Equal([added], _store.Verify(store, "Ollama", "made", change).Difference.Extra);
        }

        Assert.True(_store.Verify(store, "Ollama", "made", request => request with { IgnorePaths = [added] }).IsValid);
    }

    [Theory]
    [InlineData("model-2")]
    [InlineData("adapter-2")]
    [InlineData("license-02")]
    [InlineData("tensor-2")]
    [InlineData("tokenizer.json")]
    [InlineData("config")]
    [InlineData("Model")]
    [InlineData("")]
    public void A_layer_of_a_type_that_ollama_passes_over_is_refused_because_it_would_stand_in_for_a_file(string type)
    {
        Assert.Equal(["config", "model", "model-2"], Names(Layer("model", "1"), Layer("model", "2")));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Names(Layer("model", "1"), Layer(type, "2")));
        Assert.Equal("LayerTypeUnknown", refusal.Definition.Id);
        Assert.Contains($"'{Type}{type}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_that_ollama_has_written_is_a_file_of_its_name()
    {
        string[] types = ["adapter", "draft", "embed", "license", "messages", "model", "params", "projector", "prompt", "system"];
        Assert.Equal(types.Append("config").Order(StringComparer.Ordinal), Names([.. types.Select(type => Layer(type, type))]));
        Assert.Equal("LayerTypeUnknown", Refusal(() => Names(_built.Blob("application/vnd.oci.image.layer.v1.tar", Utf8("1")))));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("config")]
    public void A_file_with_the_old_name_of_a_blob_is_refused_because_ollama_puts_it_in_the_place_of_the_blob(string content)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        Write(Folder + "tiny/latest", Manifest("good"));
        Assert.Equal(["config", "model"], Names("tiny"));
        string blob = Directory.GetFiles(_store.Folder["ollama/blobs"]).First(path => content == "config" == (File.ReadAllText(path) == "{}"));
        string old = Path.Join(Path.GetDirectoryName(blob), Path.GetFileName(blob).Replace("sha256-", "sha256:", StringComparison.Ordinal));
        File.WriteAllText(old, "evil");
        Assert.Equal("StoredNameTwice", Refusal(() => Names("tiny")));
        File.Delete(old);
        File.CreateSymbolicLink(old, "nowhere");
        Assert.Equal("StoredNameTwice", Refusal(() => Names("tiny")));
    }

    [Fact]
    public void A_prompt_beside_a_template_is_refused_because_ollama_takes_the_last_of_both()
    {
        Assert.Equal(["config", "prompt", "prompt-2"], Names(Layer("prompt", "1"), Layer("prompt", "2")));
        Assert.Equal("StoreManifestInvalid", Refusal(() => Names(Layer("prompt", "1"), Layer("template", "2"))));
        Assert.Equal("StoreManifestInvalid", Refusal(() => Names(Layer("template", "2"), Layer("prompt", "1"))));
    }

    [Fact]
    public void Two_tensors_or_JSON_files_of_one_name_are_refused_because_the_name_of_a_third_could_stand_for_the_second()
    {
        Assert.Equal(["blk", "blk-2", "config"], Names(Layer("tensor", "1", "blk"), Layer("tensor", "2", "blk-2")));
        Assert.All((string[])["tensor", "json"], type => Assert.Equal("StoredNameTwice", Refusal(() => Names(Layer(type, "1", "blk"), Layer(type, "2", "blk")))));
        Assert.Equal("StoredNameTwice", Refusal(() => Names(Layer("json", "1", "blk"), Layer("tensor", "1", "blk"))));
    }

    [Fact]
    public void The_model_of_a_list_of_manifests_is_not_known_because_ollama_takes_one_by_its_engine()
    {
        JsonObject list = Manifest("good");
        list["mediaType"] = "application/vnd.ollama.manifest.list.v2+json";
        Write(Folder + "typed/latest", list);
        JsonObject both = Manifest("good");
        both["manifests"] = new JsonArray(Manifest("EVIL"));
        Write(Folder + "both/latest", both);
        JsonObject spelled = Manifest("good");
        spelled["Layers"] = Manifest("EVIL")["layers"]!.DeepClone();
        Write(Folder + "spelled/latest", spelled);
        Assert.All((string[])["typed", "both", "spelled"], name => Assert.Equal("StoreManifestInvalid", Refusal(() => Names(name))));
    }

    [Theory]
    [InlineData(Unreleased + "tiny/latest", "tiny")]
    [InlineData("manifests-v2/registry.ollama.ai/library/tiny/latest", "tiny")]
    [InlineData("manifests/ollama.com/library/tiny/latest", "tiny")]
    [InlineData(Folder + "tiny/latest", "ollama.com/library/tiny")]
    public void A_manifest_where_no_released_version_looks_for_it_is_not_that_of_the_model_because_another_would_be_pulled(string place, string name)
    {
        Write(Folder + "other/latest", Manifest("good"));
        Write(place, Manifest("good"));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Names(name));
        Assert.Equal("RevisionNotFound", refusal.Definition.Id);
        Assert.Contains("does not look for it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_the_place_of_a_manifest_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        byte[] manifest = Utf8(Manifest("good").ToJsonString());
        string blob = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(manifest)), link = _store.Folder[$"ollama/{Folder}linked/latest"];
        _store.Folder.Write("ollama/blobs/" + blob, manifest);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, "../../../../blobs/" + blob);
        Assert.Equal("ReferenceInvalid", Refusal(() => Names("linked")));
    }

    [Theory]
    [InlineData(Unreleased + "tiny/latest")]
    [InlineData("manifests-v2/registry.ollama.ai/library/tiny/latest")]
    [InlineData("manifests/ollama.com/library/tiny/latest")]
    [InlineData(Folder + "Tiny/latest")]
    [InlineData(Folder + "tiny/Latest")]
    public void Two_manifests_of_which_ollama_could_take_either_are_refused(string other)
    {
        Write(Folder + "tiny/latest", Manifest("good"));
        Assert.Equal(["config", "model"], Names("tiny"));
        Assert.SkipWhen(File.Exists(_store.Folder["ollama/" + other]), "Names that differ in case are one name on this disk.");
        Write(other, Manifest("EVIL"));
        Assert.Equal("RevisionAmbiguous", Refusal(() => Names("tiny")));
    }

    [Theory]
    [InlineData("manifests-v2")]
    [InlineData("manifests-v2/ollama.com")]
    [InlineData("manifests/registry.ollama.ai/library")]
    public void A_link_in_the_place_of_a_folder_of_manifests_is_refused_also_where_it_leads_nowhere(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        Write(Folder + "tiny/latest", Manifest("good"));
        string link = _store.Folder["ollama/" + folder];
        if (Directory.Exists(link))
        {
            Directory.Delete(link, recursive: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, _store.Folder["nowhere"]);
        Assert.Equal("ReferenceInvalid", Refusal(() => Names("tiny")));
    }

    [Theory]
    [InlineData("nul")]
    [InlineData("com1/tiny")]
    [InlineData("tiny:latest.")]
    public void A_name_that_means_another_file_on_Windows_is_refused_there(string name)
    {
        Assert.Equal("RevisionInvalid", Refusal(() => OllamaName.Parse(name, "store", FileSystemRules.Windows)));
        Assert.NotNull(OllamaName.Parse(name, "store", FileSystemRules.Unix));
    }

    [Theory]
    [InlineData("tiny:local")]
    [InlineData("tiny:Local")]
    [InlineData("tiny:cloud")]
    [InlineData("tiny:7b-cloud")]
    [InlineData("tiny:7B-CLOUD")]
    [InlineData("tiny:7b:local")]
    [InlineData("tiny:7b:latest")]
    [InlineData("na.me/tiny")]
    [InlineData("tiny ")]
    [InlineData(" tiny")]
    [InlineData("-tiny")]
    [InlineData("ti@ny")]
    [InlineData("tïny")]
    [InlineData("tiny:")]
    [InlineData("host:1/na:me/tiny")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public void A_name_that_ollama_reads_as_another_model_or_not_at_all_is_refused(string name) =>
        Assert.Equal("RevisionInvalid", Refusal(() => OllamaName.Parse(name, "store", FileSystemRules.Unix)));

    [Theory]
    [InlineData("tiny:local-7b")]
    [InlineData("tiny:cloudy")]
    [InlineData("local")]
    [InlineData("cloud/cloud")]
    [InlineData("host.test:11434/a_name/_ti.ny-7b:Q4_K_M")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public void A_name_of_its_own_grammar_is_read(string name) => Assert.NotNull(OllamaName.Parse(name, "store", FileSystemRules.Unix));

    [Theory]
    [InlineData("Registry.ollama.ai/library/x/v1", false)]
    [InlineData("registry.ollama.ai/Library/x/v1", false)]
    [InlineData("registry.ollama.ai/library/Tiny/v1", false)]
    [InlineData("registry.ollama.ai/library/x/Latest", false)]
    [InlineData("host.test/a/x/LATEST", false)]
    [InlineData("host.test/a/Other/v1", true)]
    public void No_other_model_of_the_store_has_a_part_of_the_name_in_another_case_because_ollama_takes_it_over(string other, bool isAccepted)
    {
        JsonObject manifest = Manifest("1");
        Write("manifests/registry.ollama.ai/library/tiny/latest", manifest);
        Write("manifests/" + other, manifest);
        if (isAccepted)
        {
            Assert.Equal(["config", "model"], Names("tiny"));
        }
        else
        {
            Assert.Equal("RevisionAmbiguous", Refusal(() => Names("tiny")));
        }
    }

    [Theory]
    [InlineData("""{"model_format":"gguf"}""", true)]
    [InlineData("""{"remote_model":""}""", true)]
    [InlineData("""{"remote_host":"https://ollama.com:443","remote_model":"other:120b"}""", false)]
    [InlineData("""{"Remote_Model":"other:120b"}""", false)]
    public void A_model_that_ollama_runs_on_another_host_is_refused(string config, bool isAccepted)
    {
        JsonObject manifest = Manifest("1");
        manifest["config"] = _built.Blob("application/vnd.docker.container.image.v1+json", Utf8(config));
        _store.Folder.Write($"ollama/blobs/{((string)manifest["config"]!["digest"]!).Replace(':', '-')}", config);
        Write(Folder + "remote/latest", manifest);
        if (isAccepted)
        {
            Assert.Equal(["config", "model"], Names("remote"));
        }
        else
        {
            Assert.Equal("StoreManifestInvalid", Refusal(() => Names("remote")));
        }
    }

    private JsonObject Manifest(string weights) => Manifest(Layer("model", weights));

    private JsonObject Manifest(params JsonObject[] layers)
    {
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = _built.Blob("application/vnd.docker.container.image.v1+json", Utf8("{}")),
            ["layers"] = new JsonArray([.. layers]),
        };
        foreach ((string digest, byte[] bytes) in _built.Blobs)
        {
            _store.Folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
        }

        return manifest;
    }

    private void Write(string place, JsonObject manifest) => _store.Folder.Write("ollama/" + place, manifest.ToJsonString());

    private JsonObject Layer(string kind, string text, string? name = null)
    {
        JsonObject layer = _built.Blob(Type + kind, Utf8(text));
        if (name is not null)
        {
            layer["name"] = name;
        }

        return layer;
    }

    private string[] Names(params JsonObject[] layers)
    {
        Write(Folder + "made/latest", Manifest(layers));
        return Names("made");
    }

    private string[] Names(string revision) => _store.Names(_store.Folder["ollama"], "Ollama", revision);
}
