using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tracing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Signing;

/// <summary>Signs models (OMS v1.0, section 6), one step after the other.</summary>
public static class ModelSigner
{
    // Fewer are looked through sooner than a thread is found for it.
    private const int ManyFiles = 10_000;

    /// <summary>
    /// Signs a model: finds its files, hashes them, has the statement signed, writes the bundle. Whatever goes wrong, and whenever the
    /// process ends, the signature's path has what it had before.
    /// </summary>
    /// <param name="request">What to sign, and how.</param>
    /// <param name="cancellationToken">Ends the work; nothing is written then.</param>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="ModelErrors"/>, <see cref="SigningErrors"/>, <see cref="FileErrors"/>,
    /// <see cref="HashingErrors"/>, or what the signer says.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SigningResult Sign(SigningRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Signer is null)
        {
            throw new ArgumentException("A model is signed by a signer.", nameof(request));
        }

        return Traces.Run("Sign", () => Attributes(request), () => SignModel(request, cancellationToken));
    }

    /// <summary>Signs a manifest that was made elsewhere or before. No file of the model is read: the manifest is trusted as it is.</summary>
    /// <param name="request">How to sign; its model's path is the manifest's file, and how it says to hash plays no part.</param>
    /// <param name="file">The manifest, whole.</param>
    /// <inheritdoc cref="Sign"/>
    /// <param name="cancellationToken">Ends the work; nothing is written then.</param>
    public static SigningResult SignManifest(SigningRequest request, ManifestFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(file);
        if (request.Signer is null || file.Part.Count > 1)
        {
            throw new ArgumentException("A whole manifest is signed by a signer.", nameof(request));
        }

        string signaturePath = SignaturePath(request);
        ModelLocation location = ModelLocation.Find(request.ModelPath, request.CurrentDirectory, allowSymlinks: true, request.Rules);
        CheckReplaced(location, signaturePath, request.Force);
        Manifest manifest = file.Manifest;
        if (manifest.Resources.Count == 0)
        {
            throw ModelErrors.ModelEmpty.At($"The manifest '{location.ModelPath}' lists no file.", location.ModelPath);
        }

        CheckLength(manifest.Resources.Select(resource => resource.Name), manifest.ModelName, manifest.Serialization, request, location.ModelPath);
        Bundle bundle = request.Signer.Sign(ModelStatementWriter.Write(manifest, request.SizedShardLabels), cancellationToken);
        SignatureWriter.Write(signaturePath, bundle, request.Force, location.ModelPath, cancellationToken);
        return new()
        {
            Source = "Manifest",
            ModelPath = location.ModelPath,
            SignaturePath = signaturePath,
            Method = bundle.VerificationMaterial.ClaimedMethod,
            Manifest = manifest,
            RootDigest = manifest.ComputeRootDigest(),
            FileCount = manifest.Serialization.ShardSize is null ? manifest.Resources.Count
                : manifest.Resources.Select(resource => resource.Name[..resource.Name.LastIndexOf(':', resource.Name.LastIndexOf(':') - 1)]).Distinct(StringComparer.Ordinal).Count(),
            ByteCount = file.Lengths.Sum(),
            Warnings = ManifestImport.PrefixNote(location.ModelPath, file) is { } note ? [note] : [],
        };
    }

    private static SigningResult SignModel(SigningRequest request, CancellationToken cancellationToken)
    {
        string signaturePath = SignaturePath(request);
        ModelLocation location = ModelLocation.Find(request.ModelPath, request.CurrentDirectory, request.AllowSymlinks, request.Rules);
        CheckReplaced(location, signaturePath, request.Force);
        AtomicFile.RemoveLeftovers(Path.GetDirectoryName(signaturePath)!);
        ModelFiles files = FindFiles(request, signaturePath, cancellationToken);
        CheckLength(
            request.ShardSize is null ? files.Files.Select(file => file.Name) : HashPlan.For(files.Files, request.ShardSize).Names,
            files.ModelName,
            new() { HashType = request.HashType, ShardSize = request.ShardSize, IgnorePaths = files.IgnorePaths },
            request,
            files.ModelPath);
        // In a folder an empty file can come and go beside shards; an empty blob is a layer like any other.
        if (request.ShardSize is not null && files.Files.Where(one => one.Length == 0).Select(one => one.Name).FirstOrDefault(one => files.Content.StoredAs(one) is not null) is { } empty)
        {
            throw SigningErrors.EmptyBlobUncovered.At($"'{empty}' in '{files.ModelPath}' is empty, and a signature with shards does not cover it.", files.ModelPath);
        }

        (Manifest manifest, ManifestFile? file, IReadOnlyList<string> reused) = HashFiles(request, files, cancellationToken);
        Task<string[]> notes = FindNotes(request, files, signaturePath, cancellationToken);
        Bundle bundle;
        try
        {
            bundle = request.Signer!.Sign(ModelStatementWriter.Write(manifest, request.SizedShardLabels), cancellationToken);
            if (file is not null && request.ManifestPath is { } manifestPath)
            {
                _ = notes.GetAwaiter().GetResult();
                ManifestFileWriter.Write(manifestPath, file, request.Force ? null : ManifestFileErrors.ManifestFileExists);
            }

            SignatureWriter.Write(signaturePath, bundle, request.Force, files.ModelPath, cancellationToken, ready: () => _ = notes.GetAwaiter().GetResult());
        }
        finally
        {
            // Nothing goes on when this has ended, whatever it ended with.
            Task.WaitAny([notes], CancellationToken.None);
        }

        return new()
        {
            ModelPath = files.ModelPath,
            Source = Source(request).Kind,
            SignaturePath = signaturePath,
            Method = bundle.VerificationMaterial.ClaimedMethod,
            Manifest = manifest,
            RootDigest = manifest.ComputeRootDigest(),
            FileCount = files.Files.Count,
            ByteCount = files.Files.Sum(file => file.Length),
            ReusedFiles = reused,
            Warnings = [.. files.Warnings, .. notes.GetAwaiter().GetResult()],
        };
    }

    private static (Manifest Manifest, ManifestFile? File, IReadOnlyList<string> Reused) HashFiles(SigningRequest request, ModelFiles files, CancellationToken cancellationToken)
    {
        if (request.Earlier is null && request.ManifestPath is null)
        {
            return (ModelHasher.Hash(files, request.HashType, request.ShardSize, request.AllowSymlinks, request.Hashing, cancellationToken), null, []);
        }

        Serialization serialization = new() { HashType = request.HashType, ShardSize = request.ShardSize, AllowSymlinks = request.AllowSymlinks };
        if (request.Earlier is not null && files.IsOfStore)
        {
            throw SigningErrors.ReuseUnsupported.At($"The model '{files.ModelPath}' is in a store.", files.ModelPath);
        }

        EarlierManifest? earlier = request.Earlier?.Read(request.Signer!, files.ModelName, serialization, cancellationToken);
        (ManifestFile file, IReadOnlyList<string> reused) = ManifestHasher.Hash(
            files, serialization, ManifestPart.Whole, Environment.MachineName, request.Hashing, earlier, request.Clock, cancellationToken);
        return (file.Manifest, file, reused);
    }

    // Looking through a million names takes as long as writing them down, and either keeps one thread busy. What is found is asked for before anything gets its name.
    private static Task<string[]> FindNotes(SigningRequest request, ModelFiles files, string signaturePath, CancellationToken cancellationToken)
    {
        return files.Files.Count < ManyFiles ? Task.FromResult(Find()) : Task.Run(Find, CancellationToken.None);

        string[] Find()
        {
            request.Hashed?.Invoke(cancellationToken);
            return [.. Notes(files, Source(request).Kind, request.ShardSize, cancellationToken), .. NotesOnNames(files, signaturePath)];
        }
    }

    private static ModelSource Source(SigningRequest request) => request.Source ?? ModelSource.Plain(request.ModelPath, request.CurrentDirectory);

    private static IEnumerable<KeyValuePair<string, object?>> Attributes(SigningRequest request) =>
    [
        new("model_signing.method", request.Signer!.Method),
        new("model_signing.model_path", request.ModelPath),
        new("model_signing.signature", request.SignaturePath),
        new("model_signing.allow_symlinks", request.AllowSymlinks),
        new("model_signing.ignore_git_paths", request.IgnoreGitPaths),
    ];

    private static string SignaturePath(SigningRequest request)
    {
        string path = request.SignaturePath is { } given
            ? SignatureLocation.FullPath(given, request.CurrentDirectory)
            : SignatureLocation.Default(request.ModelPath, request.CurrentDirectory);

        // A link or a folder link on the way would make the signature a file of the model under another name.
        return ResolvedPath.OfParent(path);
    }

    /// <summary>
    /// Checks where the signature of a model goes before anything is asked of a person: what <see cref="Sign"/> would refuse, and that none of the
    /// files that are read for signing would be overwritten.
    /// </summary>
    /// <param name="request">What to sign. Its signer is not used.</param>
    /// <param name="inputs">The full paths of the files that the signer is made from, such as the key's and the certificate's.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ModelErrors"/>, <see cref="SigningErrors"/>, <see cref="FileErrors"/>.</exception>
    public static void CheckSignaturePath(SigningRequest request, IReadOnlyList<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(inputs);
        string signaturePath = SignaturePath(request);
        ModelLocation location = ModelLocation.Find(request.ModelPath, request.CurrentDirectory, request.AllowSymlinks, request.Rules);
        if (inputs.FirstOrDefault(input => SignatureWriter.IsSameFile(signaturePath, ResolvedPath.OfParent(input), request.Rules)
            || SignatureWriter.IsSameFile(signaturePath, ResolvedPath.Of(input), request.Rules)) is { } replaced)
        {
            throw SigningErrors.SignatureReplacesInput.At($"The signature would be written to '{signaturePath}', which is an input of the command.", replaced);
        }

        CheckReplaced(location, signaturePath, request.Force);
    }

    private static void CheckReplaced(ModelLocation location, string signaturePath, bool force)
    {
        string? name = location.RelativeName(signaturePath);
        if (location.FileName is not null && name == location.FileName)
        {
            throw SigningErrors.SignatureIsModel.At($"The signature's path '{signaturePath}' is the model itself.", signaturePath);
        }

        // A damaged signature must be replaceable. In a folder that is signed any other name may be a file of the model.
        bool isSignature = location.FileName is null && name is not null
            ? name == SignatureLocation.DefaultName
            : signaturePath.EndsWith(".sig", StringComparison.OrdinalIgnoreCase);
        SignatureWriter.CheckWritable(signaturePath, force, isSignature);
    }

    private static ModelFiles FindFiles(SigningRequest request, string signaturePath, CancellationToken cancellationToken)
    {
        return Source(request).Find(
            new ModelFilesOptions
            {
                CurrentDirectory = request.CurrentDirectory,
                IgnorePaths = request.IgnorePaths,
                IgnoreGitPaths = request.IgnoreGitPaths,
                AllowSymlinks = request.AllowSymlinks,
                SignaturePath = signaturePath,
                SkipPartialFiles = true,
                Rules = request.Rules,
                Reading = new() { HashType = request.HashType, ShardSize = request.ShardSize },
                Progress = request.Hashing.Progress,
                Hashing = request.Hashing,
            },
            cancellationToken);
    }

    // What the signer may not have meant, and what nobody will notice.
    private static IReadOnlyList<string> Notes(ModelFiles files, string source, long? shardSize, CancellationToken cancellationToken)
    {
        WarningList notes = new();
        if (source == ModelSource.PlainKind && Bookkeeping.StoreOf(files.Files.Select(file => file.Name)) is var (store, parameters))
        {
            notes.Add($"'{files.ModelPath}' is {store}, and was signed as a folder of blobs. Use {parameters} to sign the files of a model in it.");
        }

        foreach (string pointer in LfsPointers.OfClone(files, cancellationToken))
        {
            notes.Add($"'{pointer}' is only a pointer of git LFS, and was signed as it is. Use 'git lfs pull' to fetch the file, and sign again.");
        }

        foreach ((string path, string program) in Bookkeeping.Among(files.Files.Select(file => file.Name)))
        {
            notes.Add($"'{path}' was signed, but {program} may change it at any time. Use -IgnorePath {QuotedText.Of(path)} to exclude it.");
        }

        foreach (ModelFile empty in files.Files.Where(file => shardSize is not null && file.Length == 0))
        {
            notes.Add($"'{empty.Name}' is empty, and a signature with shards does not cover empty files. Sign without -ShardSize to cover it.");
        }

        return notes.Sentences;
    }

    // A verifier knows the signature's place among the ignored paths by its name alone.
    private static IReadOnlyList<string> NotesOnNames(ModelFiles files, string signaturePath)
    {
        WarningList notes = new();
        if (files.Location.RelativeName(signaturePath) is { } name && files.IgnorePaths.Contains(name) && !IgnoreList.IsSignatureName(name))
        {
            notes.Add($"The name of the signature '{name}' does not end in .sig or .json. If somebody moves it, verifiers take a folder in its place for one that you excluded. "
                + "Specify another name with -SignaturePath.");
        }

        IEnumerable<string> folders = files.LeftOut.Where(path => Directory.Exists(Path.Join(files.Directory, path)))
            .Concat(files.LeftOutFiles.Where(left => left.File.Name != left.Entry).Select(left => left.Entry)).Distinct(StringComparer.Ordinal);
        foreach (string folder in folders.Where(IgnoreList.IsSignatureName))
        {
            notes.Add($"The folder '{folder}' was excluded, but verifiers count its files as unsigned, because signatures have such names. Rename it, or use -IgnorePath {QuotedText.Of(folder)} on verification too.");
        }

        return notes.Sentences;
    }

    private static void CheckLength(IEnumerable<string> names, string modelName, Serialization serialization, SigningRequest request, string modelPath) =>
        SignatureWriter.CheckLength(
            ModelStatementWriter.LengthOfOther(modelName, serialization.IgnorePaths)
            + ModelStatementWriter.LengthOfResources(names, serialization.HashType, ModelStatementWriter.Label(serialization, request.SizedShardLabels).Length),
            request.Signer, modelPath);
}
