using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The entries of trusted roots and signing configurations.</summary>
public static class TrustFiles
{
    public const string Operator = "sigstore.test";

    /// <summary>A time as protobuf's JSON writes it.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A range; the ends are inclusive.</summary>
    public static JsonObject ValidFor(DateTimeOffset? start, DateTimeOffset? end)
    {
        JsonObject range = [];
        if (start is { } from)
        {
            range["start"] = Timestamp(from);
        }

        if (end is { } to)
        {
            range["end"] = Timestamp(to);
        }

        return range;
    }

    /// <summary>A transparency log.</summary>
    public static JsonObject Log(TransparencyLog log, DateTimeOffset? start, DateTimeOffset? end = null, string operatorName = Operator) =>
        Log(log.Address.ToString().TrimEnd('/'), log.PublicKey, log.Version == 1 ? "PKIX_ECDSA_P256_SHA_256" : "PKIX_ED25519", log.LogId, start, end, operatorName);

    /// <summary>A certificate transparency log.</summary>
    public static JsonObject Log(CertificateTransparencyLog log, string address, DateTimeOffset? start, DateTimeOffset? end = null, string operatorName = Operator) =>
        Log(address, log.PublicKey, "PKIX_ECDSA_P256_SHA_256", log.LogId, start, end, operatorName);

    /// <summary>A log of any key.</summary>
    public static JsonObject Log(string address, byte[] key, string keyDetails, byte[] logId, DateTimeOffset? start, DateTimeOffset? end, string operatorName) => new()
    {
        ["baseUrl"] = address,
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(key),
            ["keyDetails"] = keyDetails,
            ["validFor"] = ValidFor(start, end),
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(logId) },
        ["operator"] = operatorName,
    };

    /// <summary>A certificate or timestamp authority.</summary>
    /// <param name="chain">From the issuing or signing certificate to the anchor.</param>
    /// <param name="address">The service's address.</param>
    /// <param name="start">The beginning of its range.</param>
    /// <param name="end">The end of its range.</param>
    /// <param name="operatorName">Who runs it.</param>
    public static JsonObject Authority(IReadOnlyList<X509Certificate2> chain, string address, DateTimeOffset? start, DateTimeOffset? end = null, string operatorName = Operator) => new()
    {
        ["subject"] = new JsonObject { ["organization"] = "sigstore.test", ["commonName"] = chain[^1].GetNameInfo(X509NameType.SimpleName, false) },
        ["uri"] = address,
        ["certChain"] = new JsonObject
        {
            ["certificates"] = new JsonArray([.. chain.Select(c => (JsonNode)new JsonObject { ["rawBytes"] = Convert.ToBase64String(c.RawData) })]),
        },
        ["validFor"] = ValidFor(start, end),
        ["operator"] = operatorName,
    };

    /// <summary>A service of a signing configuration.</summary>
    public static JsonObject Service(string address, int version, DateTimeOffset? start, DateTimeOffset? end = null, string operatorName = Operator) => new()
    {
        ["url"] = address,
        ["majorApiVersion"] = version,
        ["validFor"] = ValidFor(start, end),
        ["operator"] = operatorName,
    };
}
