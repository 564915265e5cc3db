using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>Which manifest of a store ollama takes, and which are refused because it could take another.</summary>
public sealed class OllamaStoreTests : IDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json", Older = "manifests/registry.ollama.ai/library/", Current = "manifests-v2/ollama.com/library/";

    private readonly StoreFixture _store = new();
    private readonly OciLayoutBuilder _built = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void The_model_of_a_list_of_manifests_is_not_known_because_ollama_takes_one_by_its_engine()
    {
        JsonObject list = Manifest("good");
        list["mediaType"] = "application/vnd.ollama.manifest.list.v2+json";
        Write(Older + "typed/latest", list);
        JsonObject both = Manifest("good");
        both["manifests"] = new JsonArray(Manifest("EVIL"));
        Write(Older + "both/latest", both);
        JsonObject spelled = Manifest("good");
        spelled["Layers"] = Manifest("EVIL")["layers"]!.DeepClone();
        Write(Older + "spelled/latest", spelled);
        Assert.All((string[])["typed", "both", "spelled"], name => Assert.Equal("StoreManifestInvalid", Refusal(() => Names(name))));
    }

    [Fact]
    public void A_manifest_where_current_versions_write_it_is_found_as_a_copy_and_as_a_link_to_its_blob()
    {
        Write(Current + "copied/latest", Manifest("good"));
        Assert.Equal(["config", "model"], Names("copied"));
        Assert.Equal(["config", "model"], Names("ollama.com/library/copied:latest"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");

        byte[] manifest = Utf8(Manifest("good").ToJsonString());
        string blob = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(manifest));
        _store.Folder.Write("ollama/blobs/" + blob, manifest);
        Link("linked", "../../../../blobs/" + blob);
        Assert.Equal(["config", "model"], Names("linked"));
        _store.Folder.Write("ollama/blobs/" + blob, Manifest("EVIL").ToJsonString());
        Assert.Equal("BlobMismatch", Refusal(() => Names("linked")));
        Link("elsewhere", "../../../../../" + blob);
        Assert.Equal("RevisionInvalid", Refusal(() => Names("elsewhere")));
    }

    [Theory]
    [InlineData(Current + "tiny/latest")]
    [InlineData("manifests-v2/registry.ollama.ai/library/tiny/latest")]
    [InlineData("manifests/ollama.com/library/tiny/latest")]
    [InlineData(Older + "Tiny/latest")]
    [InlineData(Older + "tiny/Latest")]
    public void Two_manifests_of_which_ollama_could_take_either_are_refused(string other)
    {
        Write(Older + "tiny/latest", Manifest("good"));
        Assert.Equal(["config", "model"], Names("tiny"));
        Assert.SkipWhen(File.Exists(_store.Folder["ollama/" + other]), "Names that differ in case are one name on this disk.");
        Write(other, Manifest("EVIL"));
        Assert.Equal("RevisionAmbiguous", Refusal(() => Names("tiny")));
    }

    private JsonObject Manifest(string weights)
    {
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = _built.Blob("application/vnd.docker.container.image.v1+json", Utf8("{}")),
            ["layers"] = new JsonArray(_built.Blob("application/vnd.ollama.image.model", Utf8(weights))),
        };
        foreach ((string digest, byte[] bytes) in _built.Blobs)
        {
            _store.Folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
        }

        return manifest;
    }

    private void Write(string place, JsonObject manifest) => _store.Folder.Write("ollama/" + place, manifest.ToJsonString());

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(_store.Folder[$"ollama/{Current}{name}"]);
        File.CreateSymbolicLink(_store.Folder[$"ollama/{Current}{name}/latest"], target);
    }

    private string[] Names(string revision) => _store.Names(_store.Folder["ollama"], "Ollama", revision);
}
