using System.Text.Json.Nodes;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>What the examples name of hubs and registries: a repository of the Hugging Face cache with two revisions, an OCI image layout with two tags, and a store of ollama.</summary>
internal static class StoreSite
{
    private static readonly string[] Revisions = ["v1", "main"];

    internal static void Write(TemporaryFolder folder)
    {
        foreach (string revision in Revisions)
        {
            // As the cache is where the system has no links.
            string commit = new(revision[0] == 'v' ? '1' : '2', 40);
            folder.Write($"hub/models--org--name/refs/{revision}", commit);
            folder.Write($"hub/models--org--name/snapshots/{commit}/config.json", $"{{\"revision\": \"{revision}\"}}");
            folder.Write($"hub/models--org--name/snapshots/{commit}/model.safetensors", Tensors(revision));
        }

        Directory.CreateDirectory(folder["hub/models--org--name/blobs"]);
        WriteLayout(folder);
        WriteOllama(folder);
    }

    private static void WriteLayout(TemporaryFolder folder)
    {
        OciLayoutBuilder layout = new();
        foreach (string tag in (string[])["v1", "v2"])
        {
            layout.Manifest(tag, layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()),
                layout.Blob("application/vnd.cncf.model.weight.v1.raw", Tensors(tag), ("org.cncf.model.filepath", "model.safetensors")),
                layout.Blob("application/vnd.cncf.model.code.v1.tar", OciLayoutBuilder.Tar(("src/a.py", "pass")), ("org.cncf.model.filepath", "src")));
        }

        layout.WriteFolder(folder, "layout");
    }

    private static void WriteOllama(TemporaryFolder folder)
    {
        foreach (string tag in (string[])["8b", "latest"])
        {
            OciLayoutBuilder blobs = new();
            byte[] gguf = new GgufBytes().Value("general.name", tag).Tensor("token_embd.weight", 0, 12, 3).ToArray();
            JsonObject manifest = new()
            {
                ["schemaVersion"] = 2,
                ["config"] = blobs.Blob("application/vnd.docker.container.image.v1+json", "{}"u8.ToArray()),
                ["layers"] = new JsonArray(blobs.Blob("application/vnd.ollama.image.model", gguf), blobs.Blob("application/vnd.ollama.image.license", "MIT"u8.ToArray())),
            };
            folder.Write($"ollama/manifests/registry.ollama.ai/library/tiny/{tag}", manifest.ToJsonString());
            foreach ((string digest, byte[] bytes) in blobs.Blobs)
            {
                folder.Write($"ollama/blobs/{digest.Replace(':', '-')}", bytes);
            }
        }
    }

    private static byte[] Tensors(string revision) => SafetensorsBytes.Of((revision, "U8", [2], 2));
}
