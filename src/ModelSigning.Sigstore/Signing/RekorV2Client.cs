using System.Net.Http.Headers;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>
/// Rekor v2 (rekor-tiles, <c>POST /api/v2/log/entries</c>): files and envelopes alike are <c>hashedrekord</c> 0.0.2 over a digest, so
/// that nothing but digest, signature and certificate becomes public.
/// </summary>
internal sealed class RekorV2Client(Uri address, ServiceClient client) : IRekorClient
{
    public Uri Address => address;

    public TransparencyLogEntry Add(LogProposal proposal, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            hashedRekordRequestV002 = new
            {
                digest = Convert.ToBase64String(proposal.Digest.Span),
                signature = new
                {
                    content = Convert.ToBase64String(proposal.Signature.Span),
                    verifier = new
                    {
                        keyDetails = SigningCertificate.KeyDetails,
                        x509Certificate = new { rawBytes = Convert.ToBase64String(proposal.Certificate.Span) },
                    },
                },
            },
        });
        Uri endpoint = HttpAddress.Join(address, "api/v2/log/entries");
        ServiceAnswer answer = client.Send(IRekorClient.Service, () =>
        {
            HttpRequestMessage message = new(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return message;
        }, [], cancellationToken);
        try
        {
            using JsonDocument document = StrictJson.Parse(answer.Body, endpoint.ToString(), IRekorClient.AnswerRules, cancellationToken);
            // Rekor v2 confirms no time, whatever its answer has there.
            return TransparencyLogEntryReader.Read(ProtoObject.Root(document, endpoint.ToString(), IRekorClient.AnswerRules)) with
            {
                IntegratedTime = 0,
                SignedEntryTimestamp = null,
            };
        }
        catch (ModelSigningException error) when (error.Definition == BundleErrors.BundleIncomplete)
        {
            throw SigstoreSigningErrors.RekorAnswerInvalid.At(error.Message, endpoint.ToString(), error);
        }
    }
}
