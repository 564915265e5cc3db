using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The bodies of log entries as the logs store them.</summary>
public static class EntryBody
{
    /// <summary>hashedrekord 0.0.1: a digest, its signature, the verifier's PEM.</summary>
    public static JsonObject HashedRekord001(byte[] digest, byte[] signature, string verifierPem, string algorithm = "sha256") => Entry("0.0.1", "hashedrekord", new JsonObject
    {
        ["data"] = new JsonObject { ["hash"] = new JsonObject { ["algorithm"] = algorithm, ["value"] = Convert.ToHexStringLower(digest) } },
        ["signature"] = new JsonObject
        {
            ["content"] = Convert.ToBase64String(signature),
            ["publicKey"] = new JsonObject { ["content"] = Base64(verifierPem) },
        },
    });

    /// <summary>dsse 0.0.1: the payload's digest, the signature, the verifier's PEM. The envelope's digest is of its text.</summary>
    public static JsonObject Dsse001(string envelope, byte[] payload, byte[] signature, string verifierPem) => Entry("0.0.1", "dsse", new JsonObject
    {
        ["envelopeHash"] = new JsonObject { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(envelope))) },
        ["payloadHash"] = new JsonObject { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(payload)) },
        ["signatures"] = new JsonArray(new JsonObject { ["signature"] = Convert.ToBase64String(signature), ["verifier"] = Base64(verifierPem) }),
    });

    /// <summary>intoto 0.0.2, of older clients: the signature is base64 twice.</summary>
    public static JsonObject Intoto002(byte[] payload, byte[] signature, string verifierPem) => Entry("0.0.2", "intoto", new JsonObject
    {
        ["content"] = new JsonObject
        {
            ["envelope"] = new JsonObject
            {
                ["payloadType"] = "application/vnd.in-toto+json",
                ["signatures"] = new JsonArray(new JsonObject { ["publicKey"] = Base64(verifierPem), ["sig"] = Base64(Convert.ToBase64String(signature)) }),
            },
            ["payloadHash"] = new JsonObject { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(payload)) },
        },
    });

    /// <summary>hashedrekord 0.0.2 of Rekor v2, for files and for envelopes (the digest is then of the PAE).</summary>
    public static JsonObject HashedRekord002(byte[] digest, byte[] signature, X509Certificate2 certificate,
        string algorithm = "SHA2_256", string keyDetails = "PKIX_ECDSA_P256_SHA_256") => Entry("0.0.2", "hashedrekord", new JsonObject
        {
            ["hashedRekordV002"] = new JsonObject
            {
                ["data"] = new JsonObject { ["algorithm"] = algorithm, ["digest"] = Convert.ToBase64String(digest) },
                ["signature"] = new JsonObject
                {
                    ["content"] = Convert.ToBase64String(signature),
                    ["verifier"] = Verifier(certificate, keyDetails),
                },
            },
        });

    /// <summary>dsse 0.0.2, which the public log has dropped.</summary>
    public static JsonObject Dsse002(byte[] payload, byte[] signature, X509Certificate2 certificate) => Entry("0.0.2", "dsse", new JsonObject
    {
        ["dsseV002"] = new JsonObject
        {
            ["payloadHash"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = Convert.ToBase64String(SHA256.HashData(payload)) },
            ["signatures"] = new JsonArray(new JsonObject
            {
                ["content"] = Convert.ToBase64String(signature),
                ["verifier"] = Verifier(certificate, "PKIX_ECDSA_P256_SHA_256"),
            }),
        },
    });

    /// <summary>DSSE's pre-authentication encoding.</summary>
    public static byte[] PreAuthenticationEncoding(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "), .. payload];

    private static JsonObject Verifier(X509Certificate2 certificate, string keyDetails) => new()
    {
        ["keyDetails"] = keyDetails,
        ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) },
    };

    private static JsonObject Entry(string version, string kind, JsonObject spec) => new() { ["apiVersion"] = version, ["kind"] = kind, ["spec"] = spec };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
