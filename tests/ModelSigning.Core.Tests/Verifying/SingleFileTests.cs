using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>A file that is asked about by itself: it must be signed and unchanged, whatever else is tolerated.</summary>
public sealed class SingleFileTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("config.json")]
    [InlineData("weights/part-1.bin")]
    public void A_file_of_a_signed_folder_is_verified_alone(string name)
    {
        _model.Sign();
        _model.Write("unsigned.py", "x");
        VerificationResult result = Verify(name);
        Assert.True(result.IsValid);
        Assert.Equal(VerificationScope.Partial, result.Scope);
        Assert.Equal(["."], result.UncheckedPaths);
        Assert.Equal(_model[name], result.ModelPath);
        Assert.Equal((1, new FileInfo(_model[name]).Length), (result.FileCount, result.ByteCount));

        _model.Write(name, "changed");
        Assert.Equal([name], Verify(name).Difference.Mismatched.Select(resource => resource.Name));
    }

    [Fact]
    public void A_file_in_a_folder_is_not_the_one_of_its_last_name_that_the_signature_lists()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        _model.Write("weights/config.json", "{}");
        _model.Sign();
        File.Copy(_model["config.json"], _model["weights/config.json"], overwrite: true);
        string elsewhere = Path.Join(_model.Root, "the.sig"), copied = _model["weights/model.sig"], detached = Directory.CreateDirectory(_model.Root + "/rel").FullName + "/the.sig";
        File.Copy(_model.SignaturePath, elsewhere);
        File.Copy(_model.SignaturePath, copied);
        File.Copy(_model.SignaturePath, detached);
        File.CreateSymbolicLink(_model.Root + "/link", _model["weights"]);
        string Refusal(string path, string signature) => Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { ModelPath = path, SignaturePath = signature })).Definition.Id;
        Assert.Equal("FileAmbiguous", Refusal(_model["weights/config.json"], detached));
        Assert.Equal("FileAmbiguous", Refusal(_model["weights/config.json"], copied));
        Assert.Equal("FileAmbiguous", Refusal(_model.Root + "/link/config.json", detached));

        // Listed under a longer name alone.
        Assert.Equal("FileAmbiguous", Refusal(_model["weights/part-1.bin"], detached));
        Assert.True(_model.Verify(request => request with { ModelPath = _model["config.json"], SignaturePath = detached }).IsValid);
        Assert.Equal("FileAmbiguous", Refusal(_model["config.json"], elsewhere));
    }

    [Fact]
    public void A_file_is_not_the_one_of_the_folder_of_its_folders_name_where_the_signature_lies_beside_the_signed_folder()
    {
        string name = Path.GetFileName(_model.ModelPath), nested = $"{name}/config.json", beside = Path.Join(_model.Root, "the.sig"), above = Path.Join(_model.Root, "model.sig");
        _model.Write(nested, "nested");
        _model.Sign(request => request with { SignaturePath = beside });
        File.Copy(_model[nested], _model["config.json"], overwrite: true);
        Assert.Equal("FileAmbiguous", Refusal(beside));
        Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { SignaturePath = beside, IncludePaths = [nested] })).Definition.Id);

        // The signer left out its name, which the signature has again, and the other file is where it would be.
        _model.Sign();
        File.Copy(_model.SignaturePath, above);
        File.WriteAllText(Path.Join(_model.Root, "config.json"), "anything");
        Assert.Equal("FileAmbiguous", Refusal(above));

        string Refusal(string signature) => Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { ModelPath = _model["config.json"], SignaturePath = signature })).Definition.Id;
    }

    [Fact]
    public void A_file_that_was_moved_up_is_not_the_one_of_the_folder_of_its_folders_name()
    {
        string name = Path.GetFileName(_model.ModelPath), nested = $"{name}/only.txt", beside = Path.Join(_model.Root, "the.sig"), above = Path.Join(_model.Root, "model.sig");
        Directory.Delete(_model.ModelPath, recursive: true);
        _model.Write(nested, "nested");
        _model.Sign(request => request with { SignaturePath = beside });
        _model.Sign();
        File.Copy(_model.SignaturePath, above);
        File.Move(_model[nested], _model["only.txt"]);
        foreach (string signature in (string[])[beside, above])
        {
            Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(
                () => _model.Verify(request => request with { ModelPath = _model["only.txt"], SignaturePath = signature })).Definition.Id);
        }
    }

    [Fact]
    public void A_selected_file_of_a_folder_of_the_model_is_not_the_one_of_its_name_in_the_signed_folder()
    {
        _model.Write("vae/config.json", "{ }");
        _model.Sign();
        File.Copy(_model["config.json"], _model["vae/config.json"], overwrite: true);
        File.Copy(_model.SignaturePath, _model["vae/model.sig"]);
        foreach (string signature in (string[])[_model.SignaturePath, _model["vae/model.sig"]])
        {
            Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(
                () => _model.Verify(request => request with { ModelPath = _model["vae"], SignaturePath = signature, IncludePaths = ["config.json"] })).Definition.Id);
        }

        // Through a link of the user's own, and where the signature lists no file of that name there.
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_model.Root + "/link", _model.ModelPath);
            Assert.Equal("FileAmbiguous", Refusal(_model.Root + "/link/vae", _model["vae/model.sig"]));
        }

        string elsewhere = Path.Join(Directory.CreateDirectory(_model.Root + "/sigs").FullName, "m.sig");
        File.Move(_model["vae/model.sig"], elsewhere);
        Directory.CreateDirectory(_model["other"]);
        File.Copy(_model["config.json"], _model["other/config.json"]);
        Assert.Equal("FileAmbiguous", Refusal(_model["other"], elsewhere));
        Assert.Equal("FileAmbiguous", Refusal(_model["other"], _model.SignaturePath));
        File.Copy(_model.SignaturePath, _model["other/model.sig"]);
        Assert.Equal("FileAmbiguous", Refusal(_model["other"], _model["other/model.sig"]));
        Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { ModelPath = _model["other/config.json"] })).Definition.Id);
        Assert.True(_model.Verify(request => request with { IncludePaths = ["config.json"], IgnoreUnsignedFiles = true }).IsValid);
        Assert.True(_model.Verify(request => request with { IncludePaths = ["config.json"], IgnoreUnsignedFiles = true, SignaturePath = elsewhere }).IsValid);

        string Refusal(string folder, string signature) => Assert.Throws<ModelSigningException>(
            () => _model.Verify(request => request with { ModelPath = folder, SignaturePath = signature, IncludePaths = ["config.json"] })).Definition.Id;
    }

    [Fact]
    public void A_copy_of_a_signed_file_in_a_folder_of_the_model_is_not_the_signed_file_where_the_signature_lies_elsewhere()
    {
        string elsewhere = Path.Join(_model.Root, "signatures", "m.sig"), apart = Path.Join(_model.Root, "apart", "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(elsewhere)!);
        Directory.CreateDirectory(Path.GetDirectoryName(apart)!);
        _model.Sign(request => request with { SignaturePath = elsewhere });
        _model.Write("weights/config.json", File.ReadAllText(_model["config.json"]));
        File.Copy(_model["config.json"], apart);
        VerificationResult Verify(string path) => _model.Verify(request => request with { ModelPath = path, SignaturePath = elsewhere });
        Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(() => Verify(_model["weights/config.json"])).Definition.Id);
        Assert.True(Verify(_model["config.json"]).IsValid);
        Assert.True(Verify(apart).IsValid);
    }

    // A volume that folds case or forms may be mounted on any system.
    [Theory]
    [InlineData("1_Pooling", true)]
    [InlineData("1_POOLING", true)]
    [InlineData("cafe\u0301", true)]
    [InlineData("2_Dense", false)]
    public void A_folder_that_can_be_one_of_the_signed_folder_is_not_certain(string folder, bool isDoubtful)
    {
        SignedFolder signed = new(Path.Join(_model.ModelPath, folder), Path.Join(_model.ModelPath, folder, "model.sig"), FileSystemRules.Unix);
        string[] listed = ["1_Pooling/other.json", "caf\u00E9/config.json", "config.json"];
        Manifest manifest = Manifest.Of("m", new(), listed.Select(name => new Resource(name, new byte[32])));
        Assert.Equal(isDoubtful, signed.Doubt(manifest, listed, ["config.json"], CancellationToken.None) is not null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2L)]
    public void A_file_that_was_not_signed_is_never_valid(long? shardSize)
    {
        _model.Sign(request => request with { ShardSize = shardSize, IgnorePaths = ["cache"] });
        (string, string)[] unsigned = [("evil.py", "x"), ("empty.py", ""), ("cache/x", "x"), (".gitignore", "x"), ("weights/config.json", "{}")];
        foreach ((string name, string content) in unsigned)
        {
            _model.Write(name, content);
            foreach (bool ignore in new[] { false, true })
            {
                VerificationResult result = _model.Verify(request => request with
                {
                    ModelPath = _model[name],
                    SignaturePath = _model.SignaturePath,
                    IgnoreUnsignedFiles = ignore,
                    IgnorePaths = ignore ? [_model[name]] : [],
                });
                Assert.False(result.IsValid);
                Assert.False(result.IsListed);
                Assert.Equal([name], result.Difference.Extra);
            }
        }
    }

    [Fact]
    public void The_signature_is_looked_for_beside_the_file_and_never_further_up()
    {
        _model.Sign();
        Assert.True(_model.Verify(request => request with { ModelPath = _model["config.json"] }).IsValid);
        Assert.Equal("BundleNotFound", Assert.Throws<ModelSigningException>(
            () => _model.Verify(request => request with { ModelPath = _model["weights/part-1.bin"] })).Definition.Id);
    }

    [Fact]
    public void Beside_a_signature_that_lies_elsewhere_the_files_own_folder_is_the_signed_one()
    {
        string elsewhere = Path.Join(_model.Root, "signatures", "m.sig");
        Directory.CreateDirectory(Path.GetDirectoryName(elsewhere)!);
        _model.Sign(request => request with { SignaturePath = elsewhere });
        Assert.True(Verify("config.json", elsewhere).IsValid);
        Assert.Equal("FileAmbiguous", Assert.Throws<ModelSigningException>(() => Verify("weights/part-1.bin", elsewhere)).Definition.Id);
    }

    [Fact]
    public void A_signature_that_lists_only_the_file_covers_the_whole_of_it()
    {
        File.Delete(_model["config.json"]);
        _model.Sign();
        VerificationResult ofFolder = Verify("weights/part-1.bin");
        Assert.Equal((true, VerificationScope.Whole), (ofFolder.IsValid, ofFolder.Scope));
        Assert.Empty(ofFolder.UncheckedPaths);

        string file = _model.Write("single.bin", "s");
        _model.Sign(request => request with { ModelPath = file });
        VerificationResult ofFile = _model.Verify(request => request with { ModelPath = file });
        Assert.Equal((true, VerificationScope.Whole), (ofFile.IsValid, ofFile.Scope));
    }

    [Fact]
    public void A_link_on_the_way_to_the_file_is_refused()
    {
        _model.Sign();
        Directory.Move(_model["weights"], Path.Join(_model.Root, "copy"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Directory.CreateSymbolicLink(_model["weights"], Path.Join(_model.Root, "copy"));
        Assert.Equal("SymlinkRefused", Assert.Throws<ModelSigningException>(() => Verify("weights/part-1.bin")).Definition.Id);
    }

    [Fact]
    public void A_link_that_was_signed_is_refused_where_the_caller_denies_links()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.CreateSymbolicLink(_model["link.json"], "config.json");
        _model.Sign(request => request with { AllowSymlinks = true });
        VerificationResult Check(bool forbids) => _model.Verify(request => request with
        {
            ModelPath = _model["link.json"],
            SignaturePath = _model.SignaturePath,
            ForbidSymlinks = forbids,
        });
        Assert.True(Check(forbids: false).IsValid);
        Assert.Equal("SymlinkRefused", Assert.Throws<ModelSigningException>(() => Check(forbids: true)).Definition.Id);
    }

    [Fact]
    public void A_file_that_is_named_through_a_link_to_the_signed_folder_keeps_its_place_in_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        _model.Sign();
        _model.Write("weights/config.json", File.ReadAllText(_model["config.json"]));
        string link = Path.Join(_model.Root, "current");
        Directory.CreateSymbolicLink(link, _model.ModelPath);
        bool IsValid(string name) => _model.Verify(request => request with { ModelPath = Path.Join(link, name), SignaturePath = _model.SignaturePath }).IsValid;
        Assert.True(IsValid("weights/part-1.bin"));
        Assert.False(IsValid("weights/config.json"));
    }

    [Fact]
    public void Who_is_trusted_for_the_folder_decides_unless_the_file_is_a_model_of_its_own()
    {
        using EcPrivateKey other = EcPrivateKey.Generate(EcCurve.P256);
        SignatureVerifier ours = new KeyVerifier([_model.Key.PublicKey]), theirs = new KeyVerifier([other.PublicKey]);
        _model.Sign();
        Assert.True(Verify("config.json", forFile: theirs, forFolder: ours).IsValid);
        Refuses("config.json", forFile: ours, forFolder: theirs);

        // The folder's signature under the name that a file's own would have is the folder's all the same.
        File.Move(_model.SignaturePath, _model["config.json.sig"]);
        Refuses("config.json", forFile: ours, forFolder: theirs);
        File.Delete(_model["config.json.sig"]);

        _model.Sign(request => request with { ModelPath = _model["config.json"] });
        Assert.True(Verify("config.json", forFile: ours, forFolder: theirs).IsValid);
        Refuses("config.json", forFile: theirs, forFolder: ours);
    }

    [Fact]
    public void Who_is_trusted_for_the_folder_decides_although_it_has_no_other_file()
    {
        using EcPrivateKey other = EcPrivateKey.Generate(EcCurve.P256);
        SignatureVerifier ours = new KeyVerifier([_model.Key.PublicKey]), theirs = new KeyVerifier([other.PublicKey]);
        Directory.Delete(_model["weights"], recursive: true);
        _model.Sign();
        Assert.True(Verify("config.json", forFile: theirs, forFolder: ours).IsValid);
        Refuses("config.json", forFile: ours, forFolder: theirs);
    }

    private VerificationResult Verify(string name, string? signature = null) =>
        _model.Verify(request => request with { ModelPath = _model[name], SignaturePath = signature ?? _model.SignaturePath });

    private VerificationResult Verify(string name, SignatureVerifier forFile, SignatureVerifier forFolder) => _model.Verify(request => request with
    {
        ModelPath = _model[name],
        Verifier = forFile,
        FolderVerifier = folder => folder == _model.ModelPath ? forFolder : forFile,
    });

    private void Refuses(string name, SignatureVerifier forFile, SignatureVerifier forFolder) =>
        Assert.Equal("KeyMismatch", Assert.Throws<ModelSigningException>(() => Verify(name, forFile, forFolder)).Definition.Id);
}
