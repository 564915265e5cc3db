using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore;

/// <summary>
/// The refusals of a Sigstore verification. Their ids are the failure codes of the field, one for each check, so that a refusal
/// says which check refused.
/// </summary>
public static class SigstoreErrors
{
    private const string Tampered = "Do not trust this signature; fetch it again from who made it, and if it still fails, ask them.";

    /// <summary>The bundle is no JSON of the bundle format.</summary>
    public static readonly ErrorDefinition BundleParse = new("BUNDLE-PARSE", ErrorKind.InvalidData,
        "The bundle is not the strict JSON of a Sigstore bundle, or exceeds a bound.",
        "Check that the file is the signature and not something else, and fetch it again from who made it.");

    /// <summary>The media type is unknown.</summary>
    public static readonly ErrorDefinition BundleMediaType = new("BUNDLE-MEDIATYPE", ErrorKind.InvalidData,
        "The bundle's mediaType is none of the formats 0.1, 0.2 and 0.3.",
        "Check that the file is a Sigstore bundle; a newer format needs a newer version of this module.");

    /// <summary>Something that the bundle's format demands is absent, or too much of it is there.</summary>
    public static readonly ErrorDefinition BundleShape = new("BUNDLE-SHAPE", ErrorKind.InvalidData,
        "The bundle lacks something that its format demands, such as the one signature or a log entry's proof.",
        Tampered);

    /// <summary>The key or certificate is not of the form that the bundle's format and the method demand.</summary>
    public static readonly ErrorDefinition BundleMaterial = new("BUNDLE-MATERIAL", ErrorKind.InvalidData,
        "The bundle's key or certificates are not of the form that its format demands of a Sigstore signature.",
        "Check that the signature was made with Sigstore; signatures made with a key or a company's certificate are verified with -PublicKey or -TrustedCertificate.");

    /// <summary>The trusted root cannot be used.</summary>
    public static readonly ErrorDefinition TrustedRoot = new("TRUSTED-ROOT", ErrorKind.InvalidData,
        "The trusted root is not of its format, or contradicts itself.",
        "Get the trusted root again with Update-SigstoreTrust, or from who runs the Sigstore instance.");

    /// <summary>A timestamp of a listed authority does not verify.</summary>
    public static readonly ErrorDefinition Timestamp = new("TIMESTAMP", ErrorKind.SecurityError,
        "A timestamp of an authority that the trusted root lists does not verify.",
        Tampered);

    /// <summary>Nobody trusted vouches for the time of signing.</summary>
    public static readonly ErrorDefinition TimeMissing = new("TIME-MISSING", ErrorKind.SecurityError,
        "No timestamp authority or log that the trusted root lists vouches for the time of signing, and a Sigstore certificate is valid for minutes only.",
        "Verify with the trusted root of the Sigstore instance that the signature was made with, or have the file signed again with a timestamp.");

    /// <summary>No path leads from the certificate to a listed authority.</summary>
    public static readonly ErrorDefinition CertificateChain = new("CERT-CHAIN", ErrorKind.SecurityError,
        "No certificate authority of the trusted root issued the signing certificate.",
        "Verify with the trusted root of the Sigstore instance that the signature was made with.");

    /// <summary>A certificate was not valid at a verified time.</summary>
    public static readonly ErrorDefinition CertificateTime = new("CERT-TIME", ErrorKind.SecurityError,
        "The signing certificate or its authority was not valid at a verified time of signing.",
        Tampered);

    /// <summary>The certificate is not one for signing code.</summary>
    public static readonly ErrorDefinition CertificateProfile = new("CERT-PROFILE", ErrorKind.SecurityError,
        "The signing certificate is not of the profile that Sigstore's certificate authorities issue.",
        Tampered);

    /// <summary>No certificate transparency log vouches for the certificate.</summary>
    public static readonly ErrorDefinition SignedCertificateTimestamp = new("SCT", ErrorKind.SecurityError,
        "No certificate transparency log of the trusted root vouches for the signing certificate, or one that is listed does not verify.",
        Tampered);

    /// <summary>The signer is another one.</summary>
    public static readonly ErrorDefinition Identity = new("IDENTITY", ErrorKind.SecurityError,
        "The signer is not the one that the caller trusts.",
        "Compare the identity and issuer that the message shows with those you expect; change the parameters only if you trust them.");

    /// <summary>The log is not listed.</summary>
    public static readonly ErrorDefinition LogUnknown = new("LOG-UNKNOWN", ErrorKind.SecurityError,
        "The trusted root does not list the transparency log that the entry names, or lists it with a key that cannot be used.",
        "Verify with the trusted root of the Sigstore instance that the signature was made with, or refresh it with Update-SigstoreTrust.");

    /// <summary>The signed entry timestamp does not verify.</summary>
    public static readonly ErrorDefinition LogSet = new("LOG-SET", ErrorKind.SecurityError,
        "The transparency log's promise (the signed entry timestamp) does not verify.",
        Tampered);

    /// <summary>The checkpoint does not verify.</summary>
    public static readonly ErrorDefinition LogCheckpoint = new("LOG-CHECKPOINT", ErrorKind.SecurityError,
        "The transparency log's checkpoint is malformed, not signed by the log, or not the one that the proof is for.",
        Tampered);

    /// <summary>The inclusion proof does not verify.</summary>
    public static readonly ErrorDefinition LogProof = new("LOG-PROOF", ErrorKind.SecurityError,
        "The proof that the entry is in the transparency log does not verify.",
        Tampered);

    /// <summary>The entry is about something else.</summary>
    public static readonly ErrorDefinition LogBody = new("LOG-BODY", ErrorKind.SecurityError,
        "The transparency log's entry is of an unknown kind, or is about another signature, signer or file.",
        Tampered);

    /// <summary>Too few logs vouch for the signature.</summary>
    public static readonly ErrorDefinition LogThreshold = new("LOG-THRESHOLD", ErrorKind.SecurityError,
        "Fewer transparency logs vouch for the signature than are demanded, or one entry is there twice.",
        "Have the file signed with a transparency log, or verify with the trusted root that lists the log.");

    /// <summary>The signature does not verify.</summary>
    public static readonly ErrorDefinition Signature = new("SIGNATURE", ErrorKind.SecurityError,
        "The signature was not made by this key over this content.",
        "Do not trust this file: it, or its signature, was changed after signing.");

    /// <summary>The file is another one.</summary>
    public static readonly ErrorDefinition Digest = new("DIGEST", ErrorKind.SecurityError,
        "The file's digest is not the one that the bundle names.",
        "Check that the bundle belongs to this file; if it does, the file was changed after signing.");

    /// <summary>The statement is about another file.</summary>
    public static readonly ErrorDefinition Subject = new("SUBJECT", ErrorKind.SecurityError,
        "The envelope holds no in-toto statement, or none whose subjects include the file.",
        "Check that the bundle belongs to this file; if it does, the file was changed after signing.");

    /// <summary>A key where a certificate belongs, or the other way round, or a key that cannot be used.</summary>
    public static readonly ErrorDefinition Key = new("KEY", ErrorKind.SecurityError,
        "The bundle was signed with a key and none was given, or a key was given and it was signed by an identity, or the key cannot be used.",
        "Give the signer's public key for a signature made with a key, and -Identity with -Issuer for one made by an identity.");

    /// <summary>The file that was signed cannot be read.</summary>
    public static readonly ErrorDefinition ArtifactUnreadable = new("ArtifactUnreadable", ErrorKind.ReadError,
        "The file whose signature is to be verified is not there or cannot be read.",
        "Check the path, and give the user read access to the file.");

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
