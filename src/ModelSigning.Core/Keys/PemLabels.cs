namespace ModelSigning.Core.Keys;

/// <summary>The labels of PEM blocks (RFC 7468).</summary>
internal static class PemLabels
{
    public const string Pkcs8 = "PRIVATE KEY";
    public const string EncryptedPkcs8 = "ENCRYPTED PRIVATE KEY";
    public const string Sec1 = "EC PRIVATE KEY";
    public const string EcParameters = "EC PARAMETERS";
    public const string PublicKey = "PUBLIC KEY";
    public const string Certificate = "CERTIFICATE";
}
