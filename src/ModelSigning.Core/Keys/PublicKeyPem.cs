using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>Public keys as PEM: SubjectPublicKeyInfo (RFC 7468, section 13).</summary>
public static class PublicKeyPem
{
    /// <summary>Reads the one public key of a text.</summary>
    /// <param name="pem">The text; whatever stands around the key is passed over.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>.</exception>
    public static EcPublicKey Parse(ReadOnlySpan<char> pem, string source)
    {
        EcPublicKey? key = null;
        string? other = null;
        for (ReadOnlySpan<char> rest = pem; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            ReadOnlySpan<char> label = rest[fields.Label];
            if (label is not PemLabels.PublicKey)
            {
                other = label is PemLabels.EcParameters ? other : other ?? label.ToString();
                continue;
            }

            if (key is not null)
            {
                throw KeyErrors.KeyMalformed.At($"'{source}' contains more than one public key. Use a separate file for each.", source);
            }

            byte[] der = new byte[fields.DecodedDataLength];
            Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _);
            key = EcPublicKey.FromSubjectPublicKeyInfo(der, source);
        }

        return key ?? throw Refuse(other, source);
    }

    private static ModelSigningException Refuse(string? label, string source) => label switch
    {
        PemLabels.Certificate => KeyErrors.KeyKindWrong.At($"'{source}' contains a certificate, not a public key.", source),
        "RSA PUBLIC KEY" => KeyErrors.KeyAlgorithmRefused.At($"'{source}' contains an RSA key, which is not supported.", source),
        not null when label.EndsWith(PemLabels.Pkcs8, StringComparison.Ordinal) =>
            KeyErrors.KeyKindWrong.At($"'{source}' contains a private key. Use the public key, which New-ModelSigningKey writes beside it.", source),
        _ => KeyErrors.KeyMalformed.At($"'{source}' does not contain a public key in PEM ('-----BEGIN PUBLIC KEY-----').", source),
    };
}
