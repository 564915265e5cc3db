using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Policy;

/// <summary>
/// Who may sign which models. The first rule that matches a model decides, and what no rule matches is refused: an exception
/// stands before the general rule, and a general rule never weakens it.
/// </summary>
/// <param name="Rules">The rules in their order; at least one.</param>
/// <param name="Source">The policy file's full path.</param>
public sealed record TrustPolicy(IReadOnlyList<TrustRule> Rules, string Source)
{
    /// <summary>The only version of the format: 1.</summary>
    public const int Version = 1;

    /// <summary>What is refused before any rule is asked.</summary>
    public Revocations Revoked { get; init; } = Revocations.None;

    /// <summary>Reads a policy file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="kinds">The kinds of signers that it may name.</param>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="PolicyErrors"/>, or a file that a signer names cannot be read.</exception>
    public static TrustPolicy Read(string path, IReadOnlyList<ISignerKind> kinds) => new TrustPolicyReader(path, kinds).Read();

    /// <summary>Reads a policy that is not in its file yet.</summary>
    /// <param name="utf8">The policy's bytes.</param>
    /// <param name="path">The full path that it will have, at whose folder its relative paths start.</param>
    /// <param name="kinds">The kinds of signers that it may name.</param>
    /// <inheritdoc cref="Read"/>
    public static TrustPolicy Parse(ReadOnlyMemory<byte> utf8, string path, IReadOnlyList<ISignerKind> kinds) =>
        new TrustPolicyReader(path, kinds).Parse(utf8);

    /// <summary>The full paths of the files and folders that the policy names.</summary>
    internal IReadOnlyList<string> NamedPaths { get; init; } = [];

    /// <summary>The rule that decides about a model; null when there is none. A snapshot of the Hugging Face cache also falls under the rules for its repository's folder.</summary>
    /// <param name="modelPath">The model's full path, in any spelling: rules see it as <see cref="Path.GetFullPath(string)"/> does.</param>
    public TrustRule? RuleFor(string modelPath)
    {
        ArgumentNullException.ThrowIfNull(modelPath);
        string? path = Path.IsPathFullyQualified(modelPath) && !modelPath.Contains('\0', StringComparison.Ordinal)
            ? ResolvedPath.Ordinary(Path.GetFullPath(modelPath)) : null;
        if (path is null)
        {
            return null;
        }

        // Where a snapshot is named by its repository and a revision, rules see the repository: it must not fall under a later one where it is named by its commit.
        string? repository = SnapshotFolder.RepositoryOf(Path.TrimEndingDirectorySeparator(path));
        return Rules.FirstOrDefault(rule => rule.Models.Any(pattern => pattern.Fits(path) || (repository is not null && pattern.Fits(repository))));
    }

    /// <summary>What verifies a model's signature under this policy.</summary>
    /// <param name="modelPath">The model's full path.</param>
    /// <param name="clock">Tells the time, for the age of signatures; null for the system's.</param>
    public PolicyVerifier VerifierFor(string modelPath, TimeProvider? clock = null) => new(this, modelPath, clock ?? TimeProvider.System);

    /// <summary>Makes the verifier of a model that another one was made from.</summary>
    /// <param name="modelPath">The model's full path.</param>
    /// <param name="trail">What is being verified already.</param>
    internal PolicyVerifier VerifierFor(string modelPath, LineageTrail trail) => new(this, modelPath, TimeProvider.System, trail);

    /// <summary>What the author of the policy may not have meant. A policy with advice works.</summary>
    public IReadOnlyList<PolicyAdvice> Advice() => PolicyLint.Of(this);
}
