using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>A statement whose signature has been verified; only <see cref="SignatureVerifier"/> makes one.</summary>
public sealed class VerifiedStatement
{
    private VerifiedStatement(SignatureEvidence evidence, Statement statement)
    {
        Evidence = evidence;
        Statement = statement;
    }

    /// <summary>Who signed, and by what this was established.</summary>
    public SignatureEvidence Evidence { get; }

    /// <summary>What was signed.</summary>
    public Statement Statement { get; }

    /// <summary>What the model must consist of.</summary>
    public Manifest Manifest => Statement.Manifest;

    /// <summary>How the model was hashed.</summary>
    public Serialization Serialization => Statement.Manifest.Serialization;

    /// <summary>Reads the statement of an envelope whose signature holds (OMS v1.0, section 7, steps 4 to 7).</summary>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="StatementErrors"/>, or <see cref="VerifyingErrors.EncodingObsolete"/>.
    /// </exception>
    internal static VerifiedStatement Read(DsseEnvelope envelope, SignatureEvidence evidence)
    {
        if (envelope.PayloadType != DsseEnvelope.InTotoPayloadType)
        {
            throw StatementErrors.PayloadTypeUnknown.At(
                $"The envelope's payloadType is '{envelope.PayloadType}' and must be '{DsseEnvelope.InTotoPayloadType}'.");
        }

        Statement statement = Statement.Read(envelope.Payload);
        return !evidence.OnlyForDigestsStatement || statement.IsDigests
            ? new(evidence, statement)
            : throw VerifyingErrors.EncodingObsolete.At(
                $"The signature only holds under the encoding of release 0.2.0, and the statement's predicateType is '{statement.PredicateType}'.");
    }
}
