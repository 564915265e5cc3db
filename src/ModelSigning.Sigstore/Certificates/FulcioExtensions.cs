using System.Formats.Asn1;
using System.Text;
using ModelSigning.Core.Certificates;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>
/// What Fulcio writes into a certificate about who signs (the extensions below 1.3.6.1.4.1.57264.1; Fulcio, oid-info.md): the issuer
/// of the identity token and, for a workflow, where it comes from. Members are null where the certificate has no such extension.
/// </summary>
public sealed record FulcioExtensions
{
    private const string Arc = "1.3.6.1.4.1.57264.1.";
    private const int FirstDer = 8, Last = 64;

    // As Fulcio calls them; the number is the last one of the identifier. .7 is the type of a name, no extension.
    private static readonly string?[] Names =
    [
        null, "Issuer", "GithubWorkflowTrigger", "GithubWorkflowSHA", "GithubWorkflowName", "GithubWorkflowRepository", "GithubWorkflowRef", null,
        "Issuer", "BuildSignerURI", "BuildSignerDigest", "RunnerEnvironment", "SourceRepositoryURI", "SourceRepositoryDigest", "SourceRepositoryRef",
        "SourceRepositoryIdentifier", "SourceRepositoryOwnerURI", "SourceRepositoryOwnerIdentifier", "BuildConfigURI", "BuildConfigDigest", "BuildTrigger",
        "RunInvocationURI", "SourceRepositoryVisibilityAtSigning", "DeploymentEnvironment",
    ];

    private readonly IReadOnlyDictionary<int, string> _values;

    private FulcioExtensions(IReadOnlyDictionary<int, string> values) => _values = values;

    /// <summary>The issuer of the identity token (.8, or .1 where that is absent).</summary>
    public string? Issuer => Value(8) ?? Value(1);

    /// <summary>The event that started the workflow (.2).</summary>
    public string? GitHubWorkflowTrigger => Value(2);

    /// <summary>The commit that the workflow ran for (.3).</summary>
    public string? GitHubWorkflowSha => Value(3);

    /// <summary>The workflow's name (.4).</summary>
    public string? GitHubWorkflowName => Value(4);

    /// <summary>The repository, <c>owner/name</c> (.5).</summary>
    public string? GitHubWorkflowRepository => Value(5);

    /// <summary>The branch or tag, <c>refs/heads/main</c> (.6).</summary>
    public string? GitHubWorkflowRef => Value(6);

    /// <summary>The build instructions that were run, with their version (.9).</summary>
    public string? BuildSignerUri => Value(9);

    /// <summary>The version of the build instructions (.10).</summary>
    public string? BuildSignerDigest => Value(10);

    /// <summary>Whether the machine was the platform's own or a customer's (.11).</summary>
    public string? RunnerEnvironment => Value(11);

    /// <summary>The address of the source repository (.12).</summary>
    public string? SourceRepositoryUri => Value(12);

    /// <summary>The commit of the source (.13).</summary>
    public string? SourceRepositoryDigest => Value(13);

    /// <summary>The branch or tag of the source (.14).</summary>
    public string? SourceRepositoryRef => Value(14);

    /// <summary>The unchanging identifier of the source repository (.15).</summary>
    public string? SourceRepositoryIdentifier => Value(15);

    /// <summary>The address of the repository's owner (.16).</summary>
    public string? SourceRepositoryOwnerUri => Value(16);

    /// <summary>The unchanging identifier of the repository's owner (.17).</summary>
    public string? SourceRepositoryOwnerIdentifier => Value(17);

    /// <summary>The address of the top-level build instructions (.18).</summary>
    public string? BuildConfigUri => Value(18);

    /// <summary>The version of the top-level build instructions (.19).</summary>
    public string? BuildConfigDigest => Value(19);

    /// <summary>The event that started the build (.20).</summary>
    public string? BuildTrigger => Value(20);

    /// <summary>The address of the build's run (.21).</summary>
    public string? RunInvocationUri => Value(21);

    /// <summary>Whether the source repository was public when the certificate was issued (.22).</summary>
    public string? SourceRepositoryVisibilityAtSigning => Value(22);

    /// <summary>The deployment environment (.23).</summary>
    public string? DeploymentEnvironment => Value(23);

    /// <summary>Every extension that is there, by the last number of its identifier; newer ones too.</summary>
    public IReadOnlyDictionary<int, string> All => _values;

    /// <summary>Every extension that is there by its name, whose case does not count; one that has none yet by its identifier.</summary>
    public IReadOnlyDictionary<string, string> ByName
    {
        get
        {
            Dictionary<string, string> named = new(StringComparer.OrdinalIgnoreCase);
            foreach ((int number, string value) in _values)
            {
                // The two that are called Issuer are equal.
                named[(number < Names.Length ? Names[number] : null) ?? $"{Arc}{number}"] = value;
            }

            return named;
        }
    }

    /// <summary>Reads the extensions: .1 to .6 are the text's bytes, .8 and later a DER UTF8String.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">
    /// <see cref="SigstoreErrors.CertificateProfile"/> for a malformed one; <see cref="SigstoreErrors.Identity"/> when the two issuers differ.
    /// </exception>
    internal static FulcioExtensions Read(DecodedCertificate leaf)
    {
        Dictionary<int, string> values = [];
        for (int number = 1; number <= Last; number++)
        {
            // .7 is the type of a name, no extension.
            if (number != FirstDer - 1 && leaf.Extensions.Find($"{Arc}{number}") is { } value)
            {
                values[number] = Decode(number, value);
            }
        }

        if (values.TryGetValue(1, out string? old) && values.TryGetValue(8, out string? current) && old != current)
        {
            throw SigstoreErrors.Identity.At($"The certificate has two issuers of the identity, '{old}' and '{current}'.");
        }

        return new FulcioExtensions(values);
    }

    private static string Decode(int number, ReadOnlyMemory<byte> value)
    {
        try
        {
            if (number < FirstDer)
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(value.Span);
            }

            AsnReader reader = new(value, AsnEncodingRules.DER);
            string text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
            reader.ThrowIfNotEmpty();
            return text;
        }
        catch (Exception error) when (error is AsnContentException or DecoderFallbackException)
        {
            throw SigstoreErrors.CertificateProfile.At($"The certificate's extension {Arc}{number} is malformed: {error.Message}", null, error);
        }
    }

    private string? Value(int number) => _values.GetValueOrDefault(number);
}
