using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>Fulcio's <c>POST /api/v2/signingCert</c>, in its two forms: a signing request, or a key with a proof of possession.</summary>
public sealed class FulcioService(PrivateSigstore instance)
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The JSON body.</param>
    /// <param name="authorization">The Authorization header.</param>
    public JsonObject Certify(JsonObject request, string? authorization)
    {
        Faults faults = instance.Faults;
        RefusedRequestException.Unless(!faults.Has(Fault.FulcioRefuses), 403, "the identity is not allowed here");
        string? token = (string?)request["credentials"]?["oidcIdentityToken"]
            ?? (authorization?.StartsWith("Bearer ", StringComparison.Ordinal) == true ? authorization["Bearer ".Length..] : null);
        RefusedRequestException.Unless(token is not null, 401, "There was an error processing the credentials for this request");
        JsonObject claims = instance.OpenId.Check(token!);
        string? email = (string?)claims["email"];
        RefusedRequestException.Unless(email is null || (bool?)claims["email_verified"] == true, 403, "email_verified claim was false");
        PublicKey key = RequestedKey(request, email ?? (string)claims["sub"]!);
        string issuer = (string?)claims["federated_claims"]?["connector_id"] ?? (string)claims["iss"]!;
        LeafOptions leaf = ApplyFaults(new LeafOptions
        {
            Key = key,
            Names = [email is not null ? new SubjectName(SubjectNameKind.Email, email) : WorkflowName(claims)],
            Issuer = issuer,
            RawIssuer = issuer,
        });
        CertificateAuthority authority = faults.Has(Fault.CertificateUnknownAuthority) ? instance.StrangerAuthority : instance.Fulcio;
        using X509Certificate2 certificate = authority.Issue(leaf, instance.CertificateLog);
        JsonObject chain = new()
        {
            ["chain"] = new JsonObject
            {
                ["certificates"] = new JsonArray([.. authority.Chain.Prepend(certificate).Select(c => (JsonNode)(c.ExportCertificatePem() + "\n"))]),
            },
        };
        return new JsonObject { [faults.Has(Fault.SctDetached) ? "signedCertificateDetachedSct" : "signedCertificateEmbeddedSct"] = chain };
    }

    private LeafOptions ApplyFaults(LeafOptions leaf)
    {
        Faults faults = instance.Faults;
        if (faults.Has(Fault.CertificateOtherKey))
        {
            using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            leaf = leaf with { Key = new PublicKey(other) };
        }

        if (faults.Has(Fault.CertificateOtherIdentity))
        {
            leaf = leaf with { Names = [new SubjectName(SubjectNameKind.Email, "someone-else@sigstore.test")] };
        }

        if (faults.Has(Fault.CertificateOtherIssuer))
        {
            leaf = leaf with { Issuer = "https://other.sigstore.test", RawIssuer = "https://other.sigstore.test" };
        }

        if (faults.Has(Fault.CertificateExpired))
        {
            leaf = leaf with { NotBefore = instance.Created.AddHours(-1.5) };
        }

        if (faults.Has(Fault.CertificateNotForCodeSigning))
        {
            leaf = leaf with { ExtendedKeyUsages = [Oids.TimeStamping] };
        }

        if (faults.Has(Fault.SctMissing) || faults.Has(Fault.SctDetached))
        {
            leaf = leaf with { Scts = [] };
        }

        if (faults.Has(Fault.SctInvalid))
        {
            leaf = leaf with { Scts = [new SctOptions { CorruptSignature = true }] };
        }

        return faults.Has(Fault.SctUnknownLog) ? leaf with { Scts = [new SctOptions { Log = new CertificateTransparencyLog() }] } : leaf;
    }

    private static SubjectName WorkflowName(JsonObject claims) => new(SubjectNameKind.Uri,
        (string?)claims["job_workflow_ref"] is { } workflow ? "https://github.com/" + workflow : (string)claims["sub"]!);

    private static PublicKey RequestedKey(JsonObject request, string subject)
    {
        try
        {
            if ((string?)request["certificateSigningRequest"] is { } signingRequest)
            {
                // Loading verifies the request's own signature.
                return CertificateRequest.LoadSigningRequestPem(
                    Encoding.ASCII.GetString(Convert.FromBase64String(signingRequest)), HashAlgorithmName.SHA256).PublicKey;
            }

            using ECDsa key = ECDsa.Create();
            key.ImportFromPem((string?)request["publicKeyRequest"]?["publicKey"]?["content"]);
            byte[] proof = Convert.FromBase64String((string?)request["publicKeyRequest"]?["proofOfPossession"] ?? "");
            RefusedRequestException.Unless(key.VerifyData(Encoding.UTF8.GetBytes(subject), proof, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
                400, "The signature supplied in the request could not be verified");
            return PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or FormatException)
        {
            throw new RefusedRequestException(400, "The public key supplied in the request could not be parsed");
        }
    }
}
