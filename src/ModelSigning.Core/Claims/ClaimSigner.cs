using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Claims;

/// <summary>What is to be claimed about a model.</summary>
public sealed record ClaimRequest
{
    /// <summary>The model's full path.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The full path of the model's own signature.</summary>
    public required string SignaturePath { get; init; }

    /// <summary>The full path of the file that the claim is added to.</summary>
    public required string ClaimsPath { get; init; }

    /// <summary>What is claimed: a short name or a URI (<see cref="PredicateTypes"/>).</summary>
    public required string PredicateType { get; init; }

    /// <summary>The predicate: one JSON object in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Predicate { get; init; }

    /// <summary>What hashes.</summary>
    public required HashSettings Hashing { get; init; }

    /// <inheritdoc cref="ModelFilesOptions.IgnorePaths"/>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <inheritdoc cref="ModelFilesOptions.IgnoreGitPaths"/>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <summary>How the file system reads names.</summary>
    internal FileSystemRules Rules { get; init; } = FileSystemRules.Current;

    /// <summary>Reads the file of a predicate.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.PredicateNotFound"/>, <see cref="ClaimErrors.PredicateInvalid"/>.</exception>
    public static ReadOnlyMemory<byte> ReadPredicate(string path, CancellationToken cancellationToken) =>
        BoundedFile.Read(path, ClaimErrors.PredicateRules, cancellationToken);

    /// <summary>Checks, before anyone is asked for a password, that the claim can be made and added to its file.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ClaimErrors"/> or <see cref="FileErrors"/>.</exception>
    public void Check(CancellationToken cancellationToken)
    {
        _ = PredicateTypes.ToWrite(PredicateType);
        _ = ClaimStatement.ReadPredicate(Predicate, "-Predicate", cancellationToken);
        ClaimsFile.CheckAppendable(ClaimsPath, ModelPath, Rules);
    }
}

/// <summary>A model that a claim can be made about: its files are those that its signature lists.</summary>
/// <remarks>
/// Who signed the model is not asked here: a claim is its signer's word about what lies before them. A verifier accepts it only beside a signature of the model that
/// it trusts itself.
/// </remarks>
public sealed class ClaimSubject
{
    private readonly ModelStatement _signed;

    private readonly BomFit _fit;

    private ClaimSubject(ModelStatement signed, string pin, int fileCount, long byteCount)
    {
        (_signed, Pin, FileCount, ByteCount) = (signed, pin, fileCount, byteCount);
        Lazy<HashSet<string>> pins = new(() => ModelPin.DigitsUnderAnyName(signed.Manifest, pin));
        _fit = new(signed.Manifest, Hexadecimal.Write(RootDigest.Span), digits => pins.Value.Contains(digits));
    }

    /// <summary>The root digest of the model's signature.</summary>
    public ReadOnlyMemory<byte> RootDigest => _signed.RootDigest!.Value;

    /// <summary>The model's pin.</summary>
    public string Pin { get; }

    /// <summary>How many files were hashed.</summary>
    public int FileCount { get; }

    /// <summary>How many bytes they have.</summary>
    public long ByteCount { get; }

    /// <summary>Hashes a model and compares it with its signature.</summary>
    /// <param name="request">The model. Its signature may be anyone's.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="ClaimErrors.ModelDiffers"/>, <see cref="ClaimErrors.ModelUnusable"/>, one of <see cref="BundleErrors"/>, <see cref="StatementErrors"/>, <see cref="ModelErrors"/> or
    /// <see cref="Hashing.HashingErrors"/>.
    /// </exception>
    public static ClaimSubject Of(ClaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (string model, string signature) = (request.ModelPath, request.SignaturePath);
        DsseEnvelope envelope = BundleReader.Read(signature, cancellationToken).DsseEnvelope
            ?? throw StatementErrors.EnvelopeMissing.At($"'{signature}' is the signature of a file's digest, not of a model.", signature);
        ModelStatement signed = ModelStatement.Read(envelope.Payload, cancellationToken);
        if (signed.RootDigest is null)
        {
            throw ClaimErrors.ModelUnusable.At($"The signature '{signature}' is from model-signing 0.2.0 for Python and has no root digest, so claims cannot refer to it.", signature);
        }

        Serialization serialization = signed.Manifest.Serialization;
        ModelFiles files = ModelFiles.Find(model, new ModelFilesOptions
        {
            CurrentDirectory = model,
            IgnorePaths = request.IgnorePaths,
            IgnoreGitPaths = request.IgnoreGitPaths,
            AllowSymlinks = serialization.AllowSymlinks,
            SignaturePath = signature,
            RecordedIgnorePaths = serialization.IgnorePaths,
            SkipPartialFiles = true,
        }, cancellationToken);
        IReadOnlyList<Resource> expected = ExpectedResources.Of(signed.Manifest, files.Location);
        Manifest actual = ModelHasher.Hash(files, serialization.HashType, serialization.ShardSize, serialization.AllowSymlinks, request.Hashing, cancellationToken);
        ManifestDifference difference = ManifestDifference.Between(expected, actual.Resources);
        return difference.IsEmpty
            ? new(signed, ModelPin.Of(signed.Manifest, SignatureLocation.NameIn(model, signature, model)), files.Files.Count, files.Files.Sum(file => file.Length))
            : throw ClaimErrors.ModelDiffers.At(
                $"'{model}' is not what the signature '{signature}' lists: {difference.Mismatched.Count} changed, {difference.Missing.Count} missing and "
                + $"{difference.Extra.Count} not signed{First(difference)}. No claim was made.", model);
    }

    /// <summary>Signs a claim about the model and adds it to its file.</summary>
    /// <param name="request">The claim.</param>
    /// <param name="signer">Signs it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The claim's bundle.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="ClaimErrors"/> or <see cref="FileErrors"/>, or what the signer says.</exception>
    public Bundle Claim(ClaimRequest request, ISigner signer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(signer);
        string type = PredicateTypes.ToWrite(request.PredicateType);
        JsonSlice predicate = ClaimStatement.ReadPredicate(request.Predicate, "-Predicate", cancellationToken);
        if (_fit.Misfit(type, predicate) is { } misfit)
        {
            throw ClaimErrors.BomMisfit.At($"The bill of materials does not match '{request.ModelPath}': {misfit}. No claim was made.", request.ModelPath);
        }

        ReadOnlyMemory<byte> statement = ClaimStatement.Write(_signed.Manifest.ModelName, RootDigest.Span, Pin, type, predicate);
        Bundle bundle = signer.Sign(statement, cancellationToken);
        ClaimsFile.Append(request.ClaimsPath, bundle, cancellationToken);
        return bundle;
    }

    private static string First(ManifestDifference difference) =>
        difference.Mismatched.Select(one => one.Name).Concat(difference.Missing).Concat(difference.Extra).FirstOrDefault() is { } name ? $" ('{name}' first)" : "";
}
