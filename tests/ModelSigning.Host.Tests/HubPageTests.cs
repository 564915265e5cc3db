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
        WriteKeys(page.Folder);
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
        Assert.Contains("Valid", page.Run(10..11), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(11..12), StringComparison.Ordinal);
        Assert.Contains("deployed ./layout", page.Run(12..13), StringComparison.Ordinal);
        Assert.Contains("Valid", page.Run(13..14), StringComparison.Ordinal);
        Assert.Contains("deployed tiny:latest", page.Run(14..15), StringComparison.Ordinal);

        page.Folder.Write("models/v1/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2, 1], 2)));
        page.Folder.Write("models/v2/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2], 2), ("new", "U8", [2], 2)));
        string tensors = page.Run(15..16);
        Assert.Contains("Changed  shape             reshaped", tensors, StringComparison.Ordinal);
        Assert.Contains("Added                      new", tensors, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", tensors, StringComparison.Ordinal);

        // The gates stay closed for what was changed.
        hub.Add("config.json", "[]");
        HostResult gate = page.Run(page.Blocks("powershell")[1]);
        Assert.NotEqual(0, gate.ExitCode);
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
        foreach (string blob in Directory.GetFiles(page.Folder["layout/blobs/sha256"]).Concat(Directory.GetFiles(page.Folder["ollama/blobs"])).Where(blob => new FileInfo(blob).Length < 10))
        {
            File.WriteAllBytes(blob, [.. File.ReadAllBytes(blob).Select(one => (byte)~one)]);
        }

        Assert.All([12, 14], block => Assert.DoesNotContain("deployed", page.Run(page.Blocks("powershell")[block]).Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Downloads_of_Kaggle_and_of_catalogs_are_verified_with_the_signatures_that_lie_in_them()
    {
        using HowToPage page = new("hubs.md");
        WriteKeys(page.Folder);
        page.Folder.Write("kaggle/model.bin", "weights");
        page.Folder.Write("skills/good/SKILL.md", "# good");
        page.Folder.Write("skills/stale/SKILL.md", "# stale");
        Directory.CreateDirectory(page.Folder["kaggle/.kaggle"]);
        HostResult signed = page.Run("""
            $key = @{ PrivateKey = './publisher.key' }
            $null = New-ModelSignature ./kaggle -SignaturePath ./kaggle/.kaggle/signing.json @key
            foreach ($skill in 'good', 'stale') { $null = New-ModelSignature ./skills/$skill -SignaturePath ./skills/$skill/skill.oms.sig @key }
            """);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        page.Folder.Write("kaggle/.complete/1/model.bin.complete", "");
        page.Folder.Write("skills/stale/SKILL.md", "# changed");
        Assert.Contains("Valid", page.Run(4..5), StringComparison.Ordinal);
        Assert.Contains("deployed ./kaggle", page.Run(5..6), StringComparison.Ordinal);
        string stale = page.Run(6..7);
        Assert.Contains("stale", stale, StringComparison.Ordinal);
        Assert.DoesNotContain("skills/good", stale, StringComparison.Ordinal);
        string deployed = page.Run(7..8);
        Assert.Contains("deployed " + page.Folder["skills/good"], deployed, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", deployed, StringComparison.Ordinal);
        page.Folder.Write("kaggle/model.bin", "changed");
        Assert.DoesNotContain("deployed", page.Run(page.Blocks("powershell")[5]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_is_verified_before_anything_reads_it()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "git")) || File.Exists(Path.Join(folder, "git.exe"))), "git is not installed.");
        using HowToPage page = new("hubs.md");
        WriteKeys(page.Folder);
        page.Folder.Write("repository/config.json", "{}\n");
        HostResult made = page.Run("""
            $null = New-ModelSignature ./repository -PrivateKey ./publisher.key
            git init -q -b main ./repository
            git -C ./repository add -A
            git -C ./repository -c user.name=a -c user.email=a@example.com commit -qm model
            """);
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.Contains("Valid", page.Run(8..9), StringComparison.Ordinal);
        Assert.Contains("deployed ./clone", page.Run(9..10), StringComparison.Ordinal);
        page.Folder.Write("clone/config.json", "{}\r\n");
        HostResult gate = page.Run(page.Blocks("powershell")[9]);
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
    }

    private static void WriteKeys(TemporaryFolder folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("publisher.pub", key.ExportSubjectPublicKeyInfoPem());
        folder.Write("publisher.key", key.ExportPkcs8PrivateKeyPem());
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
