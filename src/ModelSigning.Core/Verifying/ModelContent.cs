using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>What of a model is there, and what of the statement it must be. Nothing is hashed yet.</summary>
internal sealed record ModelContent
{
    /// <summary>Opens the files.</summary>
    public required HashSource Source { get; init; }

    /// <summary>The resources that must be there, sorted.</summary>
    public required IReadOnlyList<Resource> Expected { get; init; }

    /// <summary>The signed files that are there, sorted.</summary>
    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>What is there, was not signed, and nothing excuses.</summary>
    public required IReadOnlyList<string> Unsigned { get; init; }

    /// <inheritdoc cref="VerificationResult.UncheckedPaths"/>
    public required IReadOnlyList<string> UncheckedPaths { get; init; }

    /// <inheritdoc cref="VerificationResult.UncheckedFiles"/>
    public IReadOnlyList<string>? UncheckedFiles { get; init; }

    /// <inheritdoc cref="VerificationResult.Scope"/>
    public VerificationScope Scope { get; init; }

    /// <inheritdoc cref="VerificationResult.CheckedFiles"/>
    public IReadOnlyList<string> CheckedFiles { get; init; } = [];

    /// <inheritdoc cref="VerificationResult.IsListed"/>
    public bool IsListed { get; init; } = true;

    /// <summary>Looks at a folder.</summary>
    /// <exception cref="Errors.ModelSigningException">The folder cannot be listed, or has what no model may have.</exception>
    public static ModelContent OfFolder(
        ModelLocation location, ModelSource source, VerificationRequest request, string signaturePath, VerifiedManifest statement, List<string> warnings,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<Resource> expected = ExpectedResources.Of(statement.Manifest, location);
        string[] listed = ExpectedResources.FileNames(statement.Manifest, location.FileName);
        IncludedFiles? included = IncludedFiles.Of(request.IncludePaths, request.Rules.IsWindows);
        string[] wanted = included?.Among(listed, signaturePath) ?? listed;
        if (included is not null && new SignedFolder(location.ModelPath, signaturePath, request.Rules).Doubt(statement.Manifest, listed, wanted, cancellationToken) is { } doubt)
        {
            throw VerifyingErrors.FileAmbiguous.At($"'{location.ModelPath}' can be another folder than the signed one: {doubt}.", location.ModelPath, cure: "Verify the folder that was signed, with -Include and the files' paths in it, or all of this folder.");
        }

        bool allowSymlinks = statement.Serialization.AllowSymlinks && !request.ForbidSymlinks;
        ModelFilesOptions options = source.Adapt(Options(request, signaturePath, statement, allowSymlinks));
        ModelFiles found = included?.AreNamesOf(listed) == true ? ModelFiles.Unlisted(location, options) : source.Find(options, cancellationToken);
        warnings.AddRange(found.Warnings);
        Note(found.LeftOutBySigner.Where(IsUnsigned), warnings, name =>
            $"The signer excluded '{name}' from the signature, so its unsigned files were not checked. Delete it unless you trust its origin.");
        Note(found.FolderLinks.Where(IsUnsigned), warnings, name =>
            $"The symbolic link '{name}' leads to a folder or forms a loop. Its target was not checked.");

        IReadOnlyList<ModelFile> candidates = included is null ? found.Files : [.. found.Files.Where(file => included.Covers(file.Name))];
        expected = included is null ? expected : ExpectedResources.OfFiles(wanted, expected, statement.Manifest);
        List<ModelFile> signed = Match(candidates, location, wanted, options, out List<ModelFile> others, warnings, cancellationToken);
        // Also those that were looked up by their names, because nothing was listed or a list leaves them out.
        source.RequireFound(signed);
        ExpectedResources.Shorten(signed, expected, statement.Serialization.ShardSize);

        // Empty files have no shards, so that a statement in shards neither has nor lacks them. One elsewhere, to which a link leads, need not stay empty.
        ILookup<bool, string> unsigned = others.ToLookup(
            file => (request.IgnoreUnsignedFiles && included?.IsName(file.Name) != true) || (statement.Serialization.ShardSize is not null && file.Length == 0 && found.Content.IsEmpty(file.Name)
                && (options.StoreLinks is not null || !ModelLink.LeadsOutside(location, file.Name))), file => file.Name);
        string[] uncheckedPaths = [.. Rest(included), .. unsigned[true], .. found.LeftOut.Where(IsUnsigned), .. found.Unnamed.Where(name => included?.MayCoverUnnamed(name) != false)];
        Array.Sort(uncheckedPaths, ResourceNameComparer.Instance);
        return new()
        {
            Source = found.Content,
            Expected = expected,
            Files = signed,
            Unsigned = [.. unsigned[false], .. found.FolderLinks.Where(IsUnsigned)],
            UncheckedPaths = uncheckedPaths,
            CheckedFiles = included is null ? [] : wanted,
            Scope = included is null ? VerificationScope.Whole : VerificationScope.Partial,
        };

        // Nobody looked into these entries, so that what is selected can be in them.
        bool IsUnsigned(string name) => Array.BinarySearch(listed, name, ResourceNameComparer.Instance) < 0 && included?.MayCoverIn(name) != false;
    }

    /// <summary>Looks at a model in a store, which lists all its files. What was signed is compared, also where a list leaves it out.</summary>
    /// <exception cref="Errors.ModelSigningException">The store is damaged.</exception>
    public static ModelContent OfStore(
        ModelSource source, VerificationRequest request, string signaturePath, VerifiedManifest statement, List<string> warnings,
        CancellationToken cancellationToken)
    {
        ModelLocation location = new(source.ModelPath, source.ModelPath, null, request.Rules);
        IReadOnlyList<Resource> expected = ExpectedResources.Of(statement.Manifest, location);
        string[] listed = ExpectedResources.FileNames(statement.Manifest, null);
        IncludedFiles? included = IncludedFiles.Of(request.IncludePaths, request.Rules.IsWindows);
        string[] wanted = included?.Among(listed, signaturePath) ?? listed;
        expected = included is null ? expected : ExpectedResources.OfFiles(wanted, expected, statement.Manifest);
        ModelFiles found = source.Find(Options(request, signaturePath, statement, allowSymlinks: false) with { Reading = statement.Serialization, Progress = request.Hashing.Progress }, cancellationToken);
        warnings.AddRange(found.Warnings);
        List<ModelFile> signed = [.. found.Files.Concat(found.LeftOutFiles.Select(left => left.File)).Where(file => IsListed(file.Name) && IsWanted(file.Name))];
        signed.Sort(static (a, b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name));
        ExpectedResources.Shorten(signed, expected, statement.Serialization.ShardSize);
        string[] leftOut = [.. found.LeftOutFiles.Where(left => !IsListed(left.File.Name) && IsWanted(left.File.Name)).Select(left => left.Entry).Distinct(StringComparer.Ordinal)];
        Note(found.LeftOutBySigner.Intersect(leftOut), warnings, name =>
            $"The signer excluded '{name}' from the signature; it was not checked, except files in it that are signed. Do not use it unless you know its origin.");
        Lazy<bool> hasAliases = new(() => listed.Any(ResourceName.MayBeAlias));
        ILookup<bool, string> others = found.Files.Where(file => !IsListed(file.Name) && (source.AddedFilesReplace || IsWanted(file.Name)) && !IsSignature(file, found, signaturePath, statement.Serialization, cancellationToken))
            .ToLookup(file => (request.IgnoreUnsignedFiles && !source.AddedFilesReplace && included?.IsName(file.Name) != true) || IsEmptyInLayer(file), file => file.Name);
        string[] uncheckedPaths = [.. Rest(included), .. others[true], .. leftOut];
        Array.Sort(uncheckedPaths, ResourceNameComparer.Instance);
        return new()
        {
            Source = found.Content,
            Expected = expected,
            Files = signed,
            Unsigned = [.. others[false]],
            UncheckedPaths = uncheckedPaths,
            UncheckedFiles = [.. found.LeftOutFiles.Select(left => left.File.Name).Where(name => !IsListed(name)), .. others[true]],
            CheckedFiles = included is null ? [] : wanted,
            Scope = included is null ? VerificationScope.Whole : VerificationScope.Partial,
        };

        bool IsListed(string name) => Array.BinarySearch(listed, name, ResourceNameComparer.Instance) >= 0;
        bool IsWanted(string name) => included?.Covers(name) != false;

        // An empty blob is not nothing to programs that take blobs by their types; nor is an empty file where it replaces another one when it is unpacked: one of the two names may be an alias.
        bool IsEmptyInLayer(ModelFile file) => statement.Serialization.ShardSize is not null && file.Length == 0 && !hasAliases.Value && !ResourceName.MayBeAlias(file.Name) && !(source.AddedFilesReplace && RoleNames.Fits(file.Name)) && found.Content.StoredAs(file.Name) is null && found.Content.IsEmpty(file.Name);
    }

    // The signature that was packed with its model, as a blob of its own or in a layer: the very bytes that are verified, because a file with any others may be something else to another program. Not
    // under a name that a model's file can have either: a bundle has texts that nobody signed (a key's hint), which may be a template.
    private static bool IsSignature(ModelFile file, ModelFiles found, string signaturePath, Serialization serialization, CancellationToken cancellationToken)
    {
        if (IgnoreList.IsModelFileName(file.Name) || !(file.Name == SignatureLocation.DefaultName || serialization.IgnorePaths.Contains(file.Name, StringComparer.Ordinal)) || new FileInfo(signaturePath).Length != file.Length)
        {
            return false;
        }

        if (found.Content.StoredAs(file.Name) is null)
        {
            // It was hashed when it was read, and has no place to be read from again.
            string full = Path.GetFullPath(signaturePath);
            HashPlan packed = HashPlan.For([file], serialization.ShardSize), own = HashPlan.For([new(Path.GetFileName(full), file.Length)], serialization.ShardSize);
            Resource[] hashed = own.Hash(serialization.HashType, HashSource.Folder(Path.GetDirectoryName(full)!), new() { Device = new CpuHashDevice(), Threads = 1 }, cancellationToken);
            return hashed.Index().All(one => found.Content.DigestOf(packed.Items[one.Index]) is { } digest && digest.Span.SequenceEqual(one.Item.Digest.Span));
        }

        using FileReader stored = found.Content.Open(file.Name, file.Length);
        using FileReader signature = FileReader.Open(signaturePath, file.Length, followLinks: true);
        byte[] one = new byte[64 * 1024], other = new byte[one.Length];
        for (long at = 0; at < file.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = stored.Read(one.AsSpan(0, (int)Math.Min(one.Length, file.Length - at)), at), same = 0;
            while (same < count && signature.Read(other.AsSpan(same, count - same), at + same) is > 0 and int read)
            {
                same += read;
            }

            if (count == 0 || same != count || !one.AsSpan(0, count).SequenceEqual(other.AsSpan(0, count)))
            {
                return false;
            }

            at += count;
        }

        return true;
    }

    /// <summary>Looks at a single file. Whatever the caller tolerates, the file itself must be signed.</summary>
    /// <exception cref="Errors.ModelSigningException">The file is a link that is not allowed, or is not a file.</exception>
    public static ModelContent OfFile(
        SingleFile file, ModelLocation location, VerifiedManifest statement, string signaturePath, bool allowSymlinks, List<string> warnings, CancellationToken cancellationToken)
    {
        ModelLocation named = ExpectedResources.IsSingleFile(statement.Manifest) ? location : new(location.ModelPath, file.Folder, file.Name, location.Rules);
        string name = named.FileName!;
        IReadOnlyList<Resource> expected = ExpectedResources.Of(statement.Manifest, named);
        string[] listed = ExpectedResources.FileNames(statement.Manifest, name);
        bool isListed = listed.Contains(name, StringComparer.Ordinal);
        if (!ExpectedResources.IsSingleFile(statement.Manifest) && file.Doubt(statement.Manifest, listed, signaturePath, location.Rules, cancellationToken) is { } doubt)
        {
            throw VerifyingErrors.FileAmbiguous.At($"'{location.ModelPath}' can be another file than '{name}' of the signed model: {doubt}.", location.ModelPath);
        }

        bool isWhole = listed.Length == 1;
        ModelFilesOptions options = new() { CurrentDirectory = named.Directory, AllowSymlinks = allowSymlinks };
        List<ModelFile> signed = isListed ? Match([], named, [name], options, out _, warnings, cancellationToken) : [];
        ExpectedResources.Shorten(signed, expected, statement.Serialization.ShardSize);
        return new()
        {
            Source = HashSource.Folder(named.Directory, allowSymlinks),
            Expected = isWhole ? expected : ExpectedResources.OfFiles([name], expected, statement.Manifest),
            Files = signed,
            Unsigned = isListed ? [] : [name],
            UncheckedPaths = isWhole ? [] : [ResourceName.SingleFile],
            Scope = isWhole ? VerificationScope.Whole : VerificationScope.Partial,
            CheckedFiles = isWhole ? [] : [name],
            IsListed = isListed,
        };
    }

    // What stands for everything that was not asked about.
    private static string[] Rest(IncludedFiles? included) => included is null ? [] : [ResourceName.SingleFile];

    // What git keeps is excused by the signer's list too, unless the caller wants to see it.
    private static ModelFilesOptions Options(VerificationRequest request, string signaturePath, VerifiedManifest statement, bool allowSymlinks) => new()
    {
        CurrentDirectory = request.CurrentDirectory,
        IgnorePaths = request.IgnorePaths,
        IgnoreGitPaths = request.IgnoreGitPaths,
        AllowSymlinks = allowSymlinks,
        DenySymlinks = request.ForbidSymlinks,
        SignaturePath = signaturePath,
        Rules = request.Rules,
        Uncovered = request.IgnoreUnsignedFiles ? UncoveredEntries.LeaveOut : UncoveredEntries.Report,
        RecordedIgnorePaths = statement.Serialization.IgnorePaths,
        Hashing = request.Hashing,
    };

    // Every signed file that is there.
    private static List<ModelFile> Match(
        IReadOnlyList<ModelFile> found, ModelLocation location, string[] listed, ModelFilesOptions options, out List<ModelFile> others, List<string> warnings,
        CancellationToken cancellationToken)
    {
        WarningList links = new();
        ListedFiles signed = new(location, options.AllowSymlinks, links, ModelLocation.StatusOf, options.StoreLinks);
        List<ModelFile> all = signed.Match(found, listed, out others, cancellationToken);
        warnings.AddRange(links.Sentences);
        return all;
    }

    private static void Note(IEnumerable<string> names, List<string> warnings, Func<string, string> sentence)
    {
        WarningList noted = new();
        foreach (string name in names)
        {
            noted.Add(sentence(name));
        }

        warnings.AddRange(noted.Sentences);
    }
}
