using System.Formats.Asn1;
using System.Text;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Who signed, as the verified certificate says it.</summary>
/// <param name="Name">The identity.</param>
/// <param name="Issuer">Who confirmed it.</param>
/// <param name="Extensions">What else the certificate says.</param>
public sealed record VerifiedIdentity(SubjectName Name, string Issuer, FulcioExtensions Extensions)
{
    private const string GitHub = "https://github.com/";

    /// <summary>The repository that the workflow worked for, as its address, or in older certificates as <c>OWNER/REPO</c>; null for anybody else.</summary>
    internal string? SourceRepository => Extensions.SourceRepositoryUri ?? Extensions.GitHubWorkflowRepository;

    /// <summary>The repository that called a workflow whose identity this is, or the one that started it, where they differ: any repository may call one that is public. Null for any other identity.</summary>
    internal string? CalledFrom => Extensions.BuildConfigUri is { } started ? started == Name.Value ? null : SourceRepository ?? started
        : SourceRepository is { } repository && Name.Value.StartsWith(GitHub, StringComparison.Ordinal) && !Name.Value.StartsWith((repository.StartsWith(GitHub, StringComparison.Ordinal) ? "" : GitHub) + repository + "/", StringComparison.OrdinalIgnoreCase) ? repository
        : null;

    /// <summary>What to know where nobody demanded a repository of such a workflow; null otherwise.</summary>
    /// <param name="policy">Whom the caller trusts.</param>
    internal string? Warning(IdentityPolicy policy) => CalledFrom is { } caller && policy is { SourceRepository: null, Workflow: null }
        ? $"'{Name.Value}' is a workflow that every repository can call, and signs for each. This signature is for '{caller}'. Trust one repository alone with -SourceRepository, or \"sourceRepository\" in a policy." : null;
}

/// <summary>Compares the certificate's identity with the one that the caller trusts.</summary>
internal static class IdentityStep
{
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Identity"/> or <see cref="SigstoreErrors.CertificateProfile"/>.</exception>
    internal static VerifiedIdentity Verify(DecodedCertificate leaf, IdentityPolicy policy, Findings findings)
    {
        VerifiedIdentity found = Read(leaf);
        List<string> differences = [.. Differences(found, policy)];
        if (differences.Count > 0)
        {
            throw SigstoreErrors.Identity.At($"{string.Join(' ', differences)} " +
                $"If, and only if, you trust this signer, these parameters would match: -Identity {QuotedText.Of(found.Name.Value)} -Issuer {QuotedText.Of(found.Issuer)}{(found.SourceRepository is { } source ? $" -SourceRepository {QuotedText.Of(source)}" : "")}");
        }

        findings.Add("identity", $"'{found.Name.Value}', confirmed by '{found.Issuer}'");
        return found;
    }

    private static IEnumerable<string> Differences(VerifiedIdentity found, IdentityPolicy policy)
    {
        string signer = $"{Name(found.Name.Type)} '{found.Name.Value}'";
        if (policy.Identity is null && policy.IdentityPattern is null)
        {
            yield return "No trusted identity was specified.";
        }

        if (policy.Identity is { } identity && !(found.Name.Value == identity && IsOfType(identity, found.Name.Type)))
        {
            yield return $"Signed by the {signer}, not by '{identity}'.";
        }

        if (policy.IdentityPattern is { } text)
        {
            if (!IdentityPattern.TryRead(text, out IdentityPattern? pattern, out string? reason))
            {
                yield return reason;
                yield return $"Signed by the {signer}.";
            }
            else if (!pattern.Matches(found.Name))
            {
                yield return $"Signed by the {signer}, which the {(pattern.Type is { } type ? Name(type) + " " : "")}pattern '{text}' does not match.";
            }
        }

        if (found.Issuer != policy.Issuer)
        {
            yield return $"The issuer is '{found.Issuer}', not '{policy.Issuer}'.";
        }

        foreach (string difference in ClaimDifferences(found.Extensions, policy))
        {
            yield return difference;
        }
    }

    // Extensions 1 to 6 are superseded: where the newer form of a claim is there, it alone counts. What has no newer form is compared with
    // nothing that another claim says, because a workflow's author chooses its name.
    private static IEnumerable<string> ClaimDifferences(FulcioExtensions claims, IdentityPolicy policy)
    {
        if (policy.SourceRepository is { } repository)
        {
            string? found = IsAddress(repository) ? claims.SourceRepositoryUri
                : claims.SourceRepositoryUri is { } uri ? PathOf(uri) : claims.GitHubWorkflowRepository;
            if (found != repository)
            {
                yield return Differs("source repository", found, repository);
            }
        }

        if (policy.Workflow is { } workflow && !IsAddress(workflow))
        {
            yield return $"'{workflow}' is not the address of a workflow file with its ref, as in https://github.com/OWNER/REPO/.github/workflows/FILE@refs/heads/main.";
        }
        else if (policy.Workflow is { } file && claims.BuildConfigUri != file)
        {
            yield return Differs("workflow file", claims.BuildConfigUri, file);
        }

        if (policy.WorkflowName is { } name && claims.GitHubWorkflowName != name)
        {
            yield return Differs("workflow name", claims.GitHubWorkflowName, name);
        }

        if (policy.Ref is { } reference && (claims.SourceRepositoryRef ?? claims.GitHubWorkflowRef) is var foundRef && foundRef != reference)
        {
            yield return Differs("ref", foundRef, reference);
        }
    }

    /// <summary>The identity that a certificate names; not verified by this.</summary>
    internal static VerifiedIdentity Read(DecodedCertificate leaf)
    {
        IReadOnlyList<SubjectName> names;
        try
        {
            names = SubjectAlternativeName.Read(leaf.Extensions.SubjectAlternativeName ??
                throw SigstoreErrors.CertificateProfile.At("The certificate has no subject alternative name, so its signer is unknown."));
        }
        catch (Exception error) when (error is AsnContentException or DecoderFallbackException)
        {
            throw SigstoreErrors.CertificateProfile.At($"The certificate's subject alternative name is malformed: {error.Message}", null, error);
        }

        if (names.Count != 1)
        {
            throw SigstoreErrors.Identity.At($"The certificate has {names.Count} identities, but must have exactly one: " +
                string.Join(", ", names.Select(name => $"'{name.Value}' ({name.Type})")));
        }

        FulcioExtensions extensions = FulcioExtensions.Read(leaf);
        return new VerifiedIdentity(names[0],
            extensions.Issuer ?? throw SigstoreErrors.Identity.At("The certificate does not contain the issuer of the identity (1.3.6.1.4.1.57264.1.8 or .1)."), extensions);
    }

    /// <summary>
    /// Whether text is of a sort of name: an address with a scheme is a URI and nothing else, so that a name of another sort cannot stand for one. Text has one sort, the one that it would have
    /// as a pattern; text that could be none by that rule is an e-mail address or a user name with unusual characters.
    /// </summary>
    private static bool IsOfType(string identity, SubjectNameType type) => type == (IdentityPattern.TypeOf(identity)
        ?? (identity.Contains('@', StringComparison.Ordinal) ? SubjectNameType.Email : identity.Contains('!', StringComparison.Ordinal) ? SubjectNameType.UserName : SubjectNameType.Other));

    private static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>What follows the host of an address: <c>owner/name</c>.</summary>
    private static string PathOf(string address)
    {
        int host = address.IndexOf("://", StringComparison.Ordinal);
        int path = host < 0 ? -1 : address.IndexOf('/', host + 3);
        return path < 0 ? "" : address[(path + 1)..];
    }

    private static string Differs(string what, string? found, string expected) => found is null
        ? $"The certificate does not contain the {what} '{expected}'."
        : $"The {what} is '{found}', not '{expected}'.";

    private static string Name(SubjectNameType type) => type switch
    {
        SubjectNameType.Email => "e-mail address",
        SubjectNameType.Uri => "URI",
        SubjectNameType.UserName => "user name",
        _ => "name of another kind",
    };
}
