using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The page for models of hubs and registries, executed as it is written over layouts like theirs.</summary>
public class HubPageTests
{
    [Fact]
    public void Models_of_hubs_and_registries_are_verified_where_they_lie()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        using HowToPage page = new("hubs.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        page.Folder.Write("publisher.pub", key.ExportSubjectPublicKeyInfoPem());
        page.Folder.Write("publisher.key", key.ExportPkcs8PrivateKeyPem());
        HubCache hub = new(page.Folder);
        hub.Add("config.json", "{}");
        hub.Add("onnx/model.onnx", "weights");
        page.Folder.Write("hub/models--org--name/refs/v1", HubCache.Commit);
        OciLayoutBuilder.ModelPack(null, null).WriteFolder(page.Folder, "layout");
        page.Folder.Write("extracted/model.safetensors", "weights");
        page.Folder.Write("extracted/config.json", "{}");
        WriteOllama(page.Folder);
        HostResult signed = page.Run("""
            $key = @{ PrivateKey = './publisher.key' }
            New-ModelSignature ./hub/models--org--name -Source HuggingFace @key
            New-ModelSignature ./layout -Source Oci @key
            New-ModelSignature ./ollama -Source Ollama -Revision tiny -SignaturePath ./tiny.sig @key
            """);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        hub.CopyTo("plain");
        page.Folder.Write("plain/.cache/huggingface/download/config.json.metadata", "x");

        Assert.Contains("Valid", page.Run(0..1), StringComparison.Ordinal);
        Assert.Contains("deployed " + hub.Snapshot, page.Run(1..2), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(2..3), StringComparison.Ordinal);
        Assert.DoesNotContain("Changed", page.Run(3..4), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(4..5), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(5..6), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(6..7), StringComparison.Ordinal);

        page.Folder.Write("models/v1/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2, 1], 2)));
        page.Folder.Write("models/v2/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2], 2), ("new", "U8", [2], 2)));
        string tensors = page.Run(7..8);
        Assert.Contains("Changed  shape             reshaped", tensors, StringComparison.Ordinal);
        Assert.Contains("Added                      new", tensors, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", tensors, StringComparison.Ordinal);

        hub.Add("config.json", "[]");
        HostResult gate = page.Run(page.Blocks("powershell")[1]);
        Assert.NotEqual(0, gate.ExitCode);
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
    }

    private static void WriteOllama(TemporaryFolder folder)
    {
        OciLayoutBuilder blobs = new();
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["config"] = blobs.Blob("application/vnd.docker.container.image.v1+json", "{}"u8.ToArray()),
            ["layers"] = new JsonArray(blobs.Blob("application/vnd.ollama.image.model", "gguf"u8.ToArray())),
        };
        folder.Write("ollama/manifests/registry.ollama.ai/library/tiny/latest", manifest.ToJsonString());
        foreach ((string digest, byte[] bytes) in blobs.Blobs)
        {
            folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
        }
    }
}
