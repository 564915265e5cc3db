using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.Atlas;

/// <summary>
/// Manifests in the layout that Intel publishes for atlas-cli 0.2.0, made by code of its own: atlas-cli itself is not at hand, so what it really writes has not
/// been compared.
/// </summary>
public static class AtlasSample
{
    public const string Id = "urn:c2pa:550e8400-e29b-41d4-a716-446655440000";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Pretty = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>A manifest of some files, unsigned.</summary>
    public static JsonObject Manifest(string id = Id, string kind = "Model", params (string Path, string Content)[] files)
    {
        JsonObject claim = new()
        {
            // An id of its own: atlas-cli chooses one for the claim and another for the manifest.
            ["instance_id"] = "urn:c2pa:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            ["created_assertions"] = new JsonArray(
                new JsonObject { ["CreativeWork"] = new JsonObject { ["@context"] = "http://schema.org/", ["@type"] = kind, ["author"] = new JsonArray() } },
                new JsonObject
                {
                    ["Action"] = new JsonObject
                    {
                        ["actions"] = new JsonArray(new JsonObject
                        {
                            ["action"] = "c2pa.created",
                            ["software_agent"] = "atlas-cli:0.2.0",
                            ["parameters"] = new JsonObject { ["größe"] = 1.5, ["epochs"] = 300L, ["loss"] = -7L, ["exact"] = 0.1 },
                            ["digital_source_type"] = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
                            ["instance_id"] = null,
                        }),
                    },
                }),
            ["ingredients"] = new JsonArray([.. files.Select(file => Ingredient(file.Path, file.Content))]),
            ["signature"] = null,
            ["claim_generator_info"] = "atlas-cli:0.2.0",
            ["created_at"] = "2026-01-02T03:04:05.123456789Z",
        };
        return new()
        {
            ["claim_generator"] = "atlas-cli:0.2.0",
            ["title"] = "Größe \"8\"",
            ["instance_id"] = id,
            ["ingredients"] = new JsonArray(),
            ["claim"] = claim,
            ["created_at"] = "2026-01-02T03:04:05.123456789Z",
            ["cross_references"] = new JsonArray(),
            ["c2pa.claim.v2"] = claim.DeepClone(),
            ["is_active"] = true,
        };
    }

    /// <summary>Signs the claim, as OpenSSL's signer does with a key of either kind.</summary>
    public static JsonObject Sign(JsonObject manifest, AsymmetricAlgorithm key, HashAlgorithmName hash)
    {
        JsonObject claim = (JsonObject)manifest["claim"]!;
        claim["signature"] = null;
        byte[] bytes = AtlasCbor.Encode(claim);
        claim["signature"] = Convert.ToBase64String(key is RSA rsa
            ? rsa.SignData(bytes, hash, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, hash, DSASignatureFormat.Rfc3279DerSequence));
        return manifest;
    }

    /// <summary>Adds a reference to another manifest, behind the signature's back as <c>manifest link</c> does.</summary>
    public static JsonObject Link(JsonObject manifest, JsonObject other)
    {
        manifest["cross_references"]!.AsArray().Add(new JsonObject
        {
            ["manifest_url"] = other["instance_id"]!.GetValue<string>(),
            ["manifest_hash"] = Convert.ToHexStringLower(SHA384.HashData(Encoding.UTF8.GetBytes(other.ToJsonString(Compact)))),
            ["media_type"] = "application/json",
        });
        return manifest;
    }

    public static string Json(JsonObject manifest) => manifest.ToJsonString(Pretty);

    /// <summary>Writes a store: each manifest under the SHA-256 of its id, and the index.</summary>
    public static void WriteStore(string folder, params JsonObject[] manifests)
    {
        Directory.CreateDirectory(folder);
        JsonObject index = [];
        foreach (JsonObject manifest in manifests)
        {
            string id = manifest["instance_id"]!.GetValue<string>();
            string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))) + ".json";
            index[id] = name;
            File.WriteAllText(Path.Join(folder, name), Json(manifest));
        }

        File.WriteAllText(Path.Join(folder, "manifest_index.json"), Json(index));
    }

    private static JsonObject Ingredient(string path, string content) => new()
    {
        ["title"] = Path.GetFileName(path),
        ["relationship"] = "componentOf",
        ["dc:format"] = "application/octet-stream",
        ["document_id"] = "uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e",
        ["instance_id"] = "uuid:16fd2706-8baf-433b-82eb-8c7fada847da",
        ["data"] = new JsonObject
        {
            ["url"] = "file://" + path,
            ["alg"] = "sha384",
            ["hash"] = Convert.ToHexStringLower(SHA384.HashData(Encoding.UTF8.GetBytes(content))),
            ["data_types"] = new JsonArray("c2pa.types.model"),
            ["linked_ingredient_url"] = null,
            ["linked_ingredient_hash"] = null,
        },
        ["linked_ingredient"] = null,
    };
}
