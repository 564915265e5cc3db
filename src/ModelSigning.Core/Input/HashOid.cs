using System.Security.Cryptography;

namespace ModelSigning.Core.Input;

/// <summary>The object identifiers of the hashes that signatures may use (RFC 5754, section 2). SHA-1 is not among them.</summary>
internal static class HashOid
{
    /// <summary>id-sha256.</summary>
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";

    private static readonly (string Oid, HashAlgorithmName Hash)[] Known =
        [(Sha256, HashAlgorithmName.SHA256), ("2.16.840.1.101.3.4.2.2", HashAlgorithmName.SHA384), ("2.16.840.1.101.3.4.2.3", HashAlgorithmName.SHA512)];

    /// <summary>The hash of an identifier; null for one that is not accepted.</summary>
    public static HashAlgorithmName? Find(string oid) => Known.Where(one => one.Oid == oid).Select(one => (HashAlgorithmName?)one.Hash).FirstOrDefault();

    /// <summary>The identifier of a hash that is accepted.</summary>
    public static string Of(HashAlgorithmName hash) => Known.First(one => one.Hash == hash).Oid;
}
