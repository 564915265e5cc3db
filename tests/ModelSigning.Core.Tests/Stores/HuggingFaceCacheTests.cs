using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Stores;

public sealed class HuggingFaceCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256);
    private readonly HubCache _cache;

    public HuggingFaceCacheTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        _cache = new(_folder);
        _cache.Add("config.json", "{}");
        _cache.Add("onnx/model.onnx", "one");
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_snapshot_and_its_plain_copy_verify_with_one_signature_that_allows_no_links()
    {
        SigningResult signed = Sign(_cache.Snapshot);
        Assert.Equal(("HuggingFace", "name", false), (signed.Source, signed.Manifest.ModelName, signed.Manifest.Serialization.AllowSymlinks));
        Assert.True(Verify(_cache.Snapshot).IsValid);
        Assert.True(Verify(_cache.Repository, "main").IsValid);
        Assert.True(Verify(_cache.Repository, HubCache.Commit).IsValid);
        Assert.Equal(HubCache.Commit, Verify(_cache.Repository, "main").Revision);
        string copy = _cache.CopyTo("copy");
        Assert.True(Verify(copy, source: null).IsValid);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("onnx/model.onnx")]
    public void A_file_that_the_cache_records_as_missing_is_refused_because_the_hubs_library_goes_on_without_it(string name)
    {
        Sign(_cache.Snapshot);
        string marker = Path.Join(_cache.Repository, ".no_exist", HubCache.Commit, name);
        Directory.CreateDirectory(Path.GetDirectoryName(marker)!);
        File.WriteAllText(Path.Join(_cache.Repository, ".no_exist", HubCache.Commit, "other.json"), "");
        Assert.True(Verify(_cache.Repository, "main").IsValid);
        File.WriteAllText(marker, "");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify(_cache.Repository, "main"));
        Assert.Equal("ReferenceInvalid", refusal.Definition.Id);
        Assert.Contains($"'{marker}'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("ReferenceInvalid", Refusal(() => Verify(_cache.Snapshot)));
        Assert.Equal("ReferenceInvalid", Refusal(() => Included(name)));
        Assert.Equal("ReferenceInvalid", Refusal(() => Included("**")));
        Assert.True(Included(name == "config.json" ? "onnx/model.onnx" : "config.json").IsValid);
        File.Delete(marker);
        Directory.Move(Path.Join(_cache.Repository, ".no_exist", HubCache.Commit), Path.Join(_cache.Repository, ".no_exist", new string('0', 40)));
        Assert.True(Verify(_cache.Snapshot).IsValid);

        VerificationResult Included(string include) => Verify(_cache.Snapshot, change: request => request with { IncludePaths = [include] });
    }

    [Theory]
    [InlineData("refs")]
    [InlineData(".no_exist")]
    [InlineData(".no_exist/" + HubCache.Commit)]
    public void A_link_in_the_place_of_a_folder_of_the_cache_is_refused_whatever_the_revision(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        _cache.Add("w.bin", "good");
        Sign(_cache.Snapshot);
        Assert.True(Verify(_cache.Repository, HubCache.Commit).IsValid);
        string folder = Path.Join(_cache.Repository, name), elsewhere = Directory.CreateDirectory(Path.Join(_cache.Repository, "elsewhere")).FullName;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Directory.CreateSymbolicLink(folder, elsewhere);
        Assert.Equal("ReferenceInvalid", Refusal(() => Verify(_cache.Repository, HubCache.Commit)));
        Assert.Equal("ReferenceInvalid", Refusal(() => Verify(_cache.Snapshot)));
    }

    [Fact]
    public void The_files_of_a_snapshot_are_compared_with_a_manifest_behind_their_links()
    {
        byte[] content = Encoding.UTF8.GetBytes("weights");
        _cache.Add("w.bin", content);
        Sign(_cache.Snapshot, change: request => request with { HashType = DigestAlgorithm.Blake3 });
        VerifiedFiles files = new(Verify(_cache.Snapshot), CancellationToken.None);
        AtlasIngredient Listed(byte[] of) => new("w", "w.bin", AtlasDigest.Find("sha384")!, SHA384.HashData(of), "componentOf", "", IsInClaim: true);
        Assert.Equal(AtlasFileStatus.Matches, files.Compare(Listed(content)));
        Assert.Equal(AtlasFileStatus.Differs, files.Compare(Listed([1])));
        VerifiedFiles later = new(Verify(_cache.Snapshot), CancellationToken.None);
        _cache.Link("w.bin", "../../../elsewhere");
        Assert.Equal(AtlasFileStatus.NotChecked, later.Compare(Listed(content)));
    }

    [Fact]
    public void A_link_whose_target_is_not_UTF_8_leads_to_another_blob_than_its_text_says_and_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names that are not UTF-8 are Linux's alone.");
        string blob = _cache.Add("w.bin", "good");
        Sign(_cache.Snapshot);
        Assert.True(Verify(_cache.Snapshot).IsValid);
        File.Move(_cache["blobs/" + blob], _cache["blobs/" + blob + "\uFFFD"]);
        UnixEntries.WriteFile(_cache["blobs"], [.. Encoding.ASCII.GetBytes(blob), 0xFF], "evil"u8);
        File.Delete(Path.Join(_cache.Snapshot, "w.bin"));
        UnixEntries.MakeLink(_cache.Snapshot, "w.bin"u8, [.. Encoding.ASCII.GetBytes("../../blobs/" + blob), 0xFF]);
        Assert.Equal("LinkTargetInvalid", Refusal(() => Verify(_cache.Snapshot)));
    }

    [Fact]
    public void A_copys_signature_verifies_in_the_cache_where_it_is_a_link_too()
    {
        string copy = _cache.CopyTo("copy");
        Sign(copy, source: null);
        _cache.Add("model.sig", File.ReadAllBytes(Path.Join(copy, "model.sig")));
        VerificationResult result = Verify(_cache.Snapshot);
        Assert.True(result.IsValid);
        Assert.Equal("HuggingFace", result.Source);
        Assert.Empty(result.UncheckedPaths);

        string other = _folder.Write("other.sig", File.ReadAllBytes(Path.Join(copy, "model.sig")));
        Assert.True(Verify(_cache.Snapshot, change: request => request with { SignaturePath = other }).IsValid);

        _cache.Link("model.sig", "../../../../other.sig");
        Assert.Equal("SnapshotLinkRefused", Refusal(() => Verify(_cache.Snapshot)));
    }

    [Fact]
    public void A_changed_blob_is_named_by_its_path_and_by_the_blob()
    {
        Sign(_cache.Snapshot);
        string blob = _cache.Add("onnx/model.onnx", "two");
        VerificationResult result = Verify(_cache.Snapshot);
        Assert.Equal("onnx/model.onnx", Assert.Single(result.Difference.Mismatched).Name);
        Assert.Equal("blobs/" + blob, result.StoredAs["onnx/model.onnx"]);
    }

    [Fact]
    public void A_cache_without_links_and_a_partial_snapshot_are_compared_file_by_file()
    {
        Sign(_cache.Snapshot);
        File.Delete(Path.Join(_cache.Snapshot, "config.json"));
        Assert.Equal(["config.json"], Verify(_cache.Snapshot).Difference.Missing);
        File.WriteAllText(Path.Join(_cache.Snapshot, "config.json"), "{}");
        Assert.True(Verify(_cache.Snapshot).IsValid);
        File.WriteAllText(Path.Join(_cache.Snapshot, "config.json"), "[]");
        Assert.Equal("config.json", Assert.Single(Verify(_cache.Snapshot).Difference.Mismatched).Name);
    }

    [Fact]
    public void Without_the_source_and_with_links_denied_a_link_is_refused()
    {
        Sign(_cache.Snapshot);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify(_cache.Snapshot, source: null));
        Assert.Equal("SymlinkRefused", refusal.Definition.Id);
        Assert.Contains("-Source HuggingFace", refusal.Message, StringComparison.Ordinal);
        refusal = Assert.Throws<ModelSigningException>(() => Verify(_cache.Snapshot, change: request => request with { ForbidSymlinks = true }));
        Assert.Equal("SymlinkRefused", refusal.Definition.Id);
        Assert.DoesNotContain("-Source", refusal.Message + refusal.Cure, StringComparison.Ordinal);
        refusal = Assert.Throws<ModelSigningException>(() => Sign(_cache.Snapshot, source: null, force: true));
        Assert.Contains("-Source HuggingFace", refusal.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../outside", "SnapshotLinkRefused")]
    [InlineData("../../blobs/../../../outside", "SnapshotLinkRefused")]
    [InlineData("../../blobs/deeper/file", "SnapshotLinkRefused")]
    [InlineData("../../blobs", "SnapshotLinkRefused")]
    [InlineData("../../blobs/link", "SnapshotLinkChained")]
    [InlineData("../../blobs/folder", "SnapshotLinkRefused")]
    [InlineData("../../blobs/circle", "SnapshotLinkChained")]
    [InlineData("config.json", "SnapshotLinkChained")]
    [InlineData("../../../models--org--other/blobs/file", "SnapshotLinkRefused")]
    [InlineData("/etc/passwd", "SnapshotLinkRefused")]
    public void A_link_that_does_not_lead_straight_to_a_blob_is_refused(string target, string error)
    {
        Sign(_cache.Snapshot);
        _folder.Write("outside", "{}");
        _folder.Write("hub/models--org--name/blobs/deeper/file", "{}");
        _folder.Write("hub/models--org--other/blobs/file", "{}");
        Directory.CreateDirectory(_cache["blobs/folder"]);
        File.CreateSymbolicLink(_cache["blobs/link"], _folder["outside"]);
        File.CreateSymbolicLink(_cache["blobs/circle"], "circle");
        _cache.Link("config.json", target);
        Assert.Equal(error, Refusal(() => Verify(_cache.Snapshot)));
        Assert.Equal(error, Refusal(() => Sign(_cache.Snapshot, force: true)));
    }

    [Fact]
    public void A_link_that_reaches_another_file_than_its_text_says_is_refused()
    {
        Sign(_cache.Snapshot);
        string blob = Path.GetFileName(new FileInfo(Path.Join(_cache.Snapshot, "config.json")).LinkTarget!);
        _folder.Write($"elsewhere/blobs/{blob}", "not what was signed");
        Directory.CreateDirectory(_folder["elsewhere/deeper"]);
        Directory.CreateSymbolicLink(_cache["x"], _folder["elsewhere/deeper"]);
        _cache.Link("config.json", $"../../x/../blobs/{blob}");
        Assert.Equal("not what was signed", File.ReadAllText(Path.Join(_cache.Snapshot, "config.json")));
        Assert.Equal("SnapshotLinkRefused", Refusal(() => Verify(_cache.Snapshot)));
    }

    [Fact]
    public void Blobs_elsewhere_are_not_the_repositorys_own()
    {
        Sign(_cache.Snapshot);
        Directory.Move(_cache["blobs"], _folder["blobs"]);
        Directory.CreateSymbolicLink(_cache["blobs"], _folder["blobs"]);
        Assert.Equal("SnapshotLinkRefused", Refusal(() => Verify(_cache.Snapshot)));
    }

    [Fact]
    public void A_download_that_was_interrupted_is_called_so()
    {
        string blob = _cache.Add("weights.bin", "a few bytes");
        File.Move(_cache["blobs/" + blob], _cache[$"blobs/{blob}.incomplete"]);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Sign(_cache.Snapshot));
        Assert.Equal("SnapshotIncomplete", refusal.Definition.Id);
        Assert.Contains("unfinished", refusal.Message, StringComparison.Ordinal);
        _cache.Link("weights.bin", $"../../blobs/{blob}.incomplete");
        Assert.Equal("SnapshotIncomplete", Refusal(() => Sign(_cache.Snapshot)));
        File.Delete(_cache[$"blobs/{blob}.incomplete"]);
        Assert.Equal("SnapshotBlobMissing", Refusal(() => Sign(_cache.Snapshot)));
    }

    [Theory]
    [InlineData("../../outside", "ReferenceInvalid")]
    [InlineData("0123456789abcdef0123456789abcdef01234567\n0123456789abcdef0123456789abcdef01234567", "ReferenceInvalid")]
    [InlineData("", "ReferenceInvalid")]
    [InlineData(HubCache.Commit + "\n", "ReferenceInvalid")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffff", "RevisionNotFound")]
    public void What_refs_holds_must_be_a_commit_that_was_downloaded(string content, string error)
    {
        _folder.Write("hub/models--org--name/refs/main", content);
        Assert.Equal(error, Refusal(() => HuggingFaceCache.Find(_cache.Repository, null, _folder.FullPath)));
    }

    [Fact]
    public void A_reference_that_is_called_like_a_commit_is_refused_because_the_hubs_library_follows_it()
    {
        Assert.Equal(_cache.Snapshot, HuggingFaceCache.Find(_cache.Repository, HubCache.Commit, _folder.FullPath).ModelPath);
        _folder.Write("hub/models--org--name/refs/" + HubCache.Commit, new string('f', 40));
        Assert.All((string?[])[HubCache.Commit, null, "main"], revision => Assert.Equal("ReferenceInvalid", Refusal(() => HuggingFaceCache.Find(_cache.Repository, revision, _folder.FullPath))));
        Assert.Equal("ReferenceInvalid", Refusal(() => HuggingFaceCache.Find(_cache.Snapshot, null, _folder.FullPath)));
    }

    [Theory]
    [InlineData("../refs/main", "RevisionInvalid")]
    [InlineData("/etc/passwd", "RevisionInvalid")]
    [InlineData("v2", "RevisionNotFound")]
    [InlineData("refs/pr/1", null)]
    [InlineData("linked", "ReferenceInvalid")]
    [InlineData("linked-folder/main", "ReferenceInvalid")]
    public void A_revision_is_looked_up_below_refs_and_nowhere_else(string revision, string? error)
    {
        _folder.Write("hub/models--org--name/refs/refs/pr/1", HubCache.Commit);
        File.CreateSymbolicLink(_cache["refs/linked"], "main");
        Directory.CreateSymbolicLink(_cache["refs/linked-folder"], ".");
        if (error is null)
        {
            Assert.Equal(_cache.Snapshot, HuggingFaceCache.Find(_cache.Repository, revision, _folder.FullPath).ModelPath);
            return;
        }

        Assert.Equal(error, Refusal(() => HuggingFaceCache.Find(_cache.Repository, revision, _folder.FullPath)));
    }

    [Fact]
    public void A_folder_of_another_shape_is_not_the_cache()
    {
        Directory.CreateDirectory(_folder["models--org--name"]);
        foreach (string path in (string[])[_folder["models--org--name"], _folder["hub"], Path.Join(_cache.Snapshot, "onnx"), Path.Join(_cache.Snapshot, "config.json")])
        {
            Assert.Equal("StoreNotRecognised", Refusal(() => HuggingFaceCache.Find(path, null, _folder.FullPath)));
        }

        Assert.Equal("RevisionInvalid", Refusal(() => HuggingFaceCache.Find(_cache.Snapshot, "main", _folder.FullPath)));
        Assert.Equal("RevisionInvalid", Refusal(() => ModelStores.Open(null, _folder["hub"], "main", _folder.FullPath, allowSymlinks: false)));
        Assert.Equal("SymlinksOfStore", Refusal(() => ModelStores.Open("huggingface", _cache.Snapshot, null, _folder.FullPath, allowSymlinks: true)));
    }

    // The times of a store's files say when they were downloaded.
    [Fact]
    public void A_model_in_a_store_is_not_signed_with_the_digests_of_an_earlier_signature()
    {
        string manifest = _folder["earlier.jsonl"];
        SigningResult signed = Sign(_cache.Snapshot, change: request => request with { ManifestPath = manifest });
        byte[] before = File.ReadAllBytes(signed.SignaturePath);
        Assert.Equal("ReuseUnsupported", Refusal(() => Sign(
            _cache.Snapshot, force: true, change: request => request with { ManifestPath = manifest, Earlier = new(manifest, signed.SignaturePath) })));
        Assert.Equal(before, File.ReadAllBytes(signed.SignaturePath));
    }

    [Fact]
    public void Ignored_paths_and_unsigned_links_are_what_they_are_in_a_plain_folder()
    {
        _cache.Add(".gitattributes", "* -text");
        _cache.Add("cache/x", "x");
        Sign(_cache.Snapshot, change: request => request with { IgnorePaths = ["cache"] });
        Assert.Equal([".gitattributes", "cache"], Verify(_cache.Snapshot).UncheckedPaths);
        _cache.Add("evil.py", "x");
        Assert.Equal(["evil.py"], Verify(_cache.Snapshot).Difference.Extra);
        Assert.True(Verify(_cache.Snapshot, change: request => request with { IgnoreUnsignedFiles = true }).IsValid);
    }

    private ModelSource? Source(string path, string? revision, string? source) =>
        source is null ? null : ModelStores.Open(source, path, revision, _folder.FullPath, allowSymlinks: false);

    private SigningResult Sign(
        string path, string? source = "HuggingFace", bool force = false, Func<SigningRequest, SigningRequest>? change = null)
    {
        SigningRequest request = new()
        {
            ModelPath = path,
            Source = Source(path, null, source),
            CurrentDirectory = _folder.FullPath,
            Signer = new KeySigner(_key),
            Hashing = ModelFixture.Hashing,
            Force = force,
        };
        return ModelSigner.Sign(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    private VerificationResult Verify(
        string path, string? revision = null, string? source = "HuggingFace", Func<VerificationRequest, VerificationRequest>? change = null)
    {
        VerificationRequest request = new()
        {
            ModelPath = path,
            Source = Source(path, revision, source),
            CurrentDirectory = _folder.FullPath,
            Verifier = new KeyVerifier([_key.PublicKey]),
            Hashing = ModelFixture.Hashing,
        };
        return ModelVerifier.Verify(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    private static string Refusal(Action action) => Assert.Throws<ModelSigningException>(action).Definition.Id;
}
