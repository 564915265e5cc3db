namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The object identifiers that the instance writes.</summary>
public static class Oids
{
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string CertificateTimestamps = "1.3.6.1.4.1.11129.2.4.2";
    public const string FulcioIssuerRaw = "1.3.6.1.4.1.57264.1.1";
    public const string FulcioOtherName = "1.3.6.1.4.1.57264.1.7";
    public const string FulcioIssuer = "1.3.6.1.4.1.57264.1.8";
    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
}
