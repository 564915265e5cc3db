using System.Text;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>
/// The one form of an entry of Rekor v2 (<c>hashedrekord</c> 0.0.2 in RFC 8785's canonical JSON): every value is ASCII without
/// anything to escape, so the form is a template.
/// </summary>
internal static class CanonicalHashedRekordV002
{
    /// <summary>Writes the body that a log makes of these values.</summary>
    /// <param name="body">Signature, signer and digest.</param>
    /// <param name="algorithm">The digest's algorithm as the log names it: <c>SHA2_256</c>.</param>
    /// <param name="keyDetails">The signer's algorithm as the log names it: <c>PKIX_ECDSA_P256_SHA_256</c>.</param>
    internal static byte[] Write(LogBody body, string algorithm, string keyDetails)
    {
        string member = body.VerifierIsCertificate ? "x509Certificate" : "publicKey";
        string rawBytes = Convert.ToBase64String(body.Verifier.Span);
        string signer = $"\"keyDetails\":\"{keyDetails}\",\"{member}\":{{\"rawBytes\":\"{rawBytes}\"}}";
        return Encoding.UTF8.GetBytes(
            "{\"apiVersion\":\"0.0.2\",\"kind\":\"hashedrekord\",\"spec\":{\"hashedRekordV002\":{" +
            $"\"data\":{{\"algorithm\":\"{algorithm}\",\"digest\":\"{Convert.ToBase64String(body.Digest.Span)}\"}}," +
            $"\"signature\":{{\"content\":\"{Convert.ToBase64String(body.Signature.Span)}\",\"verifier\":{{{signer}}}}}}}}}}}");
    }
}
