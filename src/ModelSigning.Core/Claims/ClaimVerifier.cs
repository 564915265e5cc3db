using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Claims;

/// <summary>What of a model a claim is bound to.</summary>
public enum ClaimBinding
{
    /// <summary>The root digest of the model's signature. It covers the contents of the files, and neither their names nor their cut into shards.</summary>
    RootDigest,

    /// <summary>The content pin as well: exactly the signed files under their names.</summary>
    Content,
}

/// <summary>A claim that a trusted signer made about a model that verifies; only <see cref="ClaimVerifier"/> makes one.</summary>
public sealed class VerifiedClaim
{
    internal VerifiedClaim(int line, VerifiedStatement statement, string subject, ClaimBinding boundTo)
    {
        Line = line;
        Evidence = statement.Evidence;
        PredicateType = statement.Statement.PredicateType;
        Predicate = statement.Statement.Predicate;
        SubjectName = subject;
        BoundTo = boundTo;
    }

    /// <summary>The claim's line in its file, counting from 1.</summary>
    public int Line { get; }

    /// <summary>Who made it, and by what this was established.</summary>
    public SignatureEvidence Evidence { get; }

    /// <summary>What it says, a URI.</summary>
    public string PredicateType { get; }

    /// <summary>What it says: a JSON object.</summary>
    public JsonSlice Predicate { get; }

    /// <summary>What the signer calls the model; compared with nothing.</summary>
    public string SubjectName { get; }

    /// <summary>What of the model it is bound to.</summary>
    public ClaimBinding BoundTo { get; }
}

/// <summary>What became of a line of a claims file: a claim that counts, or why it does not.</summary>
/// <param name="Line">The line's number.</param>
/// <param name="Claim">The claim; null when it does not count.</param>
/// <param name="Refusal">Why it does not count; null when it does.</param>
public sealed record ClaimFinding(int Line, VerifiedClaim? Claim, ModelSigningException? Refusal);

/// <summary>
/// Verifies claims about one model. A claim counts only beside a model whose own signature and files were verified, and only about the root digest of that signature.
/// </summary>
public sealed class ClaimVerifier
{
    /// <summary>
    /// The most certificates, timestamps and log entries of signatures that do not count: each can cost a verification of its own, and anyone who can add lines to the file
    /// could otherwise keep a verifier busy for hours. A claim that counts costs nothing of it.
    /// </summary>
    internal const int MaximumRefused = 10_000;

    private const string RootAlgorithm = "sha256";

    private readonly string _modelPath;
    private readonly string _modelName;
    private readonly string _rootDigest;
    private readonly Lazy<HashSet<string>> _pins;
    private readonly BomFit _fit;
    private long _refused;

    /// <summary>Takes the model that claims are about.</summary>
    /// <param name="model">The model, verified as a whole and valid.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.ModelUnusable"/>, <see cref="ClaimErrors.ModelDiffers"/>.</exception>
    public ClaimVerifier(VerificationResult model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.IsValid)
        {
            throw ClaimErrors.ModelDiffers.At($"'{model.ModelPath}' is not what was signed, so no claim about it counts.", model.ModelPath);
        }

        ModelStatement signed = model.Statement.Statement;
        ReadOnlyMemory<byte> rootDigest = signed.RootDigest
            ?? throw ClaimErrors.ModelUnusable.At($"The signature of '{model.ModelPath}' is from model-signing 0.2.0 for Python and has no root digest, so claims cannot refer to it.", model.ModelPath);
        if (model.Scope != VerificationScope.Whole)
        {
            throw ClaimErrors.ModelUnusable.At($"Only a part of '{model.ModelPath}' was verified, but claims are about the whole folder.", model.ModelPath);
        }

        if (model.Basis != VerificationBasis.Files)
        {
            throw ClaimErrors.ModelUnusable.At($"'{model.ModelPath}' is a manifest, but claims require the files that were signed.", model.ModelPath);
        }

        (_modelPath, _modelName) = (model.ModelPath, signed.Manifest.ModelName);
        _rootDigest = Hexadecimal.Write(rootDigest.Span);

        // The signature may have had another name when the claim was made; what was signed is the same. Of a statement with very many names only the present one is tried.
        _pins = new(() => ModelPin.DigitsUnderAnyName(signed.Manifest, model.Statement.Pin));
        _fit = new(signed.Manifest, _rootDigest, digits => _pins.Value.Contains(digits));
    }

    /// <summary>The root digest that claims must be about: lower-case hexadecimal SHA-256.</summary>
    public string RootDigest => _rootDigest;

    /// <summary>Verifies the claims of a file against one trusted signer, or several of one method.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="verifier">Whom the caller trusts.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What became of each line. They are verified while they are asked for.</returns>
    /// <exception cref="ModelSigningException">While reading, as <see cref="ClaimsReader.Read"/> says.</exception>
    public IEnumerable<ClaimFinding> VerifyFile(string path, SignatureVerifier verifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return ClaimsReader.Read(path, cancellationToken).Select(line => Find(line, bundle => verifier.Verify(bundle, cancellationToken)));
    }

    /// <summary>Verifies one line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="verify">Verifies the signature of its bundle, or throws.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.FileTooLarge"/>.</exception>
    internal ClaimFinding Find(ClaimLine line, Func<Bundle, VerifiedStatement> verify)
    {
        if (line.Bundle is not { } bundle)
        {
            return new(line.Line, null, line.Refusal);
        }

        try
        {
            return new(line.Line, Accept(line.Line, verify(bundle)), null);
        }
        catch (ModelSigningException refusal)
        {
            VerificationMaterial material = bundle.VerificationMaterial;
            _refused += 1 + (material.X509CertificateChain?.Count ?? 0) + material.Rfc3161Timestamps.Count + material.TlogEntries.Count;
            return _refused <= MaximumRefused ? new(line.Line, null, refusal) : throw ClaimErrors.FileTooLarge.At(Invariant($"The claims about '{_modelPath}' that do not count have more than {MaximumRefused} certificates, timestamps and log entries up to line {line.Line}."), _modelPath, refusal);
        }
    }

    private VerifiedClaim Accept(int line, VerifiedStatement verified)
    {
        InTotoStatement statement = verified.Statement;
        if (PredicateTypes.IsOfOms(statement.PredicateType))
        {
            throw ClaimErrors.NotAClaim.At($"Line {line} is a model's own signature (predicate type '{statement.PredicateType}'), not a claim.");
        }

        if (!statement.IsOfKnownType || statement.Predicate.Kind != System.Text.Json.JsonValueKind.Object)
        {
            throw ClaimErrors.StatementUnknown.At(statement.IsOfKnownType
                ? $"The predicate of line {line} is not an object."
                : $"The statement of line {line} is of the type '{statement.Type}', not '{InTotoStatement.TypeV1}'.");
        }

        VerifiedClaim claim = AboutModel(line, verified);
        return _fit.Misfit(claim.PredicateType, claim.Predicate) is { } misfit
            ? throw ClaimErrors.BomMisfit.At($"The bill of materials of line {line} does not match the model: {misfit}.")
            : claim;
    }

    private VerifiedClaim AboutModel(int line, VerifiedStatement verified)
    {
        InTotoStatement statement = verified.Statement;
        ErrorDefinition about = ClaimErrors.OtherModel;
        foreach (StatementSubject subject in statement.Subjects)
        {
            if (!subject.Digests.TryGet(RootAlgorithm, out JsonSlice digest) || !digest.TextEquals(_rootDigest))
            {
                about = about == ClaimErrors.OtherModel && subject.Name == _modelName ? ClaimErrors.OtherVersion : about;
                continue;
            }

            if (!subject.Digests.TryGet(ModelPin.DigestName, out JsonSlice pin))
            {
                return new(line, verified, subject.Name, ClaimBinding.RootDigest);
            }

            if (_pins.Value.Contains(pin.Text()))
            {
                return new(line, verified, subject.Name, ClaimBinding.Content);
            }

            about = ClaimErrors.OtherForm;
        }

        throw about.At(about == ClaimErrors.OtherForm
            ? $"The claim of line {line} has the root digest of this model but a different content pin: it is about files of the same content under other names or in other shards."
            : $"The claim of line {line} is about a model{(about == ClaimErrors.OtherVersion ? $" called '{_modelName}'" : "")} other than the one with the root digest {_rootDigest}.");
    }
}
