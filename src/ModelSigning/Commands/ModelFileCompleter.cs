using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSigning;

/// <summary>Completes the files of the model that the command line names, relative to it; one folder is listed for each Tab.</summary>
public sealed class ModelFileCompleter : IArgumentCompleter
{
    private const int Most = 200;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        string word = CompletionText.Bare(wordToComplete).Replace('\\', '/');
        object? model = fakeBoundParameters["LiteralPath"] ?? fakeBoundParameters["Path"];
        try
        {
            return model is null ? [] : Complete(model, word);
        }
        catch (Exception exception) when (exception is RuntimeException or PSInvalidCastException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A drive that does not exist, a folder that cannot be read, a name that is not valid: there is nothing to offer.
            return [];
        }
    }

    private static CompletionResult[] Complete(object model, string word)
    {
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        string script = "param($model) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($model)";
        if (LanguagePrimitives.ConvertTo<string[]>(model) is not [string first, ..]
            || shell.AddScript(script).AddArgument(first).Invoke<string>() is not [string root])
        {
            return [];
        }

        string parent = word[..(word.LastIndexOf('/') + 1)];
        EnumerationOptions readable = new() { IgnoreInaccessible = true };
        DirectoryInfo folder = new(Path.Join(root, parent));
        return !folder.Exists ? [] : [.. folder.EnumerateFileSystemInfos(Path.GetFileName(word) + "*", readable).Take(Most)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => Result(parent + entry.Name, entry is DirectoryInfo)).OfType<CompletionResult>()];
    }

    private static CompletionResult? Result(string name, bool isFolder) =>
        CompletionText.Result(name, name, isFolder ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem);
}
