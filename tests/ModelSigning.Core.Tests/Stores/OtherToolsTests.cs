using System.Diagnostics;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>Models that programs of others copied, packed and unpacked. Each test is skipped where its programs are not installed.</summary>
public sealed class OtherToolsTests : IDisposable
{
    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_layout_that_skopeo_copied_verifies_with_the_signature_of_the_first_one()
    {
        Require("skopeo");
        byte[] tar = OciLayoutBuilder.Tar(("src/a.py", "pass"));
        string layout = OciLayoutBuilder.ModelPack(StoreFixture.Gzip(tar), StoreFixture.Zstd(OciLayoutBuilder.Tar(("docs/a.md", "text")))).WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci");
        Run("skopeo", "--insecure-policy", "copy", "-q", "oci:layout:v1", "oci:copy:v2");
        Run("skopeo", "--insecure-policy", "copy", "-q", "oci:layout:v1", "oci-archive:copy.tar:v3");
        Assert.True(_store.Verify(_store.Folder["copy"], "Oci", "v2").IsValid);
        Assert.True(_store.Verify(_store.Folder["copy.tar"], "Oci", "v3").IsValid);
    }

    [Fact]
    public void An_image_of_umoci_and_the_folder_that_it_unpacks_verify_with_one_signature()
    {
        Require("umoci");
        Run("umoci", "init", "--layout", "layout");
        Run("umoci", "new", "--image", "layout:empty");
        Run("umoci", "unpack", "--rootless", "--image", "layout:empty", "work");
        _store.Folder.Write("work/rootfs/model/model.bin", "weights");
        _store.Folder.Write("work/rootfs/model/src/a.py", "pass");
        Run("umoci", "repack", "--image", "layout:v1", "work");
        Run("umoci", "unpack", "--rootless", "--image", "layout:v1", "bundle");
        string layout = _store.Folder["layout"], extracted = _store.Folder["bundle/rootfs"];
        Assert.Equal(["model/model.bin", "model/src/a.py"], _store.Names(layout, "Oci", "v1"));
        foreach ((string path, string? source, string? revision) in ((string, string?, string?)[])[(layout, "Oci", "v1"), (extracted, null, null)])
        {
            _store.Sign(path, source, revision);
            Assert.True(_store.Verify(layout, "Oci", "v1").IsValid);
            Assert.True(_store.Verify(extracted, null).IsValid);
        }

        File.AppendAllText(Path.Join(extracted, "model/src/a.py"), "#");
        Assert.False(_store.Verify(extracted, null).IsValid);
    }

    [Fact]
    public void A_snapshot_that_the_hubs_own_client_downloaded_verifies_with_one_signature_as_its_plain_copy_does()
    {
        string client = Path.Join(SharedData.RepositoryRoot, "tests", "HuggingFace");
        Require("node");
        Assert.SkipUnless(Directory.Exists(Path.Join(client, "node_modules", "@huggingface", "hub")), "Hugging Face's client is not installed: run npm ci in tests/HuggingFace.");
        _store.Folder.Write("files/config.json", "{}");
        _store.Folder.Write("files/empty.txt", "");
        _store.Folder.Write("files/model.safetensors", new string('w', 300_000));
        _store.Folder.Write("files/onnx/model.bin", "weights");
        Run("node", Path.Join(client, "download.mjs"), "files", "hub", HubCache.Commit);
        string repository = _store.Folder["hub/models--org--name"], snapshot = Path.Join(repository, "snapshots", HubCache.Commit), plain = _store.Folder["files"];
        Assert.NotNull(new FileInfo(Path.Join(snapshot, "onnx/model.bin")).LinkTarget);
        foreach ((string path, string? source) in ((string, string?)[])[(repository, "HuggingFace"), (plain, null)])
        {
            _store.Sign(path, source);
            Assert.True(_store.Verify(repository, "HuggingFace", "main").IsValid);
            Assert.True(_store.Verify(snapshot, "HuggingFace").IsValid);
            Assert.True(_store.Verify(plain, null).IsValid);
        }

        // The client does not look at what a blob that it has already holds.
        File.WriteAllText(new FileInfo(Path.Join(snapshot, "onnx/model.bin")).ResolveLinkTarget(true)!.FullName, "changed");
        Run("node", Path.Join(client, "download.mjs"), "files", "hub", HubCache.Commit);
        Assert.Equal("onnx/model.bin", Assert.Single(_store.Verify(repository, "HuggingFace").Difference.Mismatched).Name);
    }

    [Fact]
    public void A_clone_without_its_large_files_verifies_when_git_has_fetched_them()
    {
        Require("git");
        Require("git-lfs");
        Run("git", "init", "-q", "--bare", "server.git");
        Run("git", "init", "-q", "-b", "main", "work");
        Run("git", "-C", "work", "lfs", "install", "--local");
        _store.Folder.Write("work/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        _store.Folder.Write("work/model.bin", new string('w', 5000));
        _store.Folder.Write("work/config.json", "{}\n");
        Run("git", "-C", "work", "add", "-A");
        Run("git", "-C", "work", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "model");
        Run("git", "-C", "work", "remote", "add", "origin", new Uri(_store.Folder["server.git"]).AbsoluteUri);
        Run("git", "-C", "work", "push", "-q", "origin", "main");
        _store.Sign(_store.Folder["work"], null);

        Run("git", "clone", "-q", "-b", "main", new Uri(_store.Folder["server.git"]).AbsoluteUri, "clone");
        VerificationResult result = _store.Verify(_store.Folder["clone"], null);
        Assert.Equal("model.bin", Assert.Single(result.Difference.Mismatched).Name);
        Assert.Equal(["model.bin"], result.LfsPointers);
        Run("git", "-C", "clone", "lfs", "install", "--local");
        Run("git", "-C", "clone", "lfs", "pull");
        Assert.True(_store.Verify(_store.Folder["clone"], null).IsValid);
    }

    private static void Require(string program) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, program))),
        $"{program} is not installed (Debian: {program}).");

    private void Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = _store.Folder.FullPath, RedirectStandardError = true, RedirectStandardOutput = true };
        // Neither the account's settings nor a filter of them.
        start.Environment["HOME"] = _store.Folder.FullPath;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error} {output.Result}");
    }
}
