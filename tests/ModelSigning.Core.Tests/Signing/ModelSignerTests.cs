using System.Diagnostics;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Signing;

public sealed class ModelSignerTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("model/signature", true)]
    [InlineData("model/model.signature", true)]
    [InlineData("model/own.sig", false)]
    [InlineData("model/own.sigstore.json", false)]
    [InlineData("elsewhere", false)]
    public void A_name_that_does_not_tell_a_signature_in_the_model_is_warned_of(string name, bool isWarned)
    {
        using ModelFixture model = new();
        IReadOnlyList<string> warnings = model.Sign(request => request with { SignaturePath = Path.Join(model.Root, name) }).Warnings;
        Assert.Equal(isWarned ? 1 : 0, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("-SignaturePath", warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_001)]
    public void What_looks_at_the_files_once_they_are_hashed_can_end_the_signing_before_anything_is_written(int files)
    {
        using ModelFixture model = new(empty: true);
        for (int number = 0; number < files; number++)
        {
            model.Write(Invariant($"{number % 100}/{number}"), "x");
        }

        int calls = 0;
        SigningRequest request = model.SigningRequest with { Hashed = _ => calls++ };
        Assert.Equal(files, ModelSigner.Sign(request, CancellationToken.None).FileCount);
        Assert.Equal(1, calls);
        File.Delete(model.SignaturePath);
        ModelSigningException error = ModelErrors.ModelEmpty.At("seen");
        Assert.Same(error, Assert.Throws<ModelSigningException>(() => ModelSigner.Sign(request with { Hashed = _ => throw error }, CancellationToken.None)));
        Assert.False(File.Exists(model.SignaturePath));
    }

    [Fact]
    public void A_folder_that_is_left_out_under_a_signature_s_name_is_warned_of()
    {
        using ModelFixture model = new();
        model.Write("old.json/x", "x");
        model.Write("cache/x", "x");
        model.Write("new.json", "x");
        Assert.Contains("'old.json'", Assert.Single(model.Sign(request => request with { IgnorePaths = ["old.json", "cache", "new.json"] }).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_is_a_bundle_of_format_0_3_that_names_the_key()
    {
        SigningResult result = _model.Sign();
        Bundle bundle = BundleReader.Read(result.SignaturePath);
        Assert.Equal(BundleVersion.V03, bundle.Version);
        Assert.Equal(_model.Key.PublicKey.Hint, bundle.VerificationMaterial.PublicKey!.Hint);
        Assert.Equal(result.RootDigest.ToArray(), result.Manifest.ComputeRootDigest());
        Assert.Equal([".git", ".gitattributes", ".github", ".gitignore", "model.sig"], result.Manifest.Serialization.IgnorePaths);
        Assert.Equal("model", result.Manifest.ModelName);
    }

    [Fact]
    public void A_signature_that_exists_is_replaced_only_when_asked()
    {
        _model.Write("model.sig", "old");
        Refuses("SignatureExists");
        Assert.Equal("old", File.ReadAllText(_model.SignaturePath));
        _model.Sign(request => request with { Force = true });
        Assert.True(_model.Verify().IsValid);
    }

    [Fact]
    public void A_signature_that_appears_while_the_model_is_hashed_is_not_replaced()
    {
        Refuses("SignatureExists", request => request with { Signer = new Meanwhile(request.Signer!, () => _model.Write("model.sig", "other")) });
        Assert.Equal("other", File.ReadAllText(_model.SignaturePath));
        Assert.Equal(["config.json", "model.sig"], Names());
    }

    [Fact]
    public void A_signature_goes_where_the_caller_says_and_is_not_part_of_the_model()
    {
        SigningResult inside = _model.Sign(request => request with { SignaturePath = "model/weights/my.sig" });
        Assert.Contains("weights/my.sig", inside.Manifest.Serialization.IgnorePaths);
        Assert.True(_model.Verify(request => request with { SignaturePath = "model/weights/my.sig" }).IsValid);

        SigningResult outside = _model.Sign(request => request with { SignaturePath = Path.Join(_model.Root, "out.sig"), IgnorePaths = ["weights/my.sig"] });
        Assert.DoesNotContain("out.sig", outside.Manifest.Serialization.IgnorePaths);
        Assert.True(_model.Verify(request => request with { SignaturePath = Path.Join(_model.Root, "out.sig") }).IsValid);
    }

    [Theory]
    [InlineData("nowhere/model.sig", "FolderNotFound")]
    [InlineData("model/weights", "OutputIsFolder")]
    [InlineData("model/config.json/model.sig", "FolderNotFound")]
    public void A_place_that_takes_no_signature_is_told_before_anything_is_hashed(string path, string id) =>
        Refuses(id, request => request with { SignaturePath = path, Hashing = request.Hashing with { Device = new ForbiddenDevice() } });

    [Fact]
    public void A_folder_that_takes_no_files_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may write into every folder.");
        UnixEntries.SetMode(_model.ModelPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Refuses("FolderNotWritable");
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may read every file.");
        UnixEntries.SetMode(_model["config.json"], UnixFileMode.None);
        Refuses("FileUnreadable");
        Assert.False(File.Exists(_model.SignaturePath));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_signature()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets a test mount a small disk.");
        string disk = Path.Join(_model.Root, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Program("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk) == 0, "This user may not mount a file system.");
        try
        {
            string signature = Path.Join(disk, "model.sig");
            SigningRequest Here(SigningRequest request) => request with { SignaturePath = signature, Force = true };
            _model.Sign(Here);
            byte[] old = File.ReadAllBytes(signature);
            for (int file = 0; file < 200; file++)
            {
                _model.Write($"more/{file}", "x");
            }

            Refuses("DiskFull", Here);
            Assert.Equal(old, File.ReadAllBytes(signature));
            Assert.Equal([signature], Directory.GetFiles(disk));
        }
        finally
        {
            Assert.Equal(0, Program("umount", disk));
        }
    }

    [Theory]
    [InlineData("vanish", "FileVanished")]
    [InlineData("grow", "FileGrew")]
    [InlineData("shrink", "FileShrank")]
    [InlineData("link", "FileReadFailed")]
    [InlineData("folder", "FileVanished")]
    public void A_model_that_changes_while_it_is_hashed_is_not_signed(string change, string id)
    {
        string file = _model["config.json"];
        Assert.SkipUnless(OperatingSystem.IsLinux() || change is not ("link" or "folder"), "Only on Linux, files are opened by way of their folders.");
        Action act = change switch
        {
            "link" => () => MoveAway(file),
            "folder" => () => MoveAway(_model["weights"]),
            "vanish" => () => File.Delete(file),
            "grow" => () => File.AppendAllText(file, "more"),
            _ => () => File.WriteAllText(file, ""),
        };
        Refuses(id, request => request with { Hashing = request.Hashing with { Device = new Meddling(act) } });
        Assert.False(File.Exists(_model.SignaturePath));
    }

    // The bytes are the same, and lie where nobody looks.
    private static void MoveAway(string path)
    {
        string elsewhere = path + ".elsewhere";
        if (Directory.Exists(path))
        {
            Directory.Move(path, elsewhere);
            Directory.CreateSymbolicLink(path, elsewhere);
        }
        else
        {
            File.Move(path, elsewhere);
            File.CreateSymbolicLink(path, elsewhere);
        }
    }

    [Fact]
    public void A_cancelled_signing_writes_nothing()
    {
        using CancellationTokenSource source = new();
        SigningRequest request = _model.SigningRequest with { Signer = new Meanwhile(_model.SigningRequest.Signer!, source.Cancel) };
        Assert.Throws<OperationCanceledException>(() => ModelSigner.Sign(request, source.Token));
        Assert.Equal(["config.json"], Names());
    }

    [Fact]
    public void An_empty_model_is_refused()
    {
        Directory.Delete(_model["weights"], recursive: true);
        Refuses("ModelEmpty", request => request with { IgnorePaths = ["config.json"] });
        _model.Write("config.json", "");
        Refuses("ModelEmpty", request => request with { ShardSize = 10 });
        File.Delete(_model["config.json"]);
        Directory.CreateDirectory(_model["sub/sub"]);
        Refuses("ModelEmpty");
    }

    [Fact]
    public void The_signature_never_replaces_a_single_file_model()
    {
        string file = _model["config.json"];
        Refuses("SignatureIsModel", request => request with { ModelPath = file, SignaturePath = file, Force = true });
        Assert.Equal("{}", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("weights/part-1.bin")]
    public void A_file_of_the_model_is_never_replaced_by_its_signature(string name)
    {
        string content = File.ReadAllText(_model[name]);
        Refuses("SignatureReplacesFile", request => request with { SignaturePath = _model[name], Force = true, Hashing = request.Hashing with { Device = new ForbiddenDevice() } });
        Refuses("SignatureReplacesFile", request => request with { SignaturePath = _model[name], Force = true, IgnorePaths = [name] });
        Assert.Equal(content, File.ReadAllText(_model[name]));
    }

    [Fact]
    public void A_signature_anywhere_and_a_file_beside_the_model_are_replaced_when_asked()
    {
        _model.Sign(request => request with { SignaturePath = "model/weights/my.sig" });
        _model.Sign(request => request with { SignaturePath = "model/weights/my.sig", Force = true });
        Assert.True(_model.Verify(request => request with { SignaturePath = "model/weights/my.sig" }).IsValid);

        string beside = Path.Join(_model.Root, "out.sig");
        File.WriteAllText(beside, "damaged");
        _model.Sign(request => request with { SignaturePath = beside, Force = true, IgnorePaths = ["weights/my.sig"] });
        Assert.True(_model.Verify(request => request with { SignaturePath = beside }).IsValid);
    }

    [Fact]
    public void A_link_into_the_model_does_not_hide_that_its_file_would_be_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        string alias = Path.Join(_model.Root, "alias");
        Directory.CreateSymbolicLink(alias, _model["weights"]);
        Refuses("SignatureReplacesFile", request => request with { SignaturePath = Path.Join(alias, "part-1.bin"), Force = true });
        Assert.Equal("one", File.ReadAllText(_model["weights/part-1.bin"]));
    }

    [Fact]
    public void What_a_killed_signing_left_is_removed_and_what_another_is_writing_stays_unsigned()
    {
        string left = _model.Write(".modelsigning-0123456789abcdef.partial", "{\"mediaType\":");
        string alike = _model.Write(".modelsigning-AAAABBBBCCCCDDDD.partial", "not one of ours");
        string elsewhere = _model.Write("weights/.modelsigning-0123456789abcdef.partial", "not beside the signature");
        using FileStream writing = new(_model[".modelsigning-fedcba9876543210.partial"], FileMode.CreateNew, FileAccess.Write, FileShare.None);
        SigningResult result = _model.Sign();
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(writing.Name));
        Assert.Equal(
            [Path.GetFileName(alike), "config.json", "weights/" + Path.GetFileName(elsewhere), "weights/part-1.bin"],
            result.Manifest.Resources.Select(resource => resource.Name));
        VerificationResult meanwhile = _model.Verify();
        Assert.Equal([Path.GetFileName(writing.Name)], meanwhile.Difference.Extra);
        Assert.Contains(meanwhile.Warnings, warning => warning.Contains("interrupted", StringComparison.Ordinal));
    }

    [Fact]
    public void More_files_than_a_bundle_holds_are_refused_before_anything_is_hashed()
    {
        long length = ModelStatementWriter.LengthOfResources(Enumerable.Repeat(new string('n', 200), 5_000_000), DigestAlgorithm.Sha256, "sha256".Length);
        Assert.Equal("SignatureTooLarge", Assert.Throws<ModelSigningException>(() => SignatureWriter.CheckLength(length, null, "model")).Definition.Id);
        SignatureWriter.CheckLength(1_000_000_000, null, "model");
    }

    private void Refuses(string id, Func<SigningRequest, SigningRequest>? change = null) =>
        Assert.Equal(id, Assert.Throws<ModelSigningException>(() => _model.Sign(change)).Definition.Id);

    private string[] Names() => [.. Directory.GetFiles(_model.ModelPath).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private static int Program(string name, params string[] arguments)
    {
        using Process program = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        program.StandardError.ReadToEnd();
        program.WaitForExit();
        return program.ExitCode;
    }

    /// <summary>Does something at the last moment before the signature is written.</summary>
    private sealed class Meanwhile(ISigner signer, Action act) : ISigner
    {
        public string Method => signer.Method;

        public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken)
        {
            act();
            return signer.Sign(statement, CancellationToken.None);
        }
    }

    /// <summary>Changes the model between its listing and its hashing.</summary>
    private sealed class Meddling(Action act) : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            act();
            new CpuHashDevice().Hash(job, cancellationToken);
        }
    }

    private sealed class ForbiddenDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken) => Assert.Fail("Nothing was to be hashed.");
    }
}
