using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Verifying;

/// <summary>Compares a manifest that is kept as a file with what was signed. No file that it lists is read.</summary>
public static class ManifestVerifier
{
    /// <summary>What a result names as the source of files that were not read.</summary>
    private const string Source = "Manifest";

    /// <summary>Verifies a signature, and only then reads the manifest file and compares it with what was signed.</summary>
    /// <param name="request">
    /// What to verify: <see cref="VerificationRequest.ModelPath"/> is the path of the manifest file. What the request says about files is not used.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The verdict; the signature holds in any case.</returns>
    /// <exception cref="ModelSigningException">
    /// The signature does not hold or is refused, or the manifest file is: one of <see cref="BundleErrors"/>, <see cref="VerifyingErrors"/>, <see cref="ManifestFileErrors"/>, <see cref="ManifestImportErrors"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VerificationResult Verify(VerificationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Traces.Run("VerifyManifest", () => [new("model_signing.manifest", request.ModelPath)], () => VerifyManifest(request, cancellationToken));
    }

    private static VerificationResult VerifyManifest(VerificationRequest request, CancellationToken cancellationToken)
    {
        string path = ModelLocation.FullPath(request.ModelPath, request.CurrentDirectory);
        string signaturePath = request.SignaturePath is { } given
            ? SignatureLocation.FullPath(given, request.CurrentDirectory)
            : SignatureLocation.Find(path, request.CurrentDirectory);
        SignatureVerifier verifier = request.FirstVerifier(request.Verifier, path);
        VerifiedManifest statement = verifier.VerifyModel(BundleReader.Read(signaturePath, cancellationToken), signatureName: null, cancellationToken);
        verifier.RequireCoverage(VerificationScope.Whole, VerificationBasis.Manifest);
        ManifestFile file = ManifestImport.Read(path, cancellationToken);
        VerificationResult result = new()
        {
            ModelPath = path,
            SignaturePath = signaturePath,
            Source = Source,
            Basis = VerificationBasis.Manifest,
            Statement = statement,
            Difference = ManifestDifference.Between(Named(statement.Manifest, file.Manifest), file.Manifest),
            Scope = VerificationScope.Whole,
            IsListed = true,
            Verifier = verifier,
            FileCount = ExpectedResources.FileNames(file.Manifest, null).Length,
            ByteCount = file.Lengths.Sum(),
            UncheckedPaths = [ResourceName.SingleFile],
            Warnings = [.. statement.Evidence.Warnings, .. statement.Statement.Warnings, .. Looser(statement.Serialization, file.Manifest.Serialization), .. ManifestImport.PrefixNote(path, file) is { } note ? (string[])[note] : []],
        };
        if (result.IsValid)
        {
            _ = verifier.Conclude(result, content: null, request, cancellationToken);
        }

        return result;
    }

    // Names and digests are compared. What else the file says would come into a signature of it, and somebody may have added it.
    private static IEnumerable<string> Looser(Serialization signed, Serialization listed)
    {
        string[] added = [.. ModelPin.IgnoredPaths(listed, signatureName: null).Except(signed.IgnorePaths, StringComparer.Ordinal)];
        if (added.Length > 0)
        {
            yield return $"The manifest leaves out '{added[0]}'{(added.Length > 1 ? Invariant($" and {added.Length - 1} more") : "")}, which the signature does not. "
                + "Do not sign the manifest unless you know why: with such a signature, unsigned files there are only warned of.";
        }

        if (listed.AllowSymlinks && !signed.AllowSymlinks)
        {
            yield return "The manifest allows symbolic links, and the signature does not. Do not sign the manifest unless you know why.";
        }
    }

    // Old releases gave the only file of a model the name '.', and a manifest file has its own.
    private static Manifest Named(Manifest signed, Manifest listed) => !ExpectedResources.IsSingleFile(signed) || listed.ModelName.Contains('/', StringComparison.Ordinal) ? signed
        : Manifest.Of(signed.ModelName, signed.Serialization, signed.Resources.Select(resource => resource with { Name = listed.ModelName + resource.Name[1..] }));
}
