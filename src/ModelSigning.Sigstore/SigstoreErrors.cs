using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore;

/// <summary>
/// The refusals of a Sigstore verification. Their ids are the failure codes of the field, one for each check, so that a refusal
/// says which check refused.
/// </summary>
internal static class SigstoreErrors
{
    private const string Tampered = "Do not trust this signature. Get it again from the signer; if it still fails, ask the signer.";

    /// <summary>The bundle is not JSON of the bundle format.</summary>
    public static readonly ErrorDefinition BundleParse = new("BUNDLE-PARSE", ErrorKind.InvalidData,
        "The bundle is not valid JSON for a Sigstore bundle, or exceeds a limit.",
        "Check that the file is a signature, and get it again from the signer.");

    /// <summary>The media type is unknown.</summary>
    public static readonly ErrorDefinition BundleMediaType = new("BUNDLE-MEDIATYPE", ErrorKind.InvalidData,
        "The bundle's mediaType is not one of the formats 0.1, 0.2 and 0.3.",
        "Check that the file is a Sigstore bundle. If its format is newer, update this module.");

    /// <summary>Something that the bundle's format requires is absent, or too much of it is there.</summary>
    public static readonly ErrorDefinition BundleShape = new("BUNDLE-SHAPE", ErrorKind.InvalidData,
        "The bundle lacks something that its format requires, such as the signature or the proof of a log entry.",
        Tampered);

    /// <summary>The key or certificate is not of the form that the bundle's format and the method require.</summary>
    public static readonly ErrorDefinition BundleMaterial = new("BUNDLE-MATERIAL", ErrorKind.InvalidData,
        "The bundle's key or certificates do not have the form that its bundle format requires.",
        "Use -PublicKey or -TrustedCertificate if the signature was made with a key or a company's certificate.");

    /// <summary>The trusted root cannot be used.</summary>
    public static readonly ErrorDefinition TrustedRoot = new("TRUSTED-ROOT", ErrorKind.InvalidData,
        "The trusted root is not valid, or contradicts itself.",
        "Get the trusted root again with Update-SigstoreTrust, or from the operator of the Sigstore instance.");

    /// <summary>A timestamp of a listed authority does not verify.</summary>
    public static readonly ErrorDefinition Timestamp = new("TIMESTAMP", ErrorKind.SecurityError,
        "A timestamp from an authority in the trusted root is not valid.",
        Tampered);

    /// <summary>Nothing trusted confirms the signing time.</summary>
    public static readonly ErrorDefinition TimeMissing = new("TIME-MISSING", ErrorKind.SecurityError,
        "No timestamp authority or log in the trusted root confirms the signing time, which a short-lived Sigstore certificate requires.",
        "Use the trusted root of the Sigstore instance that made the signature, or ask the signer for a signature with a timestamp.");

    /// <summary>No path leads from the certificate to a listed authority.</summary>
    public static readonly ErrorDefinition CertificateChain = new("CERT-CHAIN", ErrorKind.SecurityError,
        "No certificate authority of the trusted root issued the signing certificate.",
        "Use the trusted root of the Sigstore instance that made the signature.");

    /// <summary>A certificate was not valid at a verified time.</summary>
    public static readonly ErrorDefinition CertificateTime = new("CERT-TIME", ErrorKind.SecurityError,
        "The signing certificate or its authority was not valid at the verified time of signing.",
        Tampered);

    /// <summary>The certificate is not one for signing code.</summary>
    public static readonly ErrorDefinition CertificateProfile = new("CERT-PROFILE", ErrorKind.SecurityError,
        "The signing certificate does not match the profile that Sigstore's certificate authorities issue.",
        Tampered);

    /// <summary>No certificate transparency log has the certificate.</summary>
    public static readonly ErrorDefinition SignedCertificateTimestamp = new("SCT", ErrorKind.SecurityError,
        "The signing certificate has no valid timestamp (SCT) from a certificate transparency log in the trusted root.",
        Tampered);

    /// <summary>The signer is another one.</summary>
    public static readonly ErrorDefinition Identity = new("IDENTITY", ErrorKind.SecurityError,
        "The signer is not the trusted one.",
        "Compare the identity and issuer in the message with the ones that you expect. Change the parameters only if you trust that signer.");

    /// <summary>The log is not listed.</summary>
    public static readonly ErrorDefinition LogUnknown = new("LOG-UNKNOWN", ErrorKind.SecurityError,
        "The trusted root does not list the entry's transparency log, or lists it with a key that cannot be used.",
        "Use the trusted root of the Sigstore instance that made the signature, or update it with Update-SigstoreTrust.");

    /// <summary>The signed entry timestamp does not verify.</summary>
    public static readonly ErrorDefinition LogSet = new("LOG-SET", ErrorKind.SecurityError,
        "The transparency log's signed entry timestamp (SET) is not valid.",
        Tampered);

    /// <summary>The checkpoint does not verify.</summary>
    public static readonly ErrorDefinition LogCheckpoint = new("LOG-CHECKPOINT", ErrorKind.SecurityError,
        "The transparency log's checkpoint is malformed, is not signed by the log, or does not match the proof.",
        Tampered);

    /// <summary>The inclusion proof does not verify.</summary>
    public static readonly ErrorDefinition LogProof = new("LOG-PROOF", ErrorKind.SecurityError,
        "The proof that the entry is in the transparency log does not verify.",
        Tampered);

    /// <summary>The entry is about something else.</summary>
    public static readonly ErrorDefinition LogBody = new("LOG-BODY", ErrorKind.SecurityError,
        "The transparency log's entry is of an unknown kind, or belongs to another signature, signer or file.",
        Tampered);

    /// <summary>Too few logs have the signature.</summary>
    public static readonly ErrorDefinition LogThreshold = new("LOG-THRESHOLD", ErrorKind.SecurityError,
        "The signature is recorded in fewer transparency logs than required, or has the same entry twice.",
        "Ask the signer to use a transparency log, or use a trusted root that lists the log.");

    /// <summary>The signature does not verify.</summary>
    public static readonly ErrorDefinition Signature = new("SIGNATURE", ErrorKind.SecurityError,
        "The signature does not match the content and the key.",
        "Do not trust this file. The file or its signature was changed after signing.");

    /// <summary>The file is another one.</summary>
    public static readonly ErrorDefinition Digest = new("DIGEST", ErrorKind.SecurityError,
        "The file's digest is not the one in the bundle.",
        "Check that the bundle belongs to this file. If it does, the file was changed after signing: do not use it.");

    /// <summary>The statement is about another file.</summary>
    public static readonly ErrorDefinition Subject = new("SUBJECT", ErrorKind.SecurityError,
        "The envelope does not contain an in-toto statement with the file among its subjects.",
        "Check that the bundle belongs to this file. If it does, the file was changed after signing: do not use it.");

    /// <summary>A key where a certificate belongs, or the other way round, or a key that cannot be used.</summary>
    public static readonly ErrorDefinition Key = new("KEY", ErrorKind.SecurityError,
        "The bundle was signed with a key but no key was specified, or it was signed by an identity and a key was specified, or the key cannot be used.",
        "Use -PublicKey for a signature made with a key, and -Identity with -Issuer for one made by an identity.");

    /// <summary>The file that was signed cannot be read.</summary>
    public static readonly ErrorDefinition ArtifactUnreadable = new("ArtifactUnreadable", ErrorKind.ReadError,
        "The file to verify does not exist or cannot be read.",
        "Check the path, and grant the user read access to the file.");

    /// <summary>Reads a bundle, naming what breaks its format by the codes of a Sigstore verification.</summary>
    /// <inheritdoc cref="BundleReader.Read"/>
    public static Bundle ReadBundle(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return BundleReader.Read(path, cancellationToken);
        }
        catch (ModelSigningException error)
        {
            throw Translate(error);
        }
    }

    /// <summary>
    /// The refusal of a bundle's format under its failure code, the format's own id in the message; any other error as it is.
    /// </summary>
    public static ModelSigningException Translate(ModelSigningException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        ErrorDefinition id = error.Definition;
        ErrorDefinition? code =
            id == BundleErrors.BundleMediaTypeUnknown || id == BundleErrors.BundleFormatOutdated ? BundleMediaType :
            id == BundleErrors.BundleSignatureCount || id == BundleErrors.BundleIncomplete ? BundleShape :
            id == BundleErrors.BundleWithoutMaterial ? BundleMaterial :
            id == BundleErrors.BundleEmpty || id == BundleErrors.BundleTruncated || id == BundleErrors.BundleMalformed ||
            id == BundleErrors.BundleDuplicateMember || id == BundleErrors.BundleTooDeep || id == BundleErrors.BundleTooLarge ? BundleParse :
            null;
        return code is null ? error : code.At($"{error.Message} ({id.Id})", error.Target, error);
    }
}
