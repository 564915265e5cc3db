using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSigning;

/// <summary>Completes the issuers that the public Sigstore instance takes identities from: people first, then build services.</summary>
public sealed class IssuerCompleter : IArgumentCompleter
{
    private static readonly (string Address, string Meaning)[] Known =
    [
        ("https://github.com/login/oauth", "people who sign in with GitHub"),
        ("https://accounts.google.com", "people who sign in with Google, and service accounts of Google Cloud"),
        ("https://login.microsoftonline.com", "people who sign in with Microsoft"),
        ("https://token.actions.githubusercontent.com", "workflows of GitHub Actions"),
        ("https://gitlab.com", "pipelines of GitLab"),
        ("https://agent.buildkite.com", "pipelines of Buildkite"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        return Known
            .Where(issuer => issuer.Address.StartsWith(CompletionText.Bare(wordToComplete), StringComparison.OrdinalIgnoreCase))
            .Select(issuer => CompletionText.Result(issuer.Address, $"{issuer.Address}: {issuer.Meaning}")).OfType<CompletionResult>();
    }
}
