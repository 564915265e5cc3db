using ModelSigning.Core.Content;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>One rule of a policy: which models it matches, who may have signed them, and what else it requires.</summary>
public sealed record TrustRule
{
    /// <summary>How far this machine's clock may be behind the one that tells the time of signing.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>The rule's name, which results and errors carry; unique in the policy.</summary>
    public required string Name { get; init; }

    /// <summary>The models that the rule matches.</summary>
    public required IReadOnlyList<ModelPattern> Models { get; init; }

    /// <summary>The signers, any of which may have signed; at least one.</summary>
    public required IReadOnlyList<TrustedSigner> Signers { get; init; }

    /// <summary>Whether the signing time must be confirmed.</summary>
    public bool TimestampRequired { get; init; }

    /// <summary>How old a signature may be; null for any age. It needs a confirmed time.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>The digest algorithms that are accepted; empty for every one.</summary>
    public IReadOnlyList<DigestAlgorithm> HashAlgorithms { get; init; } = [];

    /// <summary>The algorithms of keys that may have signed; empty for every one.</summary>
    public IReadOnlyList<string> KeyAlgorithms { get; init; } = [];

    /// <summary>The pins of the only models that are accepted (<see cref="Bundles.ModelPin"/>); empty for every model.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>How much of a model must be verified: all of it, or any part that is asked for.</summary>
    public VerificationScope Scope { get; init; } = VerificationScope.Partial;

    /// <summary>What must be verified: the files, or a manifest of them as well.</summary>
    public VerificationBasis Basis { get; init; } = VerificationBasis.Files;

    /// <summary>The claims that must have been made about a model; empty for none.</summary>
    public IReadOnlyList<ClaimDemand> Claims { get; init; } = [];

    /// <summary>What the model must not have or name.</summary>
    internal IReadOnlyList<ForbiddenContent> Forbidden { get; init; } = [];

    /// <summary>The formats of <see cref="FileFormats.Names"/>, of one of which each of the model's files must be; empty for every format.</summary>
    internal IReadOnlyList<string> AllowedFormats { get; init; } = [];

    /// <summary>The full paths of the folders that the base models must be in, each of which must verify by the policy; empty where base models are not checked.</summary>
    internal IReadOnlyList<string> LineageStores { get; init; } = [];

    /// <summary>Whether the rule says anything of what is in the model's files.</summary>
    internal bool DemandsContent => Forbidden.Count + AllowedFormats.Count > 0;

    /// <summary>What the rule requires of a model besides its signature, each in words: claims, base models that verify, and what may be in the files.</summary>
    internal IReadOnlyList<string> Demands =>
    [
        .. Claims.Select(claim => claim.Description),
        .. LineageStores.Count == 0 ? (IEnumerable<string>)[] : [$"base models that verify, in {string.Join(" or ", LineageStores.Select(store => $"'{store}'"))}"],
        .. AllowedFormats.Count == 0 ? (IEnumerable<string>)[] : [$"only files of the formats {string.Join(", ", AllowedFormats)}"],
        .. Forbidden.Count == 0 ? (IEnumerable<string>)[] : [$"nothing of {string.Join(", ", Forbidden.Select(forbidden => forbidden.Name()))}"],
    ];

    /// <summary>Refuses a signature whose time does not satisfy the rule.</summary>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="PolicyErrors.TimestampRequired"/>, <see cref="PolicyErrors.SignatureTooOld"/>, <see cref="PolicyErrors.SignatureInFuture"/>.
    /// </exception>
    internal void RequireTime(SignatureEvidence evidence, DateTimeOffset now)
    {
        if (evidence.SignedTime is not { } signed)
        {
            if (TimestampRequired || MaximumAge is not null)
            {
                throw PolicyErrors.TimestampRequired.At($"The rule '{Name}' requires a confirmed signing time, but the signature has none.", Name);
            }

            return;
        }

        if (MaximumAge is not { } most)
        {
            return;
        }

        if (signed - now > ClockTolerance)
        {
            throw PolicyErrors.SignatureInFuture.At(
                $"The model was signed at {Rfc3339.Write(signed)}, but this machine's clock shows {Rfc3339.Write(now)}.", Name);
        }

        if (now - (evidence.NotSignedBefore ?? signed) > most)
        {
            throw PolicyErrors.SignatureTooOld.At(Invariant($"The model was signed at {Rfc3339.Write(signed)}, but the rule '{Name}' accepts only signatures from the last {most.TotalDays:0.##} days."), Name);
        }
    }

    /// <summary>Refuses a signature of a key whose algorithm the rule does not name.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="PolicyErrors.KeyAlgorithmNotAccepted"/>.</exception>
    internal void RequireKey(SignatureEvidence evidence)
    {
        if (KeyAlgorithms.Count > 0 && !KeyAlgorithms.Contains(evidence.KeyAlgorithm, StringComparer.Ordinal))
        {
            throw PolicyErrors.KeyAlgorithmNotAccepted.At(
                $"The model was signed with a key of the algorithm {evidence.KeyAlgorithm}, but the rule '{Name}' accepts only {string.Join(", ", KeyAlgorithms)}.", Name);
        }
    }

    /// <summary>Refuses a verification of less than the rule requires.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="PolicyErrors.ScopeNotAccepted"/>, <see cref="PolicyErrors.BasisNotAccepted"/>.</exception>
    internal void RequireCoverage(VerificationScope scope, VerificationBasis basis, string modelPath)
    {
        if (scope != VerificationScope.Whole && Scope == VerificationScope.Whole)
        {
            throw PolicyErrors.ScopeNotAccepted.At($"The rule '{Name}' requires that all of '{modelPath}' is verified, but only some of its files were selected.", modelPath);
        }

        if (basis != VerificationBasis.Files && Basis == VerificationBasis.Files)
        {
            throw PolicyErrors.BasisNotAccepted.At($"The rule '{Name}' requires the files of a model, but '{modelPath}' is a manifest, and no file was read.", modelPath);
        }
    }

    /// <summary>Refuses a statement that does not satisfy the rule.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="PolicyErrors.AlgorithmNotAccepted"/>, <see cref="PolicyErrors.ModelNotPinned"/>.</exception>
    internal void RequireContent(Manifest manifest, string pin)
    {
        DigestAlgorithm algorithm = manifest.Serialization.HashType;
        if (HashAlgorithms.Count > 0 && !HashAlgorithms.Contains(algorithm))
        {
            throw PolicyErrors.AlgorithmNotAccepted.At(
                $"The model's digests use {algorithm.Identifier()}, but the rule '{Name}' accepts only {string.Join(", ", HashAlgorithms.Select(one => one.Identifier()))}.", Name);
        }

        if (Pins.Count > 0 && !Pins.Contains(pin, StringComparer.Ordinal))
        {
            throw PolicyErrors.ModelNotPinned.At($"The model's pin is {pin}, which the rule '{Name}' does not list.", Name);
        }
    }
}
