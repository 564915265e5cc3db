using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>Completes the names of the Sigstore instances that are registered.</summary>
public sealed class SigstoreInstanceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        return SigstoreInstances.OfThisUser.Names
            .Where(name => name.StartsWith(CompletionText.Bare(wordToComplete), StringComparison.OrdinalIgnoreCase))
            .Select(name => CompletionText.Result(name, name)).OfType<CompletionResult>();
    }
}
