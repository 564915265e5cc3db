using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>How the files of a model are compared with what was signed: differences, what is left out, links.</summary>
public sealed class ModelVerifierTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_envelope_without_a_signature_or_with_two_that_no_reader_made_is_refused(int count)
    {
        _model.Sign();
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        DsseEnvelope envelope = bundle.DsseEnvelope!;
        bundle = bundle with { DsseEnvelope = envelope with { Signatures = [.. Enumerable.Repeat(envelope.Signatures[0], count)] } };
        Assert.Equal("BundleSignatureCount", Assert.Throws<ModelSigningException>(() => _model.VerificationRequest.Verifier.Verify(bundle, CancellationToken.None)).Definition.Id);
    }

    [Theory]
    [InlineData("aux.json", true)]
    [InlineData("CONFIG.json", false)]
    public void A_signed_name_that_means_another_file_on_a_system_is_refused_there(string name, bool isWindows)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "No such file can be written elsewhere.");
        _model.Write(name, "{}");
        _model.Sign();
        Assert.True(_model.Verify().IsValid);
        Exception? refusal = Record.Exception(() => _model.Verify(request => request with { Rules = isWindows ? FileSystemRules.Windows : FileSystemRules.MacOS }));
        Assert.Equal("ResourceNameInvalid", (refusal as ModelSigningException)?.Definition.Id);
    }

    [Fact]
    public void A_model_that_is_a_link_of_the_kernel_is_not_the_folder_that_its_text_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has /proc.");
        _model.Sign(request => request with { AllowSymlinks = true });
        string elsewhere = _model.ModelPath + ".moved";
        Directory.Move(_model.ModelPath, elsewhere);
        using UnixFolder open = new(elsewhere);
        string link = $"/proc/self/fd/{Directory.GetFileSystemEntries("/proc/self/fd").Select(path => (Path: path, Target: new FileInfo(path).LinkTarget)).First(one => one.Target == elsewhere).Path.Split('/')[^1]}";
        File.CreateSymbolicLink(_model.ModelPath, link);
        _model.Refuses("LinkTargetInvalid", request => request with { SignaturePath = Path.Join(elsewhere, "model.sig") });

        // The descriptor goes along with the folder, and its text does not.
        Directory.Move(elsewhere, elsewhere + "2");
        Directory.CreateDirectory(elsewhere);
        Assert.True(FileStatus.LeadsTo(_model.ModelPath, elsewhere + "2"));
        Assert.False(FileStatus.LeadsTo(_model.ModelPath, elsewhere));
        Assert.False(FileStatus.LeadsTo(_model.ModelPath, elsewhere + "3"));
    }

    [Theory]
    [InlineData("a link in the model")]
    [InlineData("a link above the model")]
    [InlineData("a path of proc itself")]
    public void What_leads_through_a_link_of_proc_is_refused_because_each_process_has_its_own(string where)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has /proc.");
        string own = "/proc/self/root" + _model.Root;
        switch (where)
        {
            case "a link in the model":
                string outside = _model.Root + "/outside";
                File.WriteAllText(outside, "one");
                File.CreateSymbolicLink(_model["link"], outside);
                _model.Sign(request => request with { AllowSymlinks = true });
                Assert.True(_model.Verify().IsValid);
                File.Delete(_model["link"]);
                File.CreateSymbolicLink(_model["link"], own + "/outside");
                _model.Refuses("LinkTargetInvalid");
                break;
            case "a link above the model":
                _model.Sign();
                File.CreateSymbolicLink(_model.Root + "/current", own);
                _model.Refuses("LinkTargetInvalid", request => request with { ModelPath = _model.Root + "/current/model" });
                break;
            default:
                // Who names it means it: the files of a container, for example.
                _model.Sign();
                Assert.True(_model.Verify(request => request with { ModelPath = own + "/model" }).IsValid);
                break;
        }
    }

    [Theory]
    [InlineData("missing/../outside")]
    [InlineData("config.json/../outside")]
    public void A_link_goes_back_from_folders_alone_as_the_system_does(string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows goes by the text.");
        _model.Write("config.json", "{}");
        _model.Write("outside", "one");
        _model.Sign(request => request with { AllowSymlinks = true });
        string link = _model["link"];
        File.CreateSymbolicLink(link, target);
        Assert.Throws<ModelSigningException>(() => ModelFiles.Find(_model.ModelPath, new() { CurrentDirectory = _model.Root, AllowSymlinks = true }, "model", CancellationToken.None));
        _model.Refuses("SymlinkDangling");
    }

    [Fact]
    public void What_leads_through_proc_is_refused_wherever_it_is_mounted()
    {
        string proc = Directory.CreateDirectory(_model.Root + "/proc").FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "proc", "proc", proc), "This user cannot mount proc.");
        try
        {
            File.WriteAllText(_model.Root + "/outside", "one");
            _model.Link("link", _model.Root + "/outside");
            _model.Sign(request => request with { AllowSymlinks = true });
            Assert.True(_model.Verify().IsValid);
            File.Delete(_model["link"]);
            _model.Link("link", $"../proc/self/root{_model.Root}/outside");
            _model.Refuses("LinkTargetInvalid");
        }
        finally
        {
            Run("umount", proc);
        }

        static bool Run(string program, params string[] arguments)
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    [Fact]
    public void A_path_that_goes_back_from_a_link_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows goes by the text.");
        _model.Sign();
        string sub = Directory.CreateDirectory(_model.Root + "/elsewhere/sub").FullName;
        Directory.CreateSymbolicLink(_model.Root + "/link", sub);
        _model.Refuses("PathLeadsElsewhere", request => request with { ModelPath = "link/../model", CurrentDirectory = _model.Root });
        _model.Refuses("PathLeadsElsewhere", request => request with { ModelPath = "../model", CurrentDirectory = _model.Root + "/link" });
        Directory.Delete(_model.Root + "/elsewhere", recursive: true);
        _model.Refuses("PathLeadsElsewhere", request => request with { ModelPath = "link/../model", CurrentDirectory = _model.Root });
        _model.Refuses("PathLeadsElsewhere", request => request with { ModelPath = "missing/../model", CurrentDirectory = _model.Root });
        Directory.CreateDirectory(_model.Root + "/sub");
        Assert.True(_model.Verify(request => request with { ModelPath = "sub/../model", CurrentDirectory = _model.Root }).IsValid);
    }

    [Fact]
    public void A_model_that_is_a_link_whose_target_is_not_UTF_8_is_not_the_folder_that_its_text_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names that are not UTF-8 are Linux's alone.");
        _model.Sign(request => request with { AllowSymlinks = true });
        Directory.Move(_model.ModelPath, Path.Join(_model.Root, "x\uFFFD"));
        UnixEntries.MakeFolder(_model.Root, [(byte)'x', 0xFF]);
        UnixEntries.MakeLink(_model.Root, "model"u8, [(byte)'x', 0xFF]);
        _model.Refuses("LinkTargetInvalid", request => request with { SignaturePath = Path.Join(_model.Root, "x\uFFFD", "model.sig") });
        File.Delete(_model.ModelPath);
        File.CreateSymbolicLink(_model.ModelPath, "x\uFFFD");
        Assert.True(_model.Verify().IsValid);
    }

    [Fact]
    public void All_differences_come_together_each_list_in_order()
    {
        foreach (string name in (string[])["b", "c", "～", "😀"])
        {
            _model.Write(name, name);
        }

        _model.Sign();
        _model.Write("b", "other");
        _model.Write("config.json", "[]");
        File.Delete(_model["～"]);
        File.Delete(_model["😀"]);
        _model.Write("z", "z");
        _model.Write("new/a", "a");
        VerificationResult result = _model.Verify();
        Assert.False(result.IsValid);
        Assert.Equal(["new/a", "z"], result.Difference.Extra);
        Assert.Equal(["～", "😀"], result.Difference.Missing);
        Assert.Equal(["b", "config.json"], result.Difference.Mismatched.Select(resource => resource.Name));
        Assert.Equal(SHA256.HashData("b"u8), result.Difference.Mismatched[0].Expected.ToArray());
        Assert.Equal(SHA256.HashData("other"u8), result.Difference.Mismatched[0].Actual.ToArray());
    }

    [Fact]
    public void An_ignore_list_excuses_extra_files_and_never_a_signed_one()
    {
        _model.Write(".gitignore", "*");
        _model.Sign(request => request with { IgnoreGitPaths = false });
        Assert.True(_model.Verify(request => request with { IgnorePaths = ["config.json"] }).IsValid);

        _model.Write(".gitignore", "changed");
        _model.Write(".gitattributes", "extra, and excused");
        _model.Write("config.json", "[]");
        VerificationResult result = _model.Verify(request => request with { IgnorePaths = ["config.json"] });
        Assert.Equal([".gitignore", "config.json"], result.Difference.Mismatched.Select(resource => resource.Name));
        Assert.Empty(result.Difference.Extra);
        Assert.Equal([".gitattributes"], _model.Verify(request => request with { IgnoreGitPaths = false }).Difference.Extra);

        File.Delete(_model[".gitignore"]);
        Assert.Equal([".gitignore"], _model.Verify().Difference.Missing);
    }

    [Fact]
    public void What_is_left_out_is_named_and_what_only_the_signer_left_out_is_warned_of()
    {
        _model.Write("cache/x", "x");
        _model.Write(".git/config", "x");
        _model.Sign(request => request with { IgnorePaths = ["cache"] });
        VerificationResult result = _model.Verify();
        Assert.True(result.IsValid);
        Assert.Equal([".git", "cache"], result.UncheckedPaths);
        Assert.Contains("'cache'", Assert.Single(result.Warnings), StringComparison.Ordinal);

        Assert.Empty(_model.Verify(request => request with { IgnorePaths = ["cache"] }).Warnings);
        Assert.Equal([".git", "cache"], _model.Verify(request => request with { IgnoreUnsignedFiles = true }).UncheckedPaths);
    }

    [Fact]
    public void What_is_signed_is_not_named_as_unchecked_whatever_list_has_it()
    {
        _model.Write(".gitignore", "*");
        _model.Sign(request => request with { IgnoreGitPaths = false });
        _model.Write(".gitattributes", "x");
        VerificationResult result = _model.Verify(request => request with { IgnorePaths = ["config.json"] });
        Assert.True(result.IsValid);
        Assert.Equal([".gitattributes"], result.UncheckedPaths);
    }

    [Fact]
    public void What_git_keeps_must_be_signed_where_it_is_asked_for_even_if_the_signer_left_it_out()
    {
        _model.Sign();
        _model.Write(".git/hooks/post-checkout", "x");
        _model.Write("sub/.git/config", "x");
        _model.Sign(request => request with { Force = true });
        _model.Write(".gitattributes", "x");
        Assert.True(_model.Verify().IsValid);
        VerificationResult result = _model.Verify(request => request with { IgnoreGitPaths = false });
        Assert.Equal([".git/hooks/post-checkout", ".gitattributes"], result.Difference.Extra);
    }

    [Theory]
    [InlineData(".git")]
    [InlineData("./.git")]
    [InlineData(".git/")]
    [InlineData(".git\\")]
    [InlineData(".git/hooks")]
    [InlineData("./.git/hooks/")]
    [InlineData(".git\\hooks")]
    [InlineData(".GIT")]
    public void What_git_keeps_must_be_signed_where_it_is_asked_for_however_the_signer_wrote_its_path(string recorded)
    {
        _model.Sign();
        _model.Alter(statement => statement["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("model.sig", recorded, "cache"));
        string hook = recorded == ".GIT" ? ".GIT/hooks/evil" : ".git/hooks/evil";
        _model.Write(hook, "x");
        _model.Write("cache/x", "x");
        Assert.Equal([hook], _model.Verify(request => request with { IgnoreGitPaths = false }).Difference.Extra);
    }

    [Theory]
    [InlineData(".kaggle/signing.json", null)]
    [InlineData("sub/signature.json", null)]
    [InlineData("model.sigstore.json", null)]
    [InlineData("model.sigstore", null)]
    [InlineData("Own.SIG", null)]
    [InlineData("model.bundle", null)]
    [InlineData("statement.jsonl", null)]
    [InlineData(".kaggle/signing.json", "SymlinkRefused")]
    [InlineData("any.json", "SymlinkRefused")]
    public void The_place_of_a_signature_that_was_moved_excuses_one_file_and_nothing_else(string name, string? refusal)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_model[name])!);
        _model.Sign(request => request with { SignaturePath = _model[name] });
        File.Move(_model[name], _model.SignaturePath);
        Assert.True(_model.Verify().IsValid);
        _model.Write(name, "a copy that somebody left");
        Assert.Equal([name], _model.Verify().UncheckedPaths);
        File.Delete(_model[name]);
        if (refusal is null)
        {
            _model.Write(name + "/code.py", "x");
            Assert.Equal([name + "/code.py"], _model.Verify().Difference.Extra);
            Assert.Equal([name], _model.Verify(request => request with { IgnorePaths = [name] }).UncheckedPaths);
            return;
        }

        Directory.CreateDirectory(Path.Join(_model.Root, "elsewhere"));
        _model.Link(name, Path.Join(_model.Root, "elsewhere"));
        _model.Refuses(refusal);
        File.Delete(_model[name]);
        _model.Link(name, "nowhere");
        _model.Refuses(refusal);
    }

    [Fact]
    public void A_link_to_a_file_that_the_signer_left_out_is_left_out_under_a_name_of_a_model_s_file_alone()
    {
        string elsewhere = Path.Join(_model.Root, "elsewhere");
        File.WriteAllText(elsewhere, "{}");
        _model.Link("tokenizer.json", elsewhere);
        _model.Sign(request => request with { IgnorePaths = ["tokenizer.json"] });
        Assert.Equal(["tokenizer.json"], _model.Verify().UncheckedPaths);
        _model.Alter(statement => statement["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("tokenizer.json", "tokenizer.sigstore.json"));
        _model.Link("tokenizer.sigstore.json", elsewhere);
        _model.Refuses("SymlinkRefused");
    }

    [Theory]
    [InlineData("/proc/version")]
    [InlineData("/proc/sys/kernel/ostype")]
    public void A_file_of_the_kernel_is_not_excused_as_an_empty_one_beside_shards(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(file), "This system has no such file.");
        _model.Sign(request => request with { ShardSize = 100, AllowSymlinks = true });
        _model.Write("__init__.py", "");
        Assert.Equal(["__init__.py"], _model.Verify().UncheckedPaths);
        _model.Link("code.py", file);
        VerificationResult result = _model.Verify();
        Assert.Equal(["code.py"], result.Difference.Extra);
        Assert.Equal(["__init__.py"], result.UncheckedPaths);
    }

    [Fact]
    public void What_the_signer_ignored_may_change_and_the_signers_junk_excuses_nothing()
    {
        _model.Write("cache/x", "x");
        _model.Sign(request => request with { IgnorePaths = ["cache"] });
        _model.Write("cache/y", "y");
        Assert.True(_model.Verify().IsValid);

        _model.Alter(statement => statement["predicate"]!["serialization"]!["ignore_paths"] =
            new JsonArray("/", "", ".", "..", "../model", _model.ModelPath, "test/assets/model/extra", "model.sig", "sub\\win", "./dot/", "\ud83d\ude00"));
        _model.Write("extra", "e");
        _model.Write("sub/win", "written by the Python tool on Windows");
        _model.Write("dot/x", "x");
        VerificationResult result = _model.Verify();
        Assert.Equal(["cache/x", "cache/y", "extra"], result.Difference.Extra);
    }

    [Fact]
    public void Only_signed_files_count_where_unsigned_ones_are_ignored()
    {
        _model.Sign();
        _model.Write("extra", "e");
        _model.Link("dangling", "nowhere");
        VerificationResult valid = _model.Verify(request => request with { IgnoreUnsignedFiles = true });
        Assert.True(valid.IsValid);
        Assert.Equal(["dangling", "extra"], valid.UncheckedPaths);
        _model.Refuses("SymlinkRefused");

        _model.Write("config.json", "[]");
        File.Delete(_model["weights/part-1.bin"]);
        VerificationResult result = _model.Verify(request => request with { IgnoreUnsignedFiles = true });
        Assert.Equal(["config.json"], result.Difference.Mismatched.Select(resource => resource.Name));
        Assert.Equal(["weights/part-1.bin"], result.Difference.Missing);
        Assert.Empty(result.Difference.Extra);
    }

    [Fact]
    public void A_signed_file_that_became_longer_is_told_even_where_unsigned_ones_are_ignored()
    {
        _model.Write("w", "0123456789");
        _model.Sign(request => request with { ShardSize = 5 });
        _model.Write("w", "0123456789A");
        Assert.Equal(["w:10:11"], _model.Verify(request => request with { IgnoreUnsignedFiles = true }).Difference.Extra);
        _model.Write("w", "01234");
        Assert.Equal(["w:5:10"], _model.Verify().Difference.Missing);
        _model.Write("w", "012345678");
        VerificationResult shorter = _model.Verify();
        Assert.Equal(["w:5:9"], shorter.Difference.Extra);
        Assert.Equal(["w:5:10"], shorter.Difference.Missing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_signed_file_or_its_folder_replaced_by_a_link_to_the_same_bytes_is_refused(bool ignoreUnsigned)
    {
        _model.Sign();
        string copy = Path.Join(_model.Root, "copy");
        Directory.Move(_model["weights"], copy);
        _model.Link("weights", copy);
        _model.Refuses("SymlinkRefused", request => request with { IgnoreUnsignedFiles = ignoreUnsigned });

        File.Delete(_model["weights"]);
        Directory.CreateDirectory(_model["weights"]);
        _model.Link("weights/part-1.bin", Path.Join(copy, "part-1.bin"));
        _model.Refuses("SymlinkRefused", request => request with { IgnoreUnsignedFiles = ignoreUnsigned });
        _model.Refuses("SymlinkRefused", request => request with { IgnoreUnsignedFiles = ignoreUnsigned, IgnorePaths = ["weights"] });
    }

    [Fact]
    public void The_signed_policy_on_links_decides_and_the_caller_may_only_be_stricter()
    {
        _model.Write("real", "content");
        _model.Link("link", "real");
        _model.Sign(request => request with { AllowSymlinks = true });
        Assert.True(_model.Verify().IsValid);
        Assert.True(_model.Verify(request => request with { IgnoreUnsignedFiles = true }).IsValid);
        _model.Refuses("SymlinkRefused", request => request with { ForbidSymlinks = true });
        _model.Refuses("SymlinkRefused", request => request with { ForbidSymlinks = true, IgnoreUnsignedFiles = true });

        _model.Write("real", "changed");
        Assert.Equal(["link", "real"], _model.Verify().Difference.Mismatched.Select(resource => resource.Name));
    }

    [Fact]
    public void A_signed_file_that_became_a_folder_is_missing_and_one_that_became_a_fifo_is_refused()
    {
        _model.Sign();
        File.Delete(_model["config.json"]);
        Directory.CreateDirectory(_model["config.json"]);
        Assert.Equal(["config.json"], _model.Verify(request => request with { IgnoreUnsignedFiles = true }).Difference.Missing);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFO in its file system.");
        Directory.Delete(_model["config.json"]);
        UnixEntries.MakeFifo(_model["config.json"]);
        _model.Refuses("SpecialFile");
        _model.Refuses("SpecialFile", request => request with { IgnoreUnsignedFiles = true });
    }

    [Fact]
    public void A_model_from_which_everything_is_gone_lacks_every_signed_file()
    {
        _model.Sign();
        File.Delete(_model["config.json"]);
        Directory.Delete(_model["weights"], recursive: true);
        Assert.Equal(["config.json", "weights/part-1.bin"], _model.Verify().Difference.Missing);
        Assert.Equal(["config.json", "weights/part-1.bin"], _model.Verify(request => request with { IgnoreUnsignedFiles = true }).Difference.Missing);
    }

    [Fact]
    public void A_model_in_shards_whose_files_were_all_cut_to_nothing_lacks_every_shard()
    {
        _model.Sign(request => request with { ShardSize = 2 });
        _model.Write("config.json", "");
        _model.Write("weights/part-1.bin", "");
        Assert.Equal(["config.json:0:2", "weights/part-1.bin:0:2", "weights/part-1.bin:2:3"], _model.Verify().Difference.Missing);
    }

    [Fact]
    public void A_file_that_became_longer_than_any_disk_is_a_difference_without_being_read()
    {
        _model.Write("w", "0");
        _model.Sign(request => request with { ShardSize = 1 });
        MakeGiant("w");
        MakeGiant("x");
        MakeGiant("y");
        VerificationResult result = _model.Verify();
        Assert.Equal(["w:1:2", "x", "y"], result.Difference.Extra);
        Assert.Empty(result.Difference.Mismatched);
    }

    [Fact]
    public void A_digest_that_a_device_leaves_out_never_counts_as_equal() => Assert.Throws<ModelSigningException>(
        () => _model.Sign(request => request with { Hashing = request.Hashing with { Device = new IdleDevice() } }));

    private void MakeGiant(string name)
    {
        using FileStream file = new(_model[name], FileMode.OpenOrCreate);
        try
        {
            file.SetLength(9_000_000_000_000_000_000);
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            Assert.Skip($"No file can be so long here: {error.Message}");
        }
    }

    private sealed class IdleDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
        }
    }
}
