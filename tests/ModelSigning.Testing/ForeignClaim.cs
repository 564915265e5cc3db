using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelSigning.Testing;

/// <summary>
/// Claims as another tool makes them: an in-toto statement in a DSSE envelope in a Sigstore bundle, written from the specifications and with no code of the module.
/// </summary>
public static class ForeignClaim
{
    private const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>A statement about one subject.</summary>
    /// <param name="digests">The members of the subject's digest set, as JSON without braces.</param>
    /// <param name="predicateType">What it says.</param>
    /// <param name="predicate">The predicate's JSON.</param>
    /// <param name="type">The statement's type.</param>
    public static string Statement(string digests, string predicateType, string predicate, string type = "https://in-toto.io/Statement/v1") =>
        $$"""{"_type":"{{type}}","subject":[{"name":"model","digest":{ {{digests}} } }],"predicateType":"{{predicateType}}","predicate":{{predicate}} }""";

    /// <summary>A claims file's line: the statement, signed.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="statement">The statement's text.</param>
    /// <param name="payload">What the envelope carries instead of what was signed; null for the statement.</param>
    public static string Line(ECDsa key, string statement, string? payload = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] body = Encoding.UTF8.GetBytes(statement);
        byte[] encoding = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {PayloadType.Length} {PayloadType} {body.Length} ")), .. body];
        byte[] signature = key.SignData(encoding, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.Serialize(new
        {
            mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json",
            verificationMaterial = new { publicKey = new { hint = "" }, tlogEntries = Array.Empty<object>() },
            dsseEnvelope = new
            {
                payload = payload is null ? Convert.ToBase64String(body) : Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)),
                payloadType = PayloadType,
                signatures = new[] { new { sig = Convert.ToBase64String(signature), keyid = "" } },
            },
        });
    }
}
