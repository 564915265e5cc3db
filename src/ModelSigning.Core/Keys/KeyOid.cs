namespace ModelSigning.Core.Keys;

/// <summary>The object identifiers of the keys that signatures and certificates may have.</summary>
internal static class KeyOid
{
    /// <summary>rsaEncryption (RFC 8017, appendix A.1).</summary>
    public const string Rsa = "1.2.840.113549.1.1.1";

    /// <summary>id-RSASSA-PSS (RFC 8017, appendix A.2.3).</summary>
    public const string RsaPss = "1.2.840.113549.1.1.10";

    /// <summary>id-ecPublicKey (RFC 5480, section 2.1.1).</summary>
    public const string Ec = "1.2.840.10045.2.1";

    /// <summary>id-Ed25519 (RFC 8410, section 3).</summary>
    public const string Ed25519 = "1.3.101.112";
}
