using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>
/// Rekor v1 (<c>POST /api/v1/log/entries</c>): envelopes are <c>dsse</c> 0.0.1, which makes the whole statement public, files
/// <c>hashedrekord</c> 0.0.1. An entry that is there already, as after an answer that was lost, is fetched and used.
/// </summary>
internal sealed class RekorV1Client(Uri address, ServiceClient client) : IRekorClient
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Uri Address => address;

    public TransparencyLogEntry Add(LogProposal proposal, CancellationToken cancellationToken)
    {
        byte[] body = proposal.Envelope is { } envelope ? ProposeEnvelope(proposal, envelope) : ProposeFile(proposal);
        Uri endpoint = HttpAddress.Join(address, "api/v1/log/entries");
        ServiceAnswer answer = client.Send(IRekorClient.Service, () =>
        {
            HttpRequestMessage message = new(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return message;
        }, [HttpStatusCode.Conflict], cancellationToken);
        return Read(answer.Status == HttpStatusCode.Conflict ? GetExisting(endpoint, answer.Location, cancellationToken) : answer.Body, endpoint);
    }

    private ReadOnlyMemory<byte> GetExisting(Uri endpoint, Uri? entry, CancellationToken cancellationToken)
    {
        // The log names one of its own entries, and nothing else is asked for.
        if (entry is null || Uri.Compare(entry, endpoint, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            throw SigstoreSigningErrors.RekorConflict.At(
                $"The transparency log at '{endpoint}' reports that the entry already exists, but does not identify it.", endpoint.ToString());
        }

        ServiceAnswer answer = client.Send(IRekorClient.Service, () =>
        {
            HttpRequestMessage message = new(HttpMethod.Get, entry);
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return message;
        }, [HttpStatusCode.NotFound], cancellationToken);
        return answer.Status == HttpStatusCode.NotFound
            ? throw SigstoreSigningErrors.RekorConflict.At($"The transparency log reports that the entry already exists at '{HttpAddress.Plain(entry)}', but it was not found there.", HttpAddress.Plain(entry))
            : answer.Body;
    }

    private static byte[] ProposeFile(LogProposal proposal) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        apiVersion = "0.0.1",
        kind = "hashedrekord",
        spec = new
        {
            data = new { hash = new { algorithm = "sha256", value = Hexadecimal.Write(proposal.Digest.Span) } },
            signature = new
            {
                content = Convert.ToBase64String(proposal.Signature.Span),
                publicKey = new { content = proposal.CertificatePem },
            },
        },
    }, Plain);

    private static byte[] ProposeEnvelope(LogProposal proposal, DsseEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        apiVersion = "0.0.1",
        kind = "dsse",
        spec = new
        {
            proposedContent = new
            {
                envelope = JsonSerializer.Serialize(new
                {
                    payload = Convert.ToBase64String(envelope.Payload.Span),
                    payloadType = envelope.PayloadType,
                    signatures = new[] { new { sig = Convert.ToBase64String(proposal.Signature.Span), keyid = "" } },
                }, Plain),
                verifiers = new[] { proposal.CertificatePem },
            },
        },
    }, Plain);

    /// <summary>The answer has one member, the entry's identifier; hashes in it are hexadecimal, where bundles have base64.</summary>
    private static TransparencyLogEntry Read(ReadOnlyMemory<byte> answer, Uri endpoint)
    {
        string source = endpoint.ToString();
        using JsonDocument document = StrictJson.Parse(answer, source, IRekorClient.AnswerRules);
        ProtoObject root = ProtoObject.Root(document, source, IRekorClient.AnswerRules);
        JsonProperty[] members = [.. document.RootElement.EnumerateObject()];
        if (members.Length != 1)
        {
            throw root.Refuse(Invariant($"it has {members.Length} entries instead of one"));
        }

        ProtoObject entry = root.Message(members[0].Name) ?? throw root.Refuse("its entry is null");
        ProtoObject verification = entry.Message("verification") ?? throw entry.Refuse("its entry has no 'verification'");
        ReadOnlyMemory<byte> body = entry.Bytes("body") ?? throw entry.Refuse("its entry has no 'body'");
        (string kind, string version) = ReadKind(body, source);
        return new TransparencyLogEntry
        {
            LogIndex = entry.NotNegative("logIndex"),
            LogId = Hex(entry, "logID", entry.Text("logID")),
            Kind = kind,
            KindVersion = version,
            IntegratedTime = entry.NotNegative("integratedTime"),
            SignedEntryTimestamp = verification.Bytes("signedEntryTimestamp"),
            InclusionProof = verification.Message("inclusionProof") is { } proof
                ? ReadProof(proof, members[0].Value.GetProperty("verification").GetProperty("inclusionProof")) : null,
            CanonicalizedBody = body,
        };
    }

    private static InclusionProof ReadProof(ProtoObject proof, JsonElement element)
    {
        List<ReadOnlyMemory<byte>> hashes = [];
        if (element.TryGetProperty("hashes", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
        {
            // A tree has at most 2^63 leaves, so a path has at most 63 nodes.
            foreach (JsonElement hash in list.EnumerateArray().Take(64))
            {
                hashes.Add(Hex(proof, "hashes", hash.ValueKind == JsonValueKind.String ? hash.GetString()! : ""));
            }
        }

        string checkpoint = proof.Text("checkpoint");
        return new InclusionProof(proof.NotNegative("logIndex"), proof.NotNegative("treeSize"), Hex(proof, "rootHash", proof.Text("rootHash")),
            hashes, checkpoint.Length == 0 ? null : checkpoint);
    }

    private static (string Kind, string Version) ReadKind(ReadOnlyMemory<byte> body, string source)
    {
        using JsonDocument document = StrictJson.Parse(body, source, IRekorClient.AnswerRules);
        return (Text(document, "kind"), Text(document, "apiVersion"));
    }

    // Whatever kind it is: that it is the right one is for the entry's check to say.
    private static string Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static byte[] Hex(ProtoObject owner, string name, string text)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        return Hexadecimal.TryRead(text, hash) ? hash : throw owner.Refuse($"'{owner.PathOf(name)}' is not a SHA-256 hash in lowercase hexadecimal");
    }
}
