using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Attestations;

/// <summary>
/// The statement of a model's signature (OMS v1.0, section 5): a manifest and its root digest. What is read is what somebody claims; only a
/// <see cref="Verifying.VerifiedManifest"/> says who.
/// </summary>
/// <param name="Manifest">The model's name, its resources and how they were made.</param>
/// <param name="PredicateType"><see cref="PredicateTypeV10"/> or a later minor version, or <see cref="DigestsPredicateType"/>.</param>
public sealed record ModelStatement(Manifest Manifest, string PredicateType)
{
    /// <summary>The predicate of OMS v1.0, the only one that is written.</summary>
    public const string PredicateTypeV10 = MajorVersion + "0";

    /// <summary>The predicate of release 0.2.0: a subject for each file and no root digest. Read, never written.</summary>
    public const string DigestsPredicateType = "https://model_signing/Digests/v0.1";

    private const string MajorVersion = "https://model_signing/signature/v1.";

    /// <summary>Whether the statement has the form of release 0.2.0.</summary>
    public bool IsDigests => PredicateType == DigestsPredicateType;

    /// <summary>
    /// The root digest that the statement's subject has, 32 bytes of SHA-256 over the resources in the order of the statement's list, which other tools sort
    /// otherwise than <see cref="Manifest"/>; null in the form of release 0.2.0, which has none.
    /// </summary>
    public ReadOnlyMemory<byte>? RootDigest { get; init; }

    /// <summary>Sentences that a person should see: what the statement has and this version does not know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Whether a predicate is one of OMS v1.N. Later minor versions add members only (the specification's VERSIONING.md), and what a reader of v1.0 would
    /// misunderstand, an unknown member or value of the serialization, is refused.
    /// </summary>
    /// <param name="predicateType">The type: N is decimal, without a zero in front.</param>
    public static bool IsSignature(string predicateType)
    {
        ArgumentNullException.ThrowIfNull(predicateType);
        return predicateType.StartsWith(MajorVersion, StringComparison.Ordinal)
            && predicateType.AsSpan(MajorVersion.Length) is var minor && (minor is "0" || minor is [>= '1' and <= '9', ..])
            && minor.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload's bytes: UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    public static ModelStatement Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Of(StatementErrors.ReadPayload(payload, cancellationToken), cancellationToken);

    /// <summary>Reads the predicate of a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    public static ModelStatement Of(InTotoStatement statement, CancellationToken cancellationToken = default) =>
        ModelStatementReader.Read(statement, cancellationToken);
}
