using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Certificates;

/// <summary>A certificate's names as a person may see them.</summary>
internal static class CertificateText
{
    private const int MaximumLength = 256;

    /// <summary>
    /// The subject, for messages and results: a stranger's text, so control and format characters are replaced and it is cut at
    /// 256 characters.
    /// </summary>
    public static string DisplaySubject(this X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Display(certificate.SubjectName);
    }

    /// <summary>The issuer, in the same way.</summary>
    public static string DisplayIssuer(this X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Display(certificate.IssuerName);
    }

    /// <summary>The SHA-256 of the certificate's DER in lower-case hexadecimal.</summary>
    public static string Sha256Fingerprint(this X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Sha256Fingerprint(certificate.RawDataMemory.Span);
    }

    /// <summary>The SHA-256 of a certificate's encoding in lower-case hexadecimal.</summary>
    public static string Sha256Fingerprint(ReadOnlySpan<byte> der) => Hexadecimal.Write(SHA256.HashData(der));

    private static string Display(X500DistinguishedName name)
    {
        string text;
        try
        {
            text = name.Name;
        }
        catch (CryptographicException)
        {
            return "(a name that cannot be read)";
        }

        StringBuilder shown = new(Math.Min(text.Length, MaximumLength) + 1);
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, MaximumLength)))
        {
            shown.Append(CharUnicodeInfo.GetUnicodeCategory(character)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? '?'
                : character);
        }

        return text.Length > MaximumLength ? shown.Append('…').ToString() : shown.ToString();
    }
}
