using System.Text.Json;
using System.Text.Json.Nodes;
using ModelSigning.Core.Content;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;
using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>A model in an OCI layout is signed and verified as the folder that it unpacks to, and what is damaged or hostile in it is refused.</summary>
public sealed class OciLayoutTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("sha256", null)]
    [InlineData("blake3", null)]
    [InlineData("blake2b", 5L)]
    public void A_layout_its_tar_and_the_extracted_folder_verify_with_one_signature(string algorithm, long? shardSize)
    {
        Assert.True(DigestAlgorithms.TryParse(algorithm, out DigestAlgorithm hashType));
        OciLayoutBuilder built = Sample();
        string layout = built.WriteFolder(_store.Folder, "layout"), tar = built.WriteTar(_store.Folder, "layout.tar"), plain = Extracted();
        foreach ((string signed, string? source) in ((string, string?)[])[(layout, "Oci"), (tar, "Oci"), (plain, null)])
        {
            SigningResult result = _store.Sign(signed, source, change: request => request with { HashType = hashType, ShardSize = shardSize });
            Assert.Equal(4, result.FileCount);
            Assert.True(_store.Verify(layout, "Oci").IsValid);
            Assert.True(_store.Verify(tar, "Oci", "v1").IsValid);
            Assert.True(_store.Verify(plain, null).IsValid);
        }

        Assert.Equal("Oci", _store.Verify(layout, "Oci").Source);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layout_that_is_a_tar_falls_under_no_later_rule_than_the_folder_that_it_lies_in(bool isEarlier)
    {
        Directory.CreateDirectory(_store.Folder["strict"]);
        string tar = Sample().WriteTar(_store.Folder, "strict/layout.tar");
        _store.Sign(tar, "Oci");
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        static string Rule(string name, string models, EcPublicKey key) =>
            $$"""{ "name": "{{name}}", "models": "{{models}}", "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        string folder = Rule("folder", "strict", another.PublicKey), rest = Rule("rest", "**", _store.PublicKey);
        TrustPolicy policy = TrustPolicy.Parse(
            Utf8($$"""{ "version": 1, "rules": [{{(isEarlier ? $"{folder}, {rest}" : $"{rest}, {folder}")}}] }"""), _store.Folder["policy.json"], [new KeySignerKind()]);
        bool Verify() => _store.Verify(tar, "Oci", change: request => request with { Verifier = policy.VerifierFor(tar), FolderVerifier = path => policy.VerifierFor(path) }).IsValid;
        if (isEarlier)
        {
            Assert.Equal("TrustPolicySignerNotAccepted", Refusal(() => Verify()));
        }
        else
        {
            Assert.True(Verify());
        }
    }

    [Fact]
    public void Whatever_differs_from_what_was_signed_is_named()
    {
        string plain = Extracted();
        _store.Folder.Write("plain/src/b.py", "missing");
        _store.Folder.Write("plain/config.json", "[]");
        File.Delete(_store.Folder["plain/docs/a.md"]);
        _store.Sign(plain, null);
        VerificationResult result = _store.Verify(Sample().WriteFolder(_store.Folder, "layout"), "Oci");
        Assert.Equal(["docs/a.md"], result.Difference.Extra);
        Assert.Equal(["src/b.py"], result.Difference.Missing);
        Assert.Equal("config.json", Assert.Single(result.Difference.Mismatched).Name);

        result = _store.Verify(_store.Folder["layout"], "Oci", change: request => request with { IgnorePaths = ["docs", "config.json"] });
        Assert.Empty(result.Difference.Extra);
        Assert.Equal(["docs"], result.UncheckedPaths);
        Assert.Single(result.Difference.Mismatched);
    }

    [Fact]
    public void Git_files_and_a_packed_signature_are_left_out_as_in_a_folder()
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = built.Manifest("v1", Config(built),
            built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "a"), (".gitattributes", "x"), ("model.sig", "y")), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        // Only the signature that is verified is one; any other is a file, in which KitOps may be pointed to a model.
        Assert.Equal(["a", "model.sig"], _store.Names(layout, "Oci"));
        _store.Sign(layout, "Oci");
        VerificationResult result = _store.Verify(layout, "Oci");
        Assert.True(result.IsValid);
        Assert.Equal([".gitattributes"], result.UncheckedPaths);
        Assert.Equal((string)manifest["digest"]!, result.Revision);
    }

    // KitOps loads what an unsigned Kitfile points to, and Docker what it finds first, in hidden folders too.
    [Theory]
    [InlineData("model.sig", false)]
    [InlineData(".github/model.gguf", false)]
    [InlineData(".git/model.gguf", false)]
    [InlineData(".gitattributes/model.gguf", false)]
    [InlineData("notes.txt", false)]
    [InlineData(".gitattributes", true)]
    public void A_packed_file_that_is_not_signed_is_not_excused_by_its_name_where_added_files_replace_others(string name, bool isExcused)
    {
        _store.Folder.Write("plain/a", "a");
        _store.Folder.Write("plain/notes.txt", "n");
        string signature = _store.Folder["plain/model.sig"];
        _store.Sign(_store.Folder["plain"], null, change: request => request with { SignaturePath = signature, IgnorePaths = ["notes.txt"] });
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "a"), (name, new string('e', (int)new FileInfo(signature).Length))), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        VerificationResult result = _store.Verify(layout, "Oci", change: request => request with { SignaturePath = signature });
        Assert.Equal(isExcused ? [] : [name], result.Difference.Extra);
        Assert.Equal([name], _store.Verify(layout, "Oci", change: request => request with { SignaturePath = signature, IgnorePaths = [name] }).UncheckedPaths);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100L)]
    public void The_signature_that_was_packed_with_its_model_is_excused_by_its_bytes(long? shardSize)
    {
        _store.Folder.Write("plain/a", "a");
        string signature = _store.Folder["plain/model.sig"];
        _store.Sign(_store.Folder["plain"], null, change: request => request with { SignaturePath = signature, ShardSize = shardSize });
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "a"), ("model.sig", File.ReadAllText(signature))), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.True(_store.Verify(layout, "Oci", change: request => request with { SignaturePath = signature }).IsValid);
    }

    // Programs take a blob by its type or its place, whatever its name is.
    [Theory]
    [InlineData("model.sig")]
    [InlineData(".gitattributes")]
    [InlineData(".gitignore")]
    [InlineData(".git/model.gguf")]
    [InlineData(".github/model.gguf")]
    [InlineData("notes.txt")]
    public void A_blob_that_is_not_signed_is_not_excused_by_its_name(string name)
    {
        _store.Folder.Write("plain/a", "a");
        _store.Folder.Write("plain/notes.txt", "n");
        string signature = _store.Folder["plain/model.sig"];
        _store.Sign(_store.Folder["plain"], null, change: request => request with { SignaturePath = signature, IgnorePaths = ["notes.txt"] });
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("a"), (FilePath, "a")), built.Blob(Layer + "raw", Utf8("evil"), (FilePath, name)));
        string layout = built.WriteFolder(_store.Folder, "layout");
        VerificationResult result = _store.Verify(layout, "Oci", change: request => request with { SignaturePath = signature });
        Assert.Equal([name], result.Difference.Extra);
        Assert.Equal([name], _store.Verify(layout, "Oci", change: request => request with { SignaturePath = signature, IgnorePaths = [name] }).UncheckedPaths);
        Assert.Contains(name, _store.Names(layout, "Oci"));
    }

    [Fact]
    public void A_signature_that_is_a_blob_of_its_model_is_no_difference_if_it_is_the_one_that_is_verified()
    {
        _store.Folder.Write("plain/a", "a");
        string signature = _store.Folder["plain/model.sig"];
        _store.Sign(_store.Folder["plain"], null, change: request => request with { SignaturePath = signature, IgnorePaths = ["chat_template.jinja", "own.sig"] });
        byte[] bytes = File.ReadAllBytes(signature);
        VerificationResult Verify(byte[] packed, string name = "model.sig")
        {
            OciLayoutBuilder built = new();
            built.Manifest("v1", Config(built), built.Blob(Layer + "raw", Utf8("a"), (FilePath, "a")), built.Blob(Layer + "raw", packed, (FilePath, name)));
            return _store.Verify(built.WriteFolder(_store.Folder, $"layout-{packed.Length}-{packed[^1]}-{name}"), "Oci", change: request => request with { SignaturePath = signature });
        }

        VerificationResult same = Verify(bytes);
        Assert.True(same.IsValid);
        Assert.Empty(same.UncheckedPaths);
        Assert.Equal(["other.sig"], Verify(bytes, "other.sig").Difference.Extra);
        Assert.True(Verify(bytes, "own.sig").IsValid);

        // A bundle has texts that nobody signed.
        Assert.Equal(["chat_template.jinja"], Verify(bytes, "chat_template.jinja").Difference.Extra);
        Assert.Equal(["model.sig"], Verify([.. bytes, (byte)' ']).Difference.Extra);
        Assert.Equal(["model.sig"], Verify([.. bytes[..^1], (byte)' ']).Difference.Extra);
    }

    [Theory]
    [InlineData("INDEX.JSON")]
    [InlineData("index.json.")]
    [InlineData("index.json::$DATA")]
    [InlineData("index.j\u017Fon")]
    [InlineData("blobs\\..\\index.json")]
    [InlineData("Manifest.json")]
    [InlineData("Blobs/x")]
    [InlineData("blobs./x")]
    [InlineData("BLOB")]
    [InlineData("model.sig", true)]
    public void A_layout_in_a_tar_has_no_second_entry_for_systems_that_do_not_tell_names_apart(string name, bool isAccepted = false)
    {
        OciLayoutBuilder built = OciLayoutBuilder.ModelPack(null, null);
        string tar = built.WriteTar(_store.Folder, "layout.tar"), digest = built.Blobs.Keys.First().Replace(':', '/');
        string own = name == "BLOB" ? $"blobs/{digest.ToUpperInvariant().Replace("SHA256", "sha256", StringComparison.Ordinal)}" : name;
        byte[] bytes = File.ReadAllBytes(tar);
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) is var last ? (last / 512 + 1) * 512 : 0;
        File.WriteAllBytes(tar, [.. bytes[..end], .. TarReaderTests.Header(own, '0', 0), .. new byte[1024]]);
        if (isAccepted)
        {
            Assert.NotEmpty(_store.Names(tar, "Oci"));
        }
        else
        {
            Assert.Equal("StoredNameCollides", Refusal(() => _store.Names(tar, "Oci")));
        }
    }

    [Theory]
    [InlineData("other.json", true)]
    [InlineData("größe", false)]
    [InlineData("groesse", true)]
    [InlineData("con\u200Dfig.json", false)]
    [InlineData("con\uFB01g.json", false)]
    [InlineData("config.json\uFE0F", false)]
    [InlineData("config.json ", false)]
    [InlineData("folder./config.json", false)]
    public void An_empty_file_in_a_tar_that_some_file_system_takes_for_another_is_not_excused_beside_shards(string name, bool isExcused)
    {
        if (OperatingSystem.IsWindows() && (name.EndsWith(' ') || name.Contains("./", StringComparison.Ordinal)))
        {
            Assert.Equal("FileNameInvalid", Refusal(() => AddedBesideShards("config.json", name)));
            return;
        }

        Assert.Equal(isExcused ? [] : [name], AddedBesideShards("config.json", name));
    }

    [Fact]
    public void A_manifest_that_an_index_names_by_two_types_is_refused_because_the_type_says_what_its_layers_are()
    {
        OciLayoutBuilder built = new();
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["config"] = built.Blob("application/vnd.oci.empty.v1+json", Utf8("{}")),
            ["layers"] = new JsonArray(built.Blob(Layer + "raw", Utf8("a"), (FilePath, "a"))),
        };
        built.Entry("v1", "application/vnd.oci.image.manifest.v1+json", manifest);
        string one = built.WriteFolder(_store.Folder, "one");
        Assert.Equal(["a"], _store.Names(one, "Oci", "v1"));
        built.Entry("v1", "application/vnd.docker.distribution.manifest.v2+json", manifest.DeepClone().AsObject());
        Assert.Equal("RevisionAmbiguous", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "two"), "Oci", "v1")));
    }

    [Theory]
    [InlineData("{{m}}.jinja/", "TarEntryRefused")]
    [InlineData("a.safetensors/", "TarEntryRefused")]
    [InlineData(".hidden/", "TarEntryRefused")]
    [InlineData("sub.gguf/", null)]
    [InlineData("empty/", null)]
    public void A_folder_by_whose_name_programs_take_it_for_a_part_of_the_model_must_have_a_file(string folder, string? error)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", [.. TarReaderTests.Header(folder, '5', 0), .. OciLayoutBuilder.Tar(("model.bin", "signed"), ("sub.gguf/deeper/part", "1"))], (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(error, error is null ? _store.Names(layout, "Oci").Length == 2 ? null : "other" : Refusal(() => _store.Names(layout, "Oci")));
    }

    [Theory]
    [InlineData("a.gguf", false)]
    [InlineData("chat_template.jinja", false)]
    [InlineData("A.Safetensors", false)]
    [InlineData(".github/x", false)]
    [InlineData("pkg/__init__.py", true)]
    public void An_empty_file_by_whose_name_programs_take_it_for_a_part_of_the_model_is_not_excused_beside_shards(string added, bool isExcused)
    {
        Assert.Equal(isExcused ? [] : [added], AddedBesideShards("model.bin", added));
    }

    [Theory]
    [InlineData("stra\u00DFe.json", "strasse.json", false)]
    [InlineData("config.json", "strasse.json", true)]
    public void An_empty_file_is_not_excused_where_the_name_of_a_signed_one_may_be_an_alias_of_it(string name, string added, bool isExcused)
    {
        Assert.Equal(isExcused ? [] : [added], AddedBesideShards(name, added));
    }

    [Fact]
    public void An_empty_blob_is_not_excused_beside_shards_and_not_signed_with_them()
    {
        OciLayoutBuilder built = new();
        JsonObject config = Config(built), first = built.Blob(Layer + "raw", Utf8("a"), (FilePath, "a"));
        built.Manifest("v1", config, first);
        built.Manifest("v2", config.DeepClone().AsObject(), first.DeepClone().AsObject(), built.Blob(Layer + "raw", [], (FilePath, "empty")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci", "v1", request => request with { ShardSize = 10 });
        Assert.True(_store.Verify(layout, "Oci", "v1").IsValid);
        Assert.Equal(["empty"], _store.Verify(layout, "Oci", "v2").Difference.Extra);
        Assert.Equal("EmptyBlobUncovered", Refusal(() => _store.Sign(layout, "Oci", "v2", request => request with { ShardSize = 10 })));
    }

    [Theory]
    [InlineData("model.sig")]
    [InlineData("sub/own.sig")]
    [InlineData(".kaggle/signing.json")]
    [InlineData("sub/own.sigstore.json")]
    public void What_lies_in_a_folder_of_a_signature_s_name_is_not_left_out(string name)
    {
        _store.Folder.Write("plain/a", "a");
        _store.Folder.Write("plain/sub/b", "b");
        string signature = _store.Folder[$"plain/{name}"], added = name + "/deep/evil.py";
        Directory.CreateDirectory(Path.GetDirectoryName(signature)!);
        _store.Sign(_store.Folder["plain"], null, change: request => request with { SignaturePath = signature });
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("a", "a"), ("sub/b", "b"), (added, "x")), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        Assert.Equal(new[] { "a", "sub/b", added }.Order(StringComparer.Ordinal), _store.Names(layout, "Oci"));

        VerificationResult result = Verify();
        Assert.Equal([added], result.Difference.Extra);
        Assert.Empty(result.UncheckedPaths);
        Assert.Equal([added], Verify("**").Difference.Extra);

        result = Verify(ignored: name);
        Assert.True(result.IsValid);
        Assert.Equal([name], result.UncheckedPaths);

        VerificationResult Verify(string? included = null, string? ignored = null) => _store.Verify(layout, "Oci", change: request => request with
        {
            SignaturePath = signature,
            IncludePaths = included is null ? [] : [included],
            IgnorePaths = ignored is null ? [] : [ignored],
        });
    }

    [Theory]
    [InlineData(".git")]
    [InlineData("./.git/")]
    [InlineData(".git\\hooks")]
    public void What_git_keeps_must_be_signed_where_it_is_asked_for_however_the_signer_wrote_its_path(string recorded)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.oci.image.config.v1+json", Utf8("{}")), built.Blob("application/vnd.oci.image.layer.v1.tar", OciLayoutBuilder.Tar(("a", "a"), (".git/hooks/evil", "x"))));
        string layout = built.WriteFolder(_store.Folder, "layout");
        VerificationResult Verify() => _store.Verify(layout, "Oci", change: request => request with { IgnoreGitPaths = false });
        _store.Sign(layout, "Oci");
        _store.Alter(statement => statement["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray(recorded));
        Assert.Equal([".git/hooks/evil"], Verify().Difference.Extra);
    }

    [Fact]
    public void A_file_that_is_packed_in_a_layer_is_reported_as_not_inspected()
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built),
            built.Blob(Layer + "tar", OciLayoutBuilder.Tar(("packed/run.sh", "#!/bin/sh"), ("packed/empty", "")), (FilePath, "packed")),
            built.Blob(Layer + "raw", Utf8("#!/bin/sh"), (FilePath, "run.sh")));
        string layout = built.WriteFolder(_store.Folder, "inspected");
        ContentCapture capture = new();
        _store.Sign(layout, "Oci", change: request => request with { Hashing = request.Hashing with { Observer = capture } });
        ModelInspection inspection = ModelInspection.Of(capture, CancellationToken.None);
        Assert.Equal("packed/run.sh", Assert.Single(inspection.Uninspected).File);
        Assert.Equal("run.sh", Assert.Single(inspection.Executables).File);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("tar")]
    public void A_blob_that_is_missing_longer_or_changed_is_refused(string packing)
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + packing, packing == "raw" ? Utf8("a") : OciLayoutBuilder.Tar(("one", "a")), (FilePath, "one"));
        built.Manifest("v1", Config(built), layer);
        string digest = (string)layer["digest"]!, layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci");
        string blob = _store.Folder["layout/blobs/" + digest.Replace(':', '/')];
        byte[] bytes = File.ReadAllBytes(blob);
        bytes[packing == "raw" ? 0 : 1024] ^= 1;
        File.WriteAllBytes(blob, bytes);
        Assert.Equal("BlobMismatch", Refusal(() => _store.Verify(layout, "Oci")));
        Assert.Equal("BlobMismatch", Refusal(() => _store.Sign(layout, "Oci", change: request => request with { HashType = DigestAlgorithm.Blake3 })));
        File.WriteAllBytes(blob, [.. bytes, 0]);
        Assert.Equal("BlobSizeWrong", Refusal(() => _store.Verify(layout, "Oci")));
        File.Delete(blob);
        Assert.Equal("BlobMissing", Refusal(() => _store.Verify(layout, "Oci")));
        Directory.CreateDirectory(blob);
        Assert.Equal("BlobMissing", Refusal(() => _store.Verify(layout, "Oci")));
    }

    [Fact]
    public void A_blob_that_is_a_link_is_not_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("a"), (FilePath, "one"));
        built.Manifest("v1", Config(built), layer);
        string layout = built.WriteFolder(_store.Folder, "layout"), blob = _store.Folder["layout/blobs/" + ((string)layer["digest"]!).Replace(':', '/')];
        File.Delete(blob);
        File.CreateSymbolicLink(blob, _store.Folder.Write("outside", "a"));
        Assert.Equal("BlobMissing", Refusal(() => _store.Names(layout, "Oci")));
    }

    [Fact]
    public void A_layer_that_unpacks_to_far_too_much_is_refused()
    {
        using MemoryStream stream = new();
        using (ZstdSharp.CompressionStream zstd = new(stream, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            TarReaderTests.Header("zeros", '0', 1L << 40).CopyTo(zeros, 0);
            zstd.Write(zeros, 0, 512);
            Array.Clear(zeros);
            for (int block = 0; block < 1100; block++)
            {
                zstd.Write(zeros);
            }
        }

        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + "tar+zstd", stream.ToArray(), (FilePath, "zeros")));
        Assert.Equal("LayerBomb", Refusal(() => _store.Names(built.WriteFolder(_store.Folder, "layout"), "Oci")));
    }

    [Fact]
    public void What_is_not_a_layout_is_reported_as_such()
    {
        Assert.Equal("StoreNotRecognised", Refusal(() => _store.Names(Extracted(), "Oci")));
        Assert.Equal("TarDamaged", Refusal(() => _store.Names(_store.Folder.Write("x.tar", new string('x', 2000)), "Oci")));
        _store.Folder.Write("odd/oci-layout", """{"imageLayoutVersion":"2.0.0"}""");
        _store.Folder.Write("odd/index.json", "{}");
        Assert.Equal("StoreManifestInvalid", Refusal(() => _store.Names(_store.Folder["odd"], "Oci")));
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());

    private static OciLayoutBuilder Sample() => OciLayoutBuilder.ModelPack(
        Gzip(OciLayoutBuilder.Tar(("src/a.py", "print(1)"))), Zstd(OciLayoutBuilder.Tar(("docs/a.md", "# a"))));

    private string Extracted()
    {
        _store.Folder.Write("plain/model.safetensors", "weights");
        _store.Folder.Write("plain/config.json", "{}");
        _store.Folder.Write("plain/src/a.py", "print(1)");
        _store.Folder.Write("plain/docs/a.md", "# a");
        return _store.Folder["plain"];
    }

    // What an empty file in a layer of its own adds to a model of one file that was signed in shards.
    private IReadOnlyList<string> AddedBesideShards(string name, string added)
    {
        OciLayoutBuilder built = new();
        JsonObject config = Config(built), signed = built.Blob(Layer + "tar", OciLayoutBuilder.Tar((name, "signed")), (FilePath, "."));
        built.Manifest("v1", config, signed);
        built.Manifest("v2", config.DeepClone().AsObject(), signed.DeepClone().AsObject(), built.Blob(Layer + "tar", OciLayoutBuilder.Tar((added, "")), (FilePath, ".")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        _store.Sign(layout, "Oci", "v1", request => request with { ShardSize = 10 });
        return _store.Verify(layout, "Oci", "v2").Difference.Extra;
    }
}
