using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>A statement, whatever its predicate, whose signature has been verified; only <see cref="SignatureVerifier"/> makes one.</summary>
public sealed class VerifiedStatement
{
    private VerifiedStatement(SignatureEvidence evidence, InTotoStatement statement)
    {
        Evidence = evidence;
        Statement = statement;
    }

    /// <summary>Who signed, and by what this was established.</summary>
    public SignatureEvidence Evidence { get; }

    /// <summary>What was signed.</summary>
    public InTotoStatement Statement { get; }

    /// <summary>Reads the statement of an envelope whose signature holds (OMS v1.0, section 7, steps 4 and 5).</summary>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="StatementErrors"/>, or <see cref="VerifyingErrors.EncodingObsolete"/>.
    /// </exception>
    internal static VerifiedStatement Read(DsseEnvelope envelope, SignatureEvidence evidence, CancellationToken cancellationToken)
    {
        if (envelope.PayloadType != InTotoStatement.MediaType)
        {
            throw StatementErrors.PayloadTypeUnknown.At(
                $"The envelope's payloadType is '{envelope.PayloadType}', but must be '{InTotoStatement.MediaType}'.");
        }

        InTotoStatement statement = StatementErrors.ReadPayload(envelope.Payload, cancellationToken);
        return evidence.OnlyForPredicateType is not { } only || statement.PredicateType == only
            ? new(evidence, statement)
            : throw VerifyingErrors.EncodingObsolete.At(
                $"The signature is valid only in the encoding of model-signing 0.2.0 for Python, but the statement's predicateType is '{statement.PredicateType}'.");
    }
}

/// <summary>A model's manifest whose signature has been verified: it can only be had from a <see cref="VerifiedStatement"/>.</summary>
public sealed class VerifiedManifest
{
    private VerifiedManifest(SignatureEvidence evidence, ModelStatement statement, string? signatureName)
    {
        Evidence = evidence;
        Statement = statement;
        Pin = ModelPin.Of(statement.Manifest, signatureName);
    }

    /// <summary>Who signed, and by what this was established.</summary>
    public SignatureEvidence Evidence { get; }

    /// <summary>What was signed. It holds nothing of the payload's text.</summary>
    public ModelStatement Statement { get; }

    /// <summary>What the model must consist of.</summary>
    public Manifest Manifest => Statement.Manifest;

    /// <summary>The name of exactly this content (<see cref="ModelPin"/>).</summary>
    public string Pin { get; }

    /// <summary>How the model was hashed.</summary>
    public Serialization Serialization => Statement.Manifest.Serialization;

    /// <summary>Reads the predicate of a verified statement (OMS v1.0, section 7, steps 5 to 7).</summary>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    internal static VerifiedManifest Of(VerifiedStatement verified, string? signatureName, CancellationToken cancellationToken) =>
        new(verified.Evidence, ModelStatement.Of(verified.Statement, cancellationToken), signatureName);
}
