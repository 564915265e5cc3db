using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Signing;

/// <summary>The refusals of signing with Sigstore: what each service can do wrong, noticed before anything is written.</summary>
internal static class SigstoreSigningErrors
{
    private const string TryAgain = "Check the network connection and the service's status, and run the command again. Nothing was written.";
    private const string AskOperator = "Make sure that the trusted root belongs to this instance. If it does, report this to the operator of the instance. Nothing was written.";

    /// <summary>Fulcio does not answer.</summary>
    public static readonly ErrorDefinition FulcioUnreachable = new("FulcioUnreachable", ErrorKind.ConnectionError,
        "The certificate authority (Fulcio) cannot be reached or does not work.", TryAgain);

    /// <summary>Fulcio refuses.</summary>
    public static readonly ErrorDefinition FulcioRefused = new("FulcioRefused", ErrorKind.AuthenticationError,
        "The certificate authority (Fulcio) refused to issue a certificate for the identity token.",
        "Read the reason in the message. Use a token from an identity provider that the instance accepts.");

    /// <summary>Fulcio answers something else.</summary>
    public static readonly ErrorDefinition FulcioAnswerInvalid = new("FulcioAnswerInvalid", ErrorKind.InvalidData,
        "The response of the certificate authority (Fulcio) does not contain a certificate.", AskOperator);

    /// <summary>The certificate's timestamps are beside it.</summary>
    public static readonly ErrorDefinition FulcioTimestampDetached = new("FulcioTimestampDetached", ErrorKind.NotImplemented,
        "The certificate authority (Fulcio) returns certificate timestamps separately from the certificate, which bundles do not support.",
        "Ask the operator of the instance to embed the timestamps in the certificate.");

    /// <summary>The certificate is for another key.</summary>
    public static readonly ErrorDefinition FulcioCertificateKey = new("FulcioCertificateKey", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) issued a certificate for a key other than the requested one.", AskOperator);

    /// <summary>The certificate is for another identity.</summary>
    public static readonly ErrorDefinition FulcioCertificateIdentity = new("FulcioCertificateIdentity", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) issued a certificate for an identity other than the one in the token.", AskOperator);

    /// <summary>The certificate names another issuer.</summary>
    public static readonly ErrorDefinition FulcioCertificateIssuer = new("FulcioCertificateIssuer", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) issued a certificate for an issuer other than the one of the token.", AskOperator);

    /// <summary>The certificate is of an unknown authority.</summary>
    public static readonly ErrorDefinition FulcioCertificateUntrusted = new("FulcioCertificateUntrusted", ErrorKind.SecurityError,
        "The certificate that Fulcio issued does not lead to an authority of the trusted root.", AskOperator);

    /// <summary>The certificate is not valid now.</summary>
    public static readonly ErrorDefinition FulcioCertificateTime = new("FulcioCertificateTime", ErrorKind.SecurityError,
        "The certificate that Fulcio issued is not valid now.",
        "Check the clock of this machine. If it is right, report this to the operator of the instance. Nothing was written.");

    /// <summary>The certificate is not for signing.</summary>
    public static readonly ErrorDefinition FulcioCertificateProfile = new("FulcioCertificateProfile", ErrorKind.SecurityError,
        "The certificate that Fulcio issued does not allow signing.", AskOperator);

    /// <summary>The certificate is not in a certificate transparency log.</summary>
    public static readonly ErrorDefinition FulcioCertificateTransparency = new("FulcioCertificateTransparency", ErrorKind.SecurityError,
        "The certificate that Fulcio issued has a certificate timestamp (SCT) that is not valid.", AskOperator);

    /// <summary>The certificate carries no promise of a certificate transparency log.</summary>
    public static readonly ErrorDefinition FulcioCertificateUnlogged = new("FulcioCertificateUnlogged", ErrorKind.SecurityError,
        "The certificate that Fulcio issued has no certificate timestamp (SCT).", AskOperator);

    /// <summary>The certificate is in no log of the trusted root.</summary>
    public static readonly ErrorDefinition FulcioCertificateLogUnknown = new("FulcioCertificateLogUnknown", ErrorKind.SecurityError,
        "The certificate that Fulcio issued is not recorded by any certificate transparency log in the trusted root.", AskOperator);

    /// <summary>Rekor does not answer.</summary>
    public static readonly ErrorDefinition RekorUnreachable = new("RekorUnreachable", ErrorKind.ConnectionError,
        "The transparency log (Rekor) cannot be reached or does not work.", TryAgain);

    /// <summary>Rekor refuses.</summary>
    public static readonly ErrorDefinition RekorRefused = new("RekorRefused", ErrorKind.ResourceUnavailable,
        "The transparency log (Rekor) refused the entry.",
        "Read the reason in the message. If the statement is too large, use an instance with Rekor v2.");

    /// <summary>Rekor answers something else.</summary>
    public static readonly ErrorDefinition RekorAnswerInvalid = new("RekorAnswerInvalid", ErrorKind.InvalidData,
        "The response of the transparency log (Rekor) is not a log entry.", AskOperator);

    /// <summary>The entry that is said to exist cannot be had.</summary>
    public static readonly ErrorDefinition RekorConflict = new("RekorConflict", ErrorKind.ResourceUnavailable,
        "The transparency log (Rekor) reports that the entry already exists, but does not return it.", TryAgain);

    /// <summary>The entry lacks a proof.</summary>
    public static readonly ErrorDefinition RekorEntryIncomplete = new("RekorEntryIncomplete", ErrorKind.InvalidData,
        "The entry of the transparency log (Rekor) lacks the signed entry timestamp, the proof or the checkpoint that its version requires.", AskOperator);

    /// <summary>The entry is about something else.</summary>
    public static readonly ErrorDefinition RekorEntryOther = new("RekorEntryOther", ErrorKind.SecurityError,
        "The transparency log (Rekor) returned an entry for another signature.", AskOperator);

    /// <summary>The entry is of an unknown log.</summary>
    public static readonly ErrorDefinition RekorLogUnknown = new("RekorLogUnknown", ErrorKind.SecurityError,
        "The trusted root does not list the transparency log of the entry.", AskOperator);

    /// <summary>The promise does not verify.</summary>
    public static readonly ErrorDefinition RekorPromiseInvalid = new("RekorPromiseInvalid", ErrorKind.SecurityError,
        "The signed entry timestamp of the transparency log (Rekor) is not valid.", AskOperator);

    /// <summary>The checkpoint does not verify.</summary>
    public static readonly ErrorDefinition RekorCheckpointInvalid = new("RekorCheckpointInvalid", ErrorKind.SecurityError,
        "The checkpoint of the transparency log (Rekor) is not valid.", AskOperator);

    /// <summary>The proof does not verify.</summary>
    public static readonly ErrorDefinition RekorProofInvalid = new("RekorProofInvalid", ErrorKind.SecurityError,
        "The inclusion proof of the transparency log (Rekor) is not valid.", AskOperator);

    /// <summary>A clock says a time outside the certificate.</summary>
    public static readonly ErrorDefinition SigningTimeOutside = new("SigningTimeOutsideCertificate", ErrorKind.SecurityError,
        "The signing time from the timestamp authority or transparency log is outside the certificate's validity.",
        "Run the command again. If the error returns, report to the operator that the clocks of the instance's services differ.");

    /// <summary>The services take too long.</summary>
    public static readonly ErrorDefinition SigningTimeout = new("SigstoreSigningTimeout", ErrorKind.OperationTimeout,
        "The services of the Sigstore instance took too long to make a signature.", TryAgain);

    /// <summary>Somebody else signs than the one whose earlier signature was verified.</summary>
    public static readonly ErrorDefinition SigningIdentityChanged = new("SigningIdentityChanged", ErrorKind.SecurityError,
        "The identity changed after the earlier signature was verified as the signer's own, because the first certificate expired while the model was hashed.",
        "Run the command again and sign in with the same identity. Nothing was written.");

    /// <summary>The finished bundle does not verify.</summary>
    public static readonly ErrorDefinition OwnBundleRefused = new("SigstoreBundleRefused", ErrorKind.SecurityError,
        "The new bundle failed verification, so it was not written.",
        "Read the reason in the message. Make sure that the trusted root and the signing configuration belong to the same instance.");

    /// <summary>The file is not a statement.</summary>
    public static readonly ErrorDefinition StatementInvalid = new("StatementInvalid", ErrorKind.InvalidData,
        "The file to sign as a statement is not an in-toto statement in JSON, or is one that only New-ModelSignature signs, about a model.",
        "Omit -Statement to sign the file itself, or correct the statement. To sign a model, use New-ModelSignature.");

    /// <summary>The file is what the signature of an envelope is over.</summary>
    public static readonly ErrorDefinition FileIsEncodedEnvelope = new("FileIsEncodedEnvelope", ErrorKind.SecurityError,
        "The file to sign begins as the bytes that are signed of an envelope (DSSEv1), so its signature would also be a valid signature of the statement in it, such as that of a model.",
        "Do not sign the file: no program writes such files for other uses. To sign a statement, use -Statement; to sign a model, use New-ModelSignature.");

    /// <summary>The instance names no services.</summary>
    public static readonly ErrorDefinition SigningConfigMissing = new("SigningConfigMissing", ErrorKind.ObjectNotFound,
        "The Sigstore instance has a trusted root but no signing configuration, so its services are not known.",
        "Specify the signing configuration with -SigningConfig, or both in one file with -TrustConfig.");
}
