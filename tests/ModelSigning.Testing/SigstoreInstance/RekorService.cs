using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The write (and, for v1, single-entry read) interfaces of both versions of Rekor. Signatures are checked as the real logs check them.</summary>
public sealed class RekorService(PrivateSigstore instance)
{
    private const string EntriesPath = "/api/v1/log/entries/";

    private readonly ConcurrentDictionary<string, int> _entries = new();

    /// <summary><c>POST /api/v1/log/entries</c>.</summary>
    /// <exception cref="RefusedRequestException">Among others 409, with the entry's location, for a body that is already there.</exception>
    public JsonObject CreateV1(JsonObject proposed)
    {
        Faults faults = instance.Faults;
        RefusedRequestException.Unless(!faults.Has(Fault.RekorRefuses), 400, "verifying signature: invalid signature");
        byte[] body = CanonicalJson.Rfc8785(StoredV1(proposed));
        string uuid = "108e9186e8c5677a" + Convert.ToHexStringLower(SHA256.HashData([0, .. body]));
        TransparencyLog log = instance.Rekor1;
        int? existing = log.Find(body);
        LoggedEntry entry = existing is null ? log.Append(body) : log.Prove(existing.Value);
        _entries[uuid] = (int)entry.TreeIndex;
        if (existing is not null || faults.Has(Fault.RekorConflict) || faults.Has(Fault.RekorConflictOtherEntry) || faults.Has(Fault.RekorConflictWithoutEntry))
        {
            throw new RefusedRequestException(409, "an equivalent entry already exists in the transparency log", EntriesPath + uuid);
        }

        return AnswerV1(uuid, WithFaults(entry, log));
    }

    /// <summary><c>GET /api/v1/log/entries/{uuid}</c>.</summary>
    public JsonObject GetV1(string uuid)
    {
        RefusedRequestException.Unless(_entries.TryGetValue(uuid, out int index) && !instance.Faults.Has(Fault.RekorConflictWithoutEntry), 404, "entry not found");
        int answered = instance.Faults.Has(Fault.RekorConflictOtherEntry) ? 2 : index;
        return AnswerV1(uuid, WithFaults(instance.Rekor1.Prove(answered), instance.Rekor1));
    }

    /// <summary><c>POST /api/v2/log/entries</c>.</summary>
    public JsonObject CreateV2(JsonObject request)
    {
        RefusedRequestException.Unless(!instance.Faults.Has(Fault.RekorRefuses), 400, "invalid signature");
        LoggedEntry entry = WithFaults(instance.Rekor2.Append(StoredV2(request)), instance.Rekor2);
        JsonObject answer = entry.ToJson();
        // The server's JSON has the fields that it does not set, too.
        answer["integratedTime"] = "0";
        answer["inclusionPromise"] = null;
        return answer;
    }

    private LoggedEntry WithFaults(LoggedEntry entry, TransparencyLog log)
    {
        Faults faults = instance.Faults;
        if (faults.Has(Fault.RekorOtherEntry))
        {
            entry = log.Prove(2);
        }

        if (faults.Has(Fault.EntryTimeLate) && log.Version == 1)
        {
            entry = log.Prove((int)entry.TreeIndex, new LogOptions { IntegratedTime = instance.Clock.GetUtcNow().AddHours(1) });
        }

        if (faults.Has(Fault.RekorOtherLog))
        {
            using TransparencyLog other = new(log.Version, log.Address, instance.Clock);
            entry = other.Append(entry.Body);
        }

        if (faults.Has(Fault.SetInvalid) && entry.SignedEntryTimestamp is not null)
        {
            entry.SignedEntryTimestamp[^1] ^= 1;
        }

        if (faults.Has(Fault.SetMissing))
        {
            entry = entry with { SignedEntryTimestamp = null };
        }

        if (faults.Has(Fault.CheckpointInvalid))
        {
            string[] note = entry.Checkpoint!.Split("\n\n");
            entry = entry with { Checkpoint = note[0] + "\n\n" + log.SignatureLine("other\n") };
        }

        if (faults.Has(Fault.CheckpointMissing))
        {
            entry = entry with { Checkpoint = null };
        }

        if (faults.Has(Fault.CheckpointOtherRoot))
        {
            string[] lines = entry.Checkpoint!.Split('\n');
            string note = $"{lines[0]}\n{lines[1]}\n{Convert.ToBase64String(SHA256.HashData([7]))}\n";
            entry = entry with { Checkpoint = note + "\n" + log.SignatureLine(note) };
        }

        if (faults.Has(Fault.ProofInvalid))
        {
            entry = entry with { Hashes = [.. entry.Hashes.Select(hash => SHA256.HashData(hash))] };
        }

        return faults.Has(Fault.ProofMissing) ? entry with { HasProof = false } : entry;
    }

    private static JsonObject AnswerV1(string uuid, LoggedEntry entry)
    {
        JsonObject verification = [];
        if (entry.SignedEntryTimestamp is not null)
        {
            verification["signedEntryTimestamp"] = Convert.ToBase64String(entry.SignedEntryTimestamp);
        }

        if (entry.HasProof)
        {
            verification["inclusionProof"] = new JsonObject
            {
                ["checkpoint"] = entry.Checkpoint,
                ["hashes"] = new JsonArray([.. entry.Hashes.Select(hash => (JsonNode)Convert.ToHexStringLower(hash))]),
                ["logIndex"] = entry.TreeIndex,
                ["rootHash"] = Convert.ToHexStringLower(entry.RootHash),
                ["treeSize"] = entry.TreeSize,
            };
        }

        return new JsonObject
        {
            [uuid] = new JsonObject
            {
                ["body"] = Convert.ToBase64String(entry.Body),
                ["integratedTime"] = entry.IntegratedTime,
                ["logID"] = Convert.ToHexStringLower(entry.LogId),
                ["logIndex"] = entry.GlobalIndex,
                ["verification"] = verification,
            },
        };
    }

    private static JsonObject StoredV1(JsonObject proposed)
    {
        JsonNode spec = proposed["spec"]!;
        string kind = $"{(string?)proposed["kind"]}/{(string?)proposed["apiVersion"]}";
        switch (kind)
        {
            case "hashedrekord/0.0.1":
                string pem = Text(spec["signature"]!["publicKey"]!["content"]);
                byte[] content = Bytes(spec["signature"]!["content"]), digest = Convert.FromHexString((string)spec["data"]!["hash"]!["value"]!);
                RefusedRequestException.Unless((string?)spec["data"]!["hash"]!["algorithm"] == "sha256", 400, "unsupported hash");
                Verify(X509Certificate2.CreateFromPem(pem), digest, content);
                return EntryBody.HashedRekord001(digest, content, pem);
            case "dsse/0.0.1":
                string text = (string)spec["proposedContent"]!["envelope"]!;
                JsonArray verifiers = spec["proposedContent"]!["verifiers"]!.AsArray();
                JsonNode envelope = JsonNode.Parse(text)!;
                JsonArray signatures = envelope["signatures"]!.AsArray();
                RefusedRequestException.Unless(verifiers.Count == 1 && signatures.Count == 1, 400, "exactly one signature is supported here");
                byte[] payload = Bytes(envelope["payload"]), signature = Bytes(signatures[0]!["sig"]);
                string verifier = Text(verifiers[0]);
                Verify(X509Certificate2.CreateFromPem(verifier),
                    SHA256.HashData(EntryBody.PreAuthenticationEncoding((string)envelope["payloadType"]!, payload)), signature);
                return EntryBody.Dsse001(text, payload, signature, verifier);
            default:
                throw new RefusedRequestException(400, "unsupported entry: " + kind);
        }
    }

    private static JsonObject StoredV2(JsonObject request)
    {
        JsonNode? hashed = request["hashedRekordRequestV002"];
        RefusedRequestException.Unless(hashed is not null, 400, "invalid type");
        byte[] digest = Bytes(hashed!["digest"]), signature = Bytes(hashed["signature"]!["content"]);
        JsonNode verifier = hashed["signature"]!["verifier"]!;
        RefusedRequestException.Unless((string?)verifier["keyDetails"] == "PKIX_ECDSA_P256_SHA_256", 400, "unsupported key");
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Bytes(verifier["x509Certificate"]!["rawBytes"]));
        Verify(certificate, digest, signature);
        return EntryBody.HashedRekord002(digest, signature, certificate);
    }

    private static void Verify(X509Certificate2 certificate, byte[] digest, byte[] signature)
    {
        using ECDsa key = certificate.GetECDsaPublicKey()!;
        RefusedRequestException.Unless(key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence), 400, "verifying signature: invalid signature");
    }

    private static byte[] Bytes(JsonNode? base64) => Convert.FromBase64String((string)base64!);

    private static string Text(JsonNode? base64) => Encoding.UTF8.GetString(Bytes(base64));
}
