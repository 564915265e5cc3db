using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Core.Hashing;

namespace ModelSigning;

/// <summary>Accepts the identifiers of the digest algorithms in any letter case, from the table that the engine uses.</summary>
/// <remarks>A ValidateSet would repeat that table, and the one that takes its values from a type is not in the compile reference.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateHashAlgorithmAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>The identifiers, which the help and the completion show.</summary>
#pragma warning disable CA1822 // An instance member, as the ValidValues of ValidateSet: the help reads both the same way.
    public IList<string> ValidValues => HashAlgorithmCompleter.Identifiers();
#pragma warning restore CA1822

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (!ValidValues.Contains(element?.ToString() ?? "", StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"'{element}' is not a supported hash algorithm. Use one of {string.Join(", ", ValidValues)}.");
        }
    }
}

/// <summary>Completes the digest algorithms.</summary>
public sealed class HashAlgorithmCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = CompletionText.Bare(wordToComplete);
        return Identifiers().Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Select(name => new CompletionResult(name));
    }

    internal static string[] Identifiers() => [.. DigestDescription.All.Select(description => description.Identifier)];
}
