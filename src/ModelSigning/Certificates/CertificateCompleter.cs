using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Completes the thumbprints of the certificates with EC keys in the user's and the machine's store, and after them files.</summary>
public sealed class CertificateCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = CompletionText.Bare(wordToComplete);
        IEnumerable<CompletionResult> thumbprints = CertificateStore.Personal()
            .Where(certificate => certificate.GetKeyAlgorithm() == KeyOid.Ec && certificate.Thumbprint.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(Result);
        return [.. thumbprints, .. CompletionText.Files(wordToComplete)];
    }

    private static CompletionResult Result(X509Certificate2 certificate)
    {
        string subject = Printable.Of(certificate.Subject);
        string until = Rfc3339.WriteDate(new DateTimeOffset(certificate.NotAfter));
        return new CompletionResult(
            certificate.Thumbprint, $"{certificate.Thumbprint[..8]} {subject}", CompletionResultType.ParameterValue, $"{subject}, until {until}");
    }
}
