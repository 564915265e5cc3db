using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>
/// A certificate or key in PEM (RFC 7468) inside a log entry. Producers break its lines differently, so only the decoded bytes are
/// compared with anything.
/// </summary>
internal static class PemBlock
{
    /// <summary>Reads a member that is the base64 of PEM text with one block.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="SigstoreErrors.LogBody"/>.</exception>
    internal static (ReadOnlyMemory<byte> Der, bool IsCertificate) Read(ProtoObject owner, string name)
    {
        string text = Encoding.Latin1.GetString((owner.Bytes(name) ?? default).Span);
        if (PemEncoding.TryFind(text, out PemFields fields) && text[fields.Label] is "CERTIFICATE" or "PUBLIC KEY")
        {
            byte[] der = new byte[fields.DecodedDataLength];
            if (Convert.TryFromBase64Chars(text.AsSpan(fields.Base64Data), der, out int length) && length == der.Length)
            {
                return (der, text[fields.Label] == "CERTIFICATE");
            }
        }

        throw owner.Refuse($"'{owner.PathOf(name)}' is not a certificate or public key in PEM");
    }
}
