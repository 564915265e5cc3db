using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSigning;

/// <summary>Completes the files of the model that the command line names, relative to it; one folder is listed for each Tab.</summary>
public sealed class ModelFileCompleter : IArgumentCompleter
{
    private const int Most = 200;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(" '\"()[]{}<>$;,&|`#@");

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        string word = wordToComplete.Trim('\'', '"').Replace('\\', '/');
        string parent = word[..(word.LastIndexOf('/') + 1)];
        object? model = fakeBoundParameters["LiteralPath"] ?? fakeBoundParameters["Path"];
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        string script = "param($model) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($model)";
        if (model is null || shell.AddScript(script).AddArgument(LanguagePrimitives.ConvertTo<string[]>(model)[0]).Invoke<string>() is not [string root])
        {
            return [];
        }

        EnumerationOptions readable = new() { IgnoreInaccessible = true };
        DirectoryInfo folder = new(Path.Join(root, parent));
        return !folder.Exists ? [] : folder.EnumerateFileSystemInfos(Path.GetFileName(word) + "*", readable).Take(Most)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => Result(parent + entry.Name, entry is DirectoryInfo));
    }

    private static CompletionResult Result(string name, bool isFolder)
    {
        string text = name.AsSpan().IndexOfAny(NeedQuotes) < 0 ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
        return new CompletionResult(text, name, isFolder ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem, name);
    }
}
