using System.Formats.Asn1;
using System.Text;
using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Who signed, as the verified certificate says it.</summary>
/// <param name="Name">The identity.</param>
/// <param name="Issuer">Who vouched for it.</param>
/// <param name="Extensions">What else the certificate says.</param>
public sealed record VerifiedIdentity(SubjectName Name, string Issuer, FulcioExtensions Extensions);

/// <summary>Compares the certificate's identity with the one that the caller trusts.</summary>
internal static class IdentityStep
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Identity"/> or <see cref="SigstoreErrors.CertificateProfile"/>.</exception>
    internal static VerifiedIdentity Verify(LeafCertificate leaf, IdentityPolicy policy, Findings findings)
    {
        VerifiedIdentity found = Read(leaf);
        List<string> differences = [];
        if (policy.Identity is { } identity && !(found.Name.Value == identity && IsOfType(identity, found.Name.Type)))
        {
            differences.Add($"the identity is '{found.Name.Value}' ({found.Name.Type}) and not '{identity}'");
        }

        if (policy.IdentityPattern is { } pattern && !Matches(pattern, found.Name.Value))
        {
            differences.Add($"the identity '{found.Name.Value}' does not match '{pattern}'");
        }

        if (policy.Identity is null && policy.IdentityPattern is null)
        {
            differences.Add("no identity to trust was given");
        }

        if (found.Issuer != policy.Issuer)
        {
            differences.Add($"the issuer is '{found.Issuer}' and not '{policy.Issuer}'");
        }

        FulcioExtensions claims = found.Extensions;
        Compare(differences, "source repository", policy.SourceRepository, claims.SourceRepositoryUri, claims.GitHubWorkflowRepository);
        Compare(differences, "workflow", policy.Workflow, claims.BuildConfigUri, claims.GitHubWorkflowName);
        Compare(differences, "ref", policy.Ref, claims.SourceRepositoryRef, claims.GitHubWorkflowRef);
        if (differences.Count > 0)
        {
            throw SigstoreErrors.Identity.At(
                $"The signer is another one: {string.Join("; ", differences)}. " +
                $"If, and only if, you trust this signer, these parameters would match: -Identity {Quoted(found.Name.Value)} -Issuer {Quoted(found.Issuer)}");
        }

        findings.Add("identity", $"'{found.Name.Value}', vouched for by '{found.Issuer}'");
        return found;
    }

    /// <summary>The identity that a certificate names; not verified by this.</summary>
    internal static VerifiedIdentity Read(LeafCertificate leaf)
    {
        IReadOnlyList<SubjectName> names;
        try
        {
            names = SubjectAlternativeName.Read((leaf.Extension(SubjectAlternativeName.ObjectIdentifier) ??
                throw SigstoreErrors.CertificateProfile.At("The certificate has no subject alternative name, so it names no signer.")).Value);
        }
        catch (Exception error) when (error is AsnContentException or DecoderFallbackException)
        {
            throw SigstoreErrors.CertificateProfile.At($"The certificate's subject alternative name is malformed: {error.Message}", null, error);
        }

        if (names.Count != 1)
        {
            throw SigstoreErrors.Identity.At($"The certificate names {names.Count} identities, and exactly one is allowed: " +
                string.Join(", ", names.Select(name => $"'{name.Value}' ({name.Type})")));
        }

        FulcioExtensions extensions = FulcioExtensions.Read(leaf);
        return new VerifiedIdentity(names[0],
            extensions.Issuer ?? throw SigstoreErrors.Identity.At("The certificate names no issuer of the identity (1.3.6.1.4.1.57264.1.8 or .1)."), extensions);
    }

    /// <summary>
    /// Whether text is of a sort of name: an address with a scheme is a URI and nothing else, so that an e-mail address cannot stand
    /// for one, nor the other way round.
    /// </summary>
    private static bool IsOfType(string identity, SubjectNameType type) => type switch
    {
        SubjectNameType.Uri => identity.Contains(':', StringComparison.Ordinal),
        SubjectNameType.Email => identity.Contains('@', StringComparison.Ordinal) && !identity.Contains("://", StringComparison.Ordinal),
        SubjectNameType.UserName => identity.Contains('!', StringComparison.Ordinal),
        _ => false,
    };

    private static bool Matches(string pattern, string identity)
    {
        StringBuilder regex = new(@"\A(?:");
        foreach (char character in pattern)
        {
            regex.Append(character switch { '*' => ".*", '?' => ".", _ => Regex.Escape(character.ToString()) });
        }

        regex.Append(@")\z");
        try
        {
            return Regex.IsMatch(identity, regex.ToString(),
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline, MatchTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static void Compare(List<string> differences, string what, string? expected, string? found, string? olderForm)
    {
        if (expected is not null && found != expected && olderForm != expected)
        {
            differences.Add(found is null && olderForm is null
                ? $"the certificate names no {what}, and '{expected}' was expected"
                : $"the {what} is '{found ?? olderForm}'{(found is not null && olderForm is not null ? $" ('{olderForm}')" : "")} and not '{expected}'");
        }
    }

    /// <summary>Text as PowerShell takes it between single quotes.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
