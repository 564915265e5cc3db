using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Signing;

/// <summary>The refusals of signing with Sigstore: what each service can do wrong, noticed before anything is written.</summary>
public static class SigstoreSigningErrors
{
    private const string TryAgain = "Check the network connection and the service's state, then run the command again; nothing was written.";
    private const string AskOperator = "Make sure that the trusted root belongs to the instance; if it does, report this to who runs it. Nothing was written.";

    /// <summary>Fulcio does not answer.</summary>
    public static readonly ErrorDefinition FulcioUnreachable = new("FulcioUnreachable", ErrorKind.ConnectionError,
        "The certificate authority (Fulcio) cannot be reached or is out of order.", TryAgain);

    /// <summary>Fulcio refuses.</summary>
    public static readonly ErrorDefinition FulcioRefused = new("FulcioRefused", ErrorKind.AuthenticationError,
        "The certificate authority (Fulcio) refused to issue a certificate for the identity token.",
        "Read the authority's reason in the message; use a token of an identity provider that the instance accepts.");

    /// <summary>Fulcio answers something else.</summary>
    public static readonly ErrorDefinition FulcioAnswerInvalid = new("FulcioAnswerInvalid", ErrorKind.InvalidData,
        "The certificate authority (Fulcio) answered with something that holds no certificate.", AskOperator);

    /// <summary>The certificate's timestamps are beside it.</summary>
    public static readonly ErrorDefinition FulcioTimestampDetached = new("FulcioTimestampDetached", ErrorKind.NotImplemented,
        "The certificate authority (Fulcio) delivers certificate timestamps beside the certificate, which no bundle can carry.",
        "Ask who runs the instance to configure embedded certificate timestamps.");

    /// <summary>The certificate is for another key.</summary>
    public static readonly ErrorDefinition FulcioCertificateKey = new("FulcioCertificateKey", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) certified another key than the one it was asked for.", AskOperator);

    /// <summary>The certificate is for another identity.</summary>
    public static readonly ErrorDefinition FulcioCertificateIdentity = new("FulcioCertificateIdentity", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) certified another identity than the token's.", AskOperator);

    /// <summary>The certificate names another issuer.</summary>
    public static readonly ErrorDefinition FulcioCertificateIssuer = new("FulcioCertificateIssuer", ErrorKind.SecurityError,
        "The certificate authority (Fulcio) certified an identity of another issuer than the token's.", AskOperator);

    /// <summary>The certificate is of an unknown authority.</summary>
    public static readonly ErrorDefinition FulcioCertificateUntrusted = new("FulcioCertificateUntrusted", ErrorKind.SecurityError,
        "The certificate that Fulcio issued does not lead to an authority of the trusted root.", AskOperator);

    /// <summary>The certificate is not valid now.</summary>
    public static readonly ErrorDefinition FulcioCertificateTime = new("FulcioCertificateTime", ErrorKind.SecurityError,
        "The certificate that Fulcio issued is not valid now.",
        "Set the clock of this machine; if it is right, report this to who runs the instance. Nothing was written.");

    /// <summary>The certificate is not for signing.</summary>
    public static readonly ErrorDefinition FulcioCertificateProfile = new("FulcioCertificateProfile", ErrorKind.SecurityError,
        "The certificate that Fulcio issued is not one for signing.", AskOperator);

    /// <summary>The certificate is not in a certificate transparency log.</summary>
    public static readonly ErrorDefinition FulcioCertificateTransparency = new("FulcioCertificateTransparency", ErrorKind.SecurityError,
        "A certificate transparency log's promise for the certificate that Fulcio issued does not verify.", AskOperator);

    /// <summary>The certificate carries no promise of a certificate transparency log.</summary>
    public static readonly ErrorDefinition FulcioCertificateUnlogged = new("FulcioCertificateUnlogged", ErrorKind.SecurityError,
        "The certificate that Fulcio issued carries no promise of a certificate transparency log.", AskOperator);

    /// <summary>The certificate is in no log of the trusted root.</summary>
    public static readonly ErrorDefinition FulcioCertificateLogUnknown = new("FulcioCertificateLogUnknown", ErrorKind.SecurityError,
        "No certificate transparency log of the trusted root vouches for the certificate that Fulcio issued.", AskOperator);

    /// <summary>Rekor does not answer.</summary>
    public static readonly ErrorDefinition RekorUnreachable = new("RekorUnreachable", ErrorKind.ConnectionError,
        "The transparency log (Rekor) cannot be reached or is out of order.", TryAgain);

    /// <summary>Rekor refuses.</summary>
    public static readonly ErrorDefinition RekorRefused = new("RekorRefused", ErrorKind.ResourceUnavailable,
        "The transparency log (Rekor) refused the entry.",
        "Read the log's reason in the message; a statement that is too large for the log can be signed on an instance with Rekor v2.");

    /// <summary>Rekor answers something else.</summary>
    public static readonly ErrorDefinition RekorAnswerInvalid = new("RekorAnswerInvalid", ErrorKind.InvalidData,
        "The transparency log (Rekor) answered with something that is no log entry.", AskOperator);

    /// <summary>The entry that is said to exist cannot be had.</summary>
    public static readonly ErrorDefinition RekorConflict = new("RekorConflict", ErrorKind.ResourceUnavailable,
        "The transparency log (Rekor) says that the entry exists already, and does not give it.", TryAgain);

    /// <summary>The entry lacks a proof.</summary>
    public static readonly ErrorDefinition RekorEntryIncomplete = new("RekorEntryIncomplete", ErrorKind.InvalidData,
        "The transparency log's (Rekor's) entry lacks the promise, the proof or the checkpoint that its version must give.", AskOperator);

    /// <summary>The entry is about something else.</summary>
    public static readonly ErrorDefinition RekorEntryOther = new("RekorEntryOther", ErrorKind.SecurityError,
        "The transparency log (Rekor) answered with an entry about another signature.", AskOperator);

    /// <summary>The entry is of an unknown log.</summary>
    public static readonly ErrorDefinition RekorLogUnknown = new("RekorLogUnknown", ErrorKind.SecurityError,
        "The entry is of a transparency log that the trusted root does not list.", AskOperator);

    /// <summary>The promise does not verify.</summary>
    public static readonly ErrorDefinition RekorPromiseInvalid = new("RekorPromiseInvalid", ErrorKind.SecurityError,
        "The transparency log's (Rekor's) signed entry timestamp does not verify.", AskOperator);

    /// <summary>The checkpoint does not verify.</summary>
    public static readonly ErrorDefinition RekorCheckpointInvalid = new("RekorCheckpointInvalid", ErrorKind.SecurityError,
        "The transparency log's (Rekor's) checkpoint does not verify.", AskOperator);

    /// <summary>The proof does not verify.</summary>
    public static readonly ErrorDefinition RekorProofInvalid = new("RekorProofInvalid", ErrorKind.SecurityError,
        "The transparency log's (Rekor's) proof of inclusion does not verify.", AskOperator);

    /// <summary>A clock says a time outside the certificate.</summary>
    public static readonly ErrorDefinition SigningTimeOutside = new("SigningTimeOutsideCertificate", ErrorKind.SecurityError,
        "A timestamp authority or the transparency log gave the signature a time at which the certificate was not valid.",
        "Run the command again; if it happens again, the clocks of the instance's services differ: report it to who runs them.");

    /// <summary>The services take too long.</summary>
    public static readonly ErrorDefinition SigningTimeout = new("SigstoreSigningTimeout", ErrorKind.OperationTimeout,
        "The services of the Sigstore instance took longer for one signature than they may together.", TryAgain);

    /// <summary>The finished bundle does not verify.</summary>
    public static readonly ErrorDefinition OwnBundleRefused = new("SigstoreBundleRefused", ErrorKind.SecurityError,
        "The finished bundle does not pass this module's own verification, so it was not written.",
        "Read the reason in the message; make sure that trusted root and signing configuration belong to the same instance.");

    /// <summary>The file is no statement.</summary>
    public static readonly ErrorDefinition StatementInvalid = new("StatementInvalid", ErrorKind.InvalidData,
        "The file that was to be signed as a statement is no in-toto statement in JSON.",
        "Leave -Statement away to sign the file itself, or correct the statement.");

    /// <summary>The instance names no services.</summary>
    public static readonly ErrorDefinition SigningConfigMissing = new("SigningConfigMissing", ErrorKind.ObjectNotFound,
        "The Sigstore instance has a trusted root and no signing configuration, so that nobody knows which services sign.",
        "Give the instance's signing configuration with -SigningConfig, or both in one file with -TrustConfig.");
}
