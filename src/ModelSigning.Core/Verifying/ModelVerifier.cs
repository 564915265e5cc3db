using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Verifying;

/// <summary>Verifies models (OMS v1.0, section 7), one step after the other.</summary>
public static class ModelVerifier
{
    private const int LargeStatement = 16 * 1024 * 1024;

    /// <summary>
    /// Verifies a model: reads the bundle, verifies the signature and the statement, and only then reads the model, hashes what
    /// was signed, and collects every difference.
    /// </summary>
    /// <param name="request">What to verify, and against what.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>
    /// The verdict: <see cref="VerificationResult.IsValid"/> says whether the model is what was signed. The signature holds in any case.
    /// </returns>
    /// <exception cref="ModelSigningException">
    /// The signature does not hold or is refused, or the model cannot be read: one of <see cref="BundleErrors"/>,
    /// <see cref="VerifyingErrors"/>, <see cref="StatementErrors"/>, <see cref="ModelErrors"/>, <see cref="Hashing.HashingErrors"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VerificationResult Verify(VerificationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return Traces.Run("Verify", () => Attributes(request), () => VerifyModel(request, cancellationToken));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == ModelErrors.SymlinkRefused)
        {
            throw RefusedLinks.Of(refusal, request);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Attributes(VerificationRequest request) =>
    [
        new("model_signing.model_path", request.ModelPath),
        new("model_signing.signature", request.SignaturePath),
        new("model_signing.ignore_git_paths", request.IgnoreGitPaths),
        new("model_signing.ignore_unsigned_files", request.IgnoreUnsignedFiles),
    ];

    private static VerificationResult VerifyModel(VerificationRequest request, CancellationToken cancellationToken)
    {
        ModelSource source = request.Source ?? ModelSource.Plain(request.ModelPath, request.CurrentDirectory);
        string modelPath = source.ModelPath;
        string signaturePath = request.SignaturePath is { } given
            ? SignatureLocation.FullPath(given, request.CurrentDirectory)
            : SignatureLocation.Find(modelPath, request.CurrentDirectory);
        ReadSignature read = Read(request, source, signaturePath, cancellationToken);
        (VerifiedManifest statement, SignatureVerifier verifier, SingleFile? file) = (read.Statement, read.Verifier, read.File);
        if (read.TextLength > LargeStatement)
        {
            // The statement's text is needed no more, and would stay beside all that follows until something started a full collection, and its memory with the process after that.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        bool allowSymlinks = statement.Serialization.AllowSymlinks && !request.ForbidSymlinks;
        Traces.Tag("model_signing.method", statement.Evidence.Method.ToString().ToLowerInvariant());
        Traces.Tag("model_signing.allow_symlinks", allowSymlinks);
        List<string> warnings = [.. statement.Evidence.Warnings, .. statement.Statement.Warnings];
        if (statement.Statement.IsDigests)
        {
            warnings.Add("The signature is from model-signing 0.2.0 for Python, which had no root digest. Ask the signer to sign the model again.");
        }

        ModelLocation location = ModelLocation.Find(modelPath, request.CurrentDirectory, allowSymlinks && !source.IsStore, request.Rules);
        ModelContent content = source.IsStore ? ModelContent.OfStore(source, request, signaturePath, statement, warnings, cancellationToken)
            : file is null
            ? ModelContent.OfFolder(location, source, request, signaturePath, statement, warnings, cancellationToken)
            : ModelContent.OfFile(file, location, statement, signaturePath, allowSymlinks, warnings, cancellationToken);
        verifier.RequireCoverage(content.Scope, VerificationBasis.Files);
        HashPlan plan = HashPlan.For(content.Files, statement.Serialization.ShardSize);
        HashPlan signed = plan.Only(content.Expected);
        ContentCapture? capture = verifier.DemandsContent ? new() { KeepsEverything = true } : null;
        HashSettings hashing = capture is null ? request.Hashing : request.Hashing with { Observer = new ObserverPair(capture, request.Hashing.Observer) };
        Resource[] hashed = signed.Hash(statement.Serialization.HashType, content.Source, hashing, cancellationToken);
        ManifestDifference difference = ManifestDifference.Between(content.Expected, plan.With(hashed)).WithExtra(content.Unsigned);
        NoteUnfinishedSignatures(difference, warnings);
        VerificationResult result = new()
        {
            ModelPath = location.ModelPath,
            SignaturePath = signaturePath,
            SignatureDigest = read.Digest,
            Source = source.Kind,
            Revision = source.Revision,
            StoredAs = difference.Mismatched.Select(changed => (changed.Name, Place: content.Source.StoredAs(changed.Name)))
                .Where(changed => changed.Place is not null).ToDictionary(changed => changed.Name, changed => changed.Place!, StringComparer.Ordinal),
            Statement = statement,
            Difference = difference,
            Scope = content.Scope,
            CheckedFiles = content.CheckedFiles,
            IsListed = content.IsListed,
            Verifier = verifier,
            LineEndsOnly = statement.Serialization.ShardSize is null
                ? LineEnds.OnlyDifferenceOf(difference.Mismatched, statement.Serialization.HashType, content.Source, cancellationToken) : [],
            LfsPointers = statement.Serialization.ShardSize is null
                ? LfsPointers.Among(difference.Mismatched, content.Source, cancellationToken) : [],
            FileCount = statement.Serialization.ShardSize is null ? signed.Items.Count : signed.Items.Select(item => item.Name).Distinct(StringComparer.Ordinal).Count(),
            ByteCount = signed.Items.Sum(item => item.Length),
            UncheckedPaths = content.UncheckedPaths,
            UncheckedFiles = content.UncheckedFiles,
            Warnings = warnings,
        };
        if (result.IsValid)
        {
            ModelInspection? inspection = capture is null ? null : ModelInspection.OfAll(capture, Lengths(signed), cancellationToken);
            warnings.AddRange(verifier.Conclude(result, inspection, request, cancellationToken));
        }

        return result;
    }

    private static Dictionary<string, long> Lengths(HashPlan plan)
    {
        Dictionary<string, long> lengths = new(StringComparer.Ordinal);
        foreach (HashItem item in plan.Items)
        {
            lengths[item.Name] = Math.Max(lengths.GetValueOrDefault(item.Name), item.Offset + item.Length);
        }

        return lengths;
    }

    private static ReadSignature Read(VerificationRequest request, ModelSource source, string signaturePath, CancellationToken cancellationToken)
    {
        string modelPath = source.ModelPath;
        Bundle bundle = BundleReader.Read(source.SignatureFile(signaturePath, request.ForbidSymlinks, request.Rules), cancellationToken);
        SingleFile? file = source.IsStore ? null : SingleFile.Of(modelPath, signaturePath, request.Rules);
        if (file is not null && request.IncludePaths.Count > 0)
        {
            throw VerifyingErrors.IncludeNeedsFolder.At($"'{modelPath}' is a file, so -Include cannot select files of it.", modelPath);
        }

        (VerifiedManifest statement, SignatureVerifier verifier) = VerifySignature(
            request, bundle, modelPath, file, SignatureLocation.NameIn(file?.Folder ?? modelPath, signaturePath, request.CurrentDirectory, request.Rules), cancellationToken);
        return new(statement, verifier, file, bundle.FileDigest, bundle.DsseEnvelope!.Payload.Length);
    }

    // Whether a single file is a model of its own, and so which of two verifiers decides, is written in the statement, which is read only when
    // one of them has found the signature good.
    private static (VerifiedManifest Statement, SignatureVerifier Verifier) VerifySignature(
        VerificationRequest request, Bundle bundle, string modelPath, SingleFile? file, string? signatureName, CancellationToken cancellationToken)
    {
        if (file is null || request.FolderVerifier is not { } verifierFor)
        {
            // A store that is a file lies in folders, too.
            SignatureVerifier own = request.Source?.IsStore == true && FileStatus.Behind(modelPath).Kind == Files.FileKind.File ? request.FirstVerifier(request.Verifier, modelPath) : request.Verifier;
            return (own.VerifyModel(bundle, signatureName, cancellationToken), own);
        }

        SignatureVerifier ofFolder = verifierFor(file.Folder);
        (VerifiedManifest? asFile, ModelSigningException? refusedFile) = Try(request.Verifier, bundle, signatureName, cancellationToken);
        (VerifiedManifest? asFolder, ModelSigningException? refusedFolder) = Try(ofFolder, bundle, signatureName, cancellationToken);
        // The statement is its signer's: by one more file in it, a signature in the place of the file's own must not come under a later rule of the folder.
        bool isForFile = ((asFile ?? asFolder) is { } statement ? file.IsModelOf(statement.Manifest, request.Rules) : file.HasSignatureOfItsOwn)
            || (file.HasSignatureOfItsOwn && request.Verifier.ComesBefore(ofFolder));

        // Whatever the signature is called and lists.
        SignatureVerifier first = request.FirstVerifier(request.FirstVerifier(isForFile ? request.Verifier : ofFolder, modelPath), Path.Join(file.Folder, Path.GetFileName(modelPath)));
        return first == request.Verifier ? (asFile ?? throw refusedFile!, first)
            : first == ofFolder ? (asFolder ?? throw refusedFolder!, first)
            : (first.VerifyModel(bundle, signatureName, cancellationToken), first);
    }

    private static (VerifiedManifest? Statement, ModelSigningException? Refusal) Try(
        SignatureVerifier verifier, Bundle bundle, string? signatureName, CancellationToken cancellationToken)
    {
        try
        {
            return (verifier.VerifyModel(bundle, signatureName, cancellationToken), null);
        }
        catch (ModelSigningException refusal)
        {
            return (null, refusal);
        }
    }

    private static void NoteUnfinishedSignatures(ManifestDifference difference, List<string> warnings)
    {
        foreach (string name in difference.Extra.Where(name => AtomicFile.IsPartial(Path.GetFileName(name.AsSpan()))))
        {
            warnings.Add($"'{name}' is left over from an interrupted signing. Delete it.");
        }
    }

    // What is left of a bundle that was verified. It has nothing of its text.
    private readonly record struct ReadSignature(VerifiedManifest Statement, SignatureVerifier Verifier, SingleFile? File, ReadOnlyMemory<byte> Digest, int TextLength);
}
