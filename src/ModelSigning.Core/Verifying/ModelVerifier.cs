using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Verifying;

/// <summary>Verifies models (OMS v1.0, section 7), one step after the other.</summary>
public static class ModelVerifier
{
    /// <summary>
    /// Verifies a model: reads the bundle, verifies the signature and the statement, and only then looks at the model, hashes what
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
        return Traces.Run("Verify", () => Attributes(request), () => VerifyModel(request, cancellationToken));
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
        string signaturePath = request.SignaturePath is { } given
            ? SignatureLocation.FullPath(given, request.CurrentDirectory)
            : SignatureLocation.Find(request.ModelPath, request.CurrentDirectory);
        VerifiedManifest statement = request.Verifier.VerifyModel(BundleReader.Read(signaturePath, cancellationToken), cancellationToken);
        Traces.Tag("model_signing.method", statement.Evidence.Method.ToString().ToLowerInvariant());
        Traces.Tag("model_signing.allow_symlinks", AllowSymlinks(request, statement));
        List<string> warnings = [.. statement.Evidence.Warnings, .. statement.Statement.Warnings];
        if (statement.Statement.IsDigests)
        {
            warnings.Add("The signature is of release 0.2.0, which had no root digest. Ask for a new one.");
        }

        ModelLocation location = ModelLocation.Find(request.ModelPath, request.CurrentDirectory, AllowSymlinks(request, statement));
        IReadOnlyList<Resource> expected = ExpectedResources.Of(statement.Manifest, location, FileSystemRules.Current);
        ModelFiles? found = Find(request, signaturePath, statement, cancellationToken);
        warnings.AddRange(found?.Warnings ?? []);
        string[] listed = ExpectedResources.FileNames(statement.Manifest, location);
        NoteLeftOut(found?.LeftOutBySigner.Where(name => !IsListed(name)) ?? [], warnings);
        List<ModelFile> files = AddSigned(request, statement, location, found?.Files ?? [], listed, warnings, cancellationToken);
        HashPlan plan = HashPlan.For(files, statement.Serialization.ShardSize);
        if (plan.Names.Count == 0)
        {
            throw ModelHasher.Empty(location.ModelPath);
        }

        HashPlan signed = plan.Only(expected);
        Resource[] hashed = signed.Hash(statement.Serialization.HashType, location.Directory, request.Hashing, cancellationToken);
        ManifestDifference difference = ManifestDifference.Between(expected, plan.With(hashed));
        NoteUnfinishedSignatures(difference, warnings);
        return new()
        {
            ModelPath = location.ModelPath,
            SignaturePath = signaturePath,
            Statement = statement,
            Difference = difference,
            FileCount = signed.Items.Select(item => item.Name).Distinct(StringComparer.Ordinal).Count(),
            ByteCount = signed.Items.Sum(item => item.Length),
            UncheckedPaths = found is null ? null : [.. found.LeftOut.Where(name => !IsListed(name))],
            Warnings = warnings,
        };

        bool IsListed(string name) => Array.BinarySearch(listed, name, ResourceNameComparer.Instance) >= 0;
    }

    private static bool AllowSymlinks(VerificationRequest request, VerifiedManifest statement) =>
        statement.Serialization.AllowSymlinks && !request.ForbidSymlinks;

    // The files that are there and that no list excuses; null where only signed ones count. What git keeps is excused by the signer's list too,
    // unless the caller wants to see it.
    private static ModelFiles? Find(VerificationRequest request, string signaturePath, VerifiedManifest statement, CancellationToken cancellationToken) =>
        request.IgnoreUnsignedFiles ? null : ModelFiles.Find(
            request.ModelPath,
            new ModelFilesOptions
            {
                CurrentDirectory = request.CurrentDirectory,
                IgnorePaths = request.IgnorePaths,
                IgnoreGitPaths = request.IgnoreGitPaths,
                AllowSymlinks = AllowSymlinks(request, statement),
                SignaturePath = signaturePath,
                RecordedIgnorePaths = request.IgnoreGitPaths
                    ? statement.Serialization.IgnorePaths
                    : [.. statement.Serialization.IgnorePaths.Except(IgnoreList.GitPaths, StringComparer.Ordinal)],
            },
            cancellationToken);

    // The files that were found, and every signed one that is there.
    private static List<ModelFile> AddSigned(
        VerificationRequest request, VerifiedManifest statement, ModelLocation location, IReadOnlyList<ModelFile> found, string[] listed, List<string> warnings,
        CancellationToken cancellationToken)
    {
        WarningList links = new();
        ListedFiles signed = new(location, AllowSymlinks(request, statement), links, FileSystemRules.Current, ModelLocation.StatusOf);
        List<ModelFile> all = signed.AddTo(found, listed, cancellationToken);
        warnings.AddRange(links.Sentences);
        return all;
    }

    private static void NoteLeftOut(IEnumerable<string> names, List<string> warnings)
    {
        WarningList left = new();
        foreach (string name in names)
        {
            left.Add($"The signer left '{name}' out of the signature, so that nothing in it was checked but what is signed all the same. Delete it unless you know where it comes from.");
        }

        warnings.AddRange(left.Sentences);
    }

    private static void NoteUnfinishedSignatures(ManifestDifference difference, List<string> warnings)
    {
        foreach (string name in difference.Extra.Where(name => AtomicFile.IsPartial(Path.GetFileName(name.AsSpan()))))
        {
            warnings.Add($"'{name}' was left by a signing that was killed. Delete it.");
        }
    }
}
