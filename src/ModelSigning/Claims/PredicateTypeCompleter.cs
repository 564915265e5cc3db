using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Core.Claims;

namespace ModelSigning;

/// <summary>Completes the short names of the predicate types whose specifications publish a URI.</summary>
public sealed class PredicateTypeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        return PredicateTypes.Names
            .Where(name => name.StartsWith(CompletionText.Bare(wordToComplete), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, PredicateTypes.ToWrite(name)));
    }
}
