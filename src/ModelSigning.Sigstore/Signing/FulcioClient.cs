using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Identity;

namespace ModelSigning.Sigstore.Signing;

/// <summary>Gets certificates from Fulcio (its <c>POST /api/v2/signingCert</c>) in the form with a signing request, which proves possession of any key.</summary>
internal sealed class FulcioClient(Uri address, ServiceClient client)
{
    private const int MaximumAnswer = 1024 * 1024;

    private static readonly InputRules AnswerRules = new("answer of the certificate authority", MaximumAnswer, SigstoreSigningErrors.FulcioAnswerInvalid);

    /// <summary>How errors name the service, and what can go wrong with it.</summary>
    public static readonly ServiceEndpoint Service = new("the certificate authority (Fulcio)",
        SigstoreSigningErrors.FulcioUnreachable, SigstoreSigningErrors.FulcioRefused, SigstoreSigningErrors.FulcioAnswerInvalid)
    {
        MaximumAnswer = MaximumAnswer,
    };

    /// <summary>Requests a certificate; nothing of the answer is verified yet.</summary>
    /// <returns>The leaf in DER.</returns>
    public ReadOnlyMemory<byte> Request(ECDsa key, IdentityToken token, CancellationToken cancellationToken)
    {
        // The subject is empty: what the certificate says comes from the token alone.
        string request = new CertificateRequest(new X500DistinguishedName([0x30, 0x00]), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { certificateSigningRequest = Convert.ToBase64String(Encoding.ASCII.GetBytes(request)) });
        Uri endpoint = HttpAddress.Join(address, "api/v2/signingCert");
        ServiceAnswer answer = client.Send(Service, () =>
        {
            HttpRequestMessage message = new(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            message.Headers.Authorization = token.Authorization();
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return message;
        }, [], cancellationToken);
        return ReadLeaf(answer.Body, endpoint.ToString());
    }

    private static byte[] ReadLeaf(ReadOnlyMemory<byte> answer, string source)
    {
        using JsonDocument document = StrictJson.Parse(answer, source, AnswerRules);
        if (document.RootElement.TryGetProperty("signedCertificateDetachedSct", out _))
        {
            throw SigstoreSigningErrors.FulcioTimestampDetached.At(
                $"The certificate authority at '{source}' returns certificate timestamps separately from the certificate.", source);
        }

        if (document.RootElement.TryGetProperty("signedCertificateEmbeddedSct", out JsonElement signed) && signed.ValueKind == JsonValueKind.Object
            && signed.TryGetProperty("chain", out JsonElement chain) && chain.ValueKind == JsonValueKind.Object
            && chain.TryGetProperty("certificates", out JsonElement certificates) && certificates.ValueKind == JsonValueKind.Array
            && certificates.GetArrayLength() > 0 && certificates[0].ValueKind == JsonValueKind.String
            && TryReadPem(certificates[0].GetString()!, out byte[] der))
        {
            return der;
        }

        throw Invalid(source);
    }

    private static bool TryReadPem(string text, out byte[] der)
    {
        der = [];
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != "CERTIFICATE")
        {
            return false;
        }

        der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(text.AsSpan(fields.Base64Data), der, out int length) && length == der.Length;
    }

    private static ModelSigningException Invalid(string source) => SigstoreSigningErrors.FulcioAnswerInvalid.At(
        $"The certificate authority at '{source}' returned no certificate.", source);
}
