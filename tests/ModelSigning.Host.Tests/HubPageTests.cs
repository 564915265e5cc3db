using System.Security.Cryptography;
using System.Text;
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
            New-ModelSignature ./layout -Source OciLayers -SignaturePath ./go.sig @key
            New-ModelSignature ./ollama -Source Ollama -Revision tiny -SignaturePath ./tiny.sig @key
            """);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        hub.CopyTo("plain");
        page.Folder.Write("plain/.cache/huggingface/download/config.json.metadata", "x");

        Assert.Contains("Valid", Run(page, "-Revision main -PublicKey"), StringComparison.Ordinal);
        Assert.Contains("deployed " + hub.Snapshot, Run(page, "publisher.pub | ForEach-Object Path"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "./plain"), StringComparison.Ordinal);
        Assert.DoesNotContain("Changed", Run(page, "Compare-ModelManifest ./hub/"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "Test-ModelSignature ./layout -Source Oci -Revision v1 -PublicKey ./publisher.pub\n"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "./extracted"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "OciLayers"), StringComparison.Ordinal);
        Assert.Contains("deployed ./layout:v1", Run(page, "'./layout:v1' |"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "Get-ModelManifest ./ollama"), StringComparison.Ordinal);
        Assert.Contains("deployed tiny:latest", Run(page, "'tiny:latest' |"), StringComparison.Ordinal);

        page.Folder.Write("models/v1/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2, 1], 2)));
        page.Folder.Write("models/v2/model.safetensors", SafetensorsBytes.Of(("kept", "U8", [2], 2), ("reshaped", "U8", [2], 2), ("new", "U8", [2], 2)));
        string tensors = Run(page, "./models/v1");
        Assert.Contains("Changed  shape             reshaped", tensors, StringComparison.Ordinal);
        Assert.Contains("Added                      new", tensors, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", tensors, StringComparison.Ordinal);

        // The gates stay closed for what was changed.
        hub.Add("config.json", "[]");
        HostResult gate = page.Run(Block(page, "publisher.pub | ForEach-Object Path"));
        Assert.NotEqual("", gate.Error);
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
        foreach (string blob in Directory.GetFiles(page.Folder["layout/blobs/sha256"]).Concat(Directory.GetFiles(page.Folder["ollama/blobs"])).Where(blob => new FileInfo(blob).Length < 10))
        {
            File.WriteAllBytes(blob, [.. File.ReadAllBytes(blob).Select(one => (byte)~one)]);
        }

        Assert.All(["'./layout:v1' |", "'tiny:latest' |"], block => Assert.DoesNotContain("deployed", page.Run(Block(page, block)).Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Downloads_of_Kaggle_and_of_catalogs_are_verified_with_the_signatures_that_lie_in_them()
    {
        using HowToPage page = new("hubs.md");
        WriteKeys(page.Folder);
        page.Folder.Write("kaggle/model.bin", "weights");
        page.Folder.Write("ngc/name_v1.0/model.bin", "weights");
        page.Folder.Write("skills/good/SKILL.md", "# good");
        page.Folder.Write("skills/stale/SKILL.md", "# stale");
        page.Folder.Write("skills/.git/HEAD", "ref: refs/heads/main");
        Directory.CreateDirectory(page.Folder["kaggle/.kaggle"]);
        HostResult signed = page.Run("""
            $key = @{ PrivateKey = './publisher.key' }
            $null = New-ModelSignature ./ngc/name_v1.0 @key
            $null = New-ModelSignature ./kaggle -SignaturePath ./kaggle/.kaggle/signing.json @key
            foreach ($skill in 'good', 'stale') { $null = New-ModelSignature ./skills/$skill -SignaturePath ./skills/$skill/skill.oms.sig @key }
            """);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        page.Folder.Write("kaggle/.complete/1/model.bin.complete", "");
        page.Folder.Write("skills/stale/SKILL.md", "# changed");
        Assert.Contains("Valid", Run(page, "Test-ModelSignature ./kaggle -PublicKey ./publisher.pub -IgnorePath .complete\n"), StringComparison.Ordinal);
        Assert.Contains("deployed ./kaggle", Run(page, "'./kaggle' |"), StringComparison.Ordinal);
        Assert.Contains("Valid", Run(page, "./ngc/"), StringComparison.Ordinal);
        string stale = Run(page, "-Detailed");
        Assert.Contains("stale", stale, StringComparison.Ordinal);
        Assert.DoesNotContain("skills/good", stale, StringComparison.Ordinal);
        Assert.DoesNotContain(".git", stale, StringComparison.Ordinal);
        string deployed = Run(page, "SilentlyContinue | ForEach-Object Path");
        Assert.Contains("deployed " + page.Folder["skills/good"], deployed, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", deployed, StringComparison.Ordinal);
        page.Folder.Write("skills/good/SKILL.md", "# changed as well");
        Assert.DoesNotContain("deployed", Run(page, "SilentlyContinue | ForEach-Object Path"), StringComparison.Ordinal);
        page.Folder.Write("kaggle/model.bin", "changed");
        Assert.DoesNotContain("deployed", page.Run(Block(page, "'./kaggle' |")).Output, StringComparison.Ordinal);
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
        Assert.Contains("Valid", Run(page, "git -c"), StringComparison.Ordinal);
        Assert.Contains("deployed ./clone", Run(page, "'./clone' |"), StringComparison.Ordinal);
        page.Folder.Write("clone/config.json", "{}\r\n");
        HostResult gate = page.Run(Block(page, "'./clone' |"));
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_KitOps_Docker_and_ORAS_packed_are_verified_as_layouts_and_as_the_folders_that_the_tools_unpack()
    {
        using HowToPage page = new("hubs.md");
        WriteKeys(page.Folder);
        WritePacked(page.Folder);
        HostResult signed = page.Run("""
            $key = @{ PrivateKey = './publisher.key'; Source = 'Oci' }
            $null = New-ModelSignature ./kit -Revision v1 -SignaturePath ./kit.sig @key
            $null = New-ModelSignature ./docker-model -Revision latest -SignaturePath ./docker-model.sig @key
            $null = New-ModelSignature ./oras -Revision v1 -SignaturePath ./oras.sig @key
            """);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        Assert.Equal(2, Count(Run(page, "./kit-files"), "Valid"));
        string docker = Run(page, "./docker-model");
        Assert.Equal(1, Count(docker, "Valid"));
        Assert.All(["model.gguf", "tokenizer/vocab.json"], name => Assert.Contains(name, docker, StringComparison.Ordinal));
        Assert.Equal(2, Count(Run(page, "./oras-files"), "Valid"));
        Assert.Contains("model.gguf", Run(page, "Compare-ModelManifest ./kit"), StringComparison.Ordinal);

        page.Folder.Write("kit-files/src/run.py", "changed");
        page.Folder.Write("oras-files/folder/b.txt", "changed");
        Assert.All(["./kit-files", "./oras-files"], block => Assert.Contains("changed", page.Run(Block(page, block)).Error, StringComparison.Ordinal));
    }

    private static string Block(HowToPage page, string text) => Assert.Single(page.Blocks("powershell"), block => block.Contains(text, StringComparison.Ordinal));

    private static string Run(HowToPage page, string text)
    {
        int index = page.Blocks("powershell").ToList().IndexOf(Block(page, text));
        return page.Run(index..(index + 1));
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    // What the tools write by their published formats, and what they unpack it to.
    private static void WritePacked(TemporaryFolder folder)
    {
        const string kitops = "application/vnd.kitops.modelkit.", docker = "application/vnd.docker.ai.", image = "application/vnd.oci.image.layer.v1.tar";
        const string path = "org.cncf.model.filepath", title = "org.opencontainers.image.title";
        OciLayoutBuilder kit = new();
        foreach (string tag in (string[])["v1", "v2"])
        {
            JsonObject model = kit.Blob(kitops + "model.v1.tar", OciLayoutBuilder.Tar(("weights/model.gguf", "weights of " + tag))), code = kit.Blob(kitops + "code.v1.tar", OciLayoutBuilder.Tar(("src/run.py", "pass")));
            string kitfile = $$"""{"manifestVersion":"1.0.0","model":{"path":"weights","digest":"{{model["digest"]}}"},"code":[{"path":"src","digest":"{{code["digest"]}}"}]}""";
            kit.Manifest(tag, kit.Blob(kitops + "config.v1+json", Encoding.UTF8.GetBytes(kitfile)), model, code);
        }

        kit.WriteFolder(folder, "kit");
        folder.Write("kit-files/weights/model.gguf", "weights of v1");
        folder.Write("kit-files/src/run.py", "pass");
        folder.Write("kit-files/Kitfile", "manifestVersion: 1.0.0");

        OciLayoutBuilder packed = new();
        packed.Manifest("latest", packed.Blob(docker + "model.config.v0.1+json", "{}"u8.ToArray()), packed.Blob(docker + "gguf.v3", "weights"u8.ToArray(), (path, "model.gguf")),
            packed.Blob(docker + "license", "MIT"u8.ToArray(), (path, "LICENSE")), packed.Blob(docker + "dir.tar", OciLayoutBuilder.Tar(("tokenizer/vocab.json", "{}")), (path, "dir-tar-1234.tar")));
        packed.WriteFolder(folder, "docker-model");

        OciLayoutBuilder oras = new();
        oras.Manifest("v1", oras.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray()), oras.Blob("application/octet-stream", "weights"u8.ToArray(), (title, "model.bin")),
            oras.Blob(image, OciLayoutBuilder.Tar(("folder/b.txt", "b")), (title, "folder"), ("io.deis.oras.content.unpack", "true")));
        oras.WriteFolder(folder, "oras");
        folder.Write("oras-files/model.bin", "weights");
        folder.Write("oras-files/folder/b.txt", "b");
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
