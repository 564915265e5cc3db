using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// The in-toto statement of a model (in-toto Statement v1; OMS v1.0, section 5): its manifest and root digest. What
/// <see cref="Read"/> returns is what somebody claims; only a <see cref="Verifying.VerifiedStatement"/> says who.
/// </summary>
/// <param name="Manifest">The model's name, its resources and how they were made.</param>
/// <param name="PredicateType"><see cref="SignaturePredicateType"/> or <see cref="DigestsPredicateType"/>.</param>
public sealed record Statement(Manifest Manifest, string PredicateType)
{
    /// <summary>The type of every statement: <c>https://in-toto.io/Statement/v1</c>.</summary>
    public const string Type = "https://in-toto.io/Statement/v1";

    /// <summary>The predicate of OMS v1.0.</summary>
    public const string SignaturePredicateType = "https://model_signing/signature/v1.0";

    /// <summary>The predicate of release 0.2.0: a subject for each file and no root digest. Read, never written.</summary>
    public const string DigestsPredicateType = "https://model_signing/Digests/v0.1";

    /// <summary>Whether the statement has the form of release 0.2.0.</summary>
    public bool IsDigests => PredicateType == DigestsPredicateType;

    /// <summary>Reads a statement from a payload; unknown members are passed over (OMS v1.0, 5.2).</summary>
    /// <param name="payload">The payload's bytes: UTF-8 JSON.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    public static Statement Read(ReadOnlyMemory<byte> payload) => StatementReader.Read(payload);
}
