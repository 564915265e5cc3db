using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Core.Policy;

/// <summary>
/// A certificate's subject, compared attribute by attribute: the same types in the same order with the same text (X.501, 9.2). How the
/// text is encoded plays no part, its case does.
/// </summary>
internal sealed class CertificateSubject
{
    private readonly (string Type, string Value)[] _attributes;

    private CertificateSubject((string Type, string Value)[] attributes) => _attributes = attributes;

    /// <summary>Reads a subject as people write it: <c>CN=Release, O=Example, C=DE</c>.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="PolicyErrors.PolicyInvalid"/>: it is none.</exception>
    internal static CertificateSubject Parse(string text, PolicyElement signer)
    {
        try
        {
            return Attributes(new X500DistinguishedName(text)) is { Length: > 0 } attributes
                ? new(attributes)
                : throw signer.Invalid($"'{text}' of {signer.Where} names nobody.");
        }
        catch (CryptographicException)
        {
            throw signer.Invalid($"'{text}' of {signer.Where} is no subject such as 'CN=Release, O=Example'.");
        }
    }

    /// <summary>Whether a certificate has this subject.</summary>
    internal bool IsOf(X509Certificate2 certificate) => Attributes(certificate.SubjectName)?.AsSpan().SequenceEqual(_attributes) == true;

    // Null for a name with several attributes in one place, which no policy can name.
    private static (string Type, string Value)[]? Attributes(X500DistinguishedName name)
    {
        try
        {
            X500RelativeDistinguishedName[] parts = [.. name.EnumerateRelativeDistinguishedNames()];
            return parts.Any(part => part.HasMultipleElements)
                ? null
                : [.. parts.Select(part => (part.GetSingleElementType().Value ?? "", part.GetSingleElementValue() ?? ""))];
        }
        catch (Exception error) when (error is CryptographicException or InvalidOperationException)
        {
            return null;
        }
    }
}
