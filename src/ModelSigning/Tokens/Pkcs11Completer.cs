using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning;

/// <summary>
/// Completes modules from the usual folders, and the tokens and the URIs of keys that Get-Pkcs11Key has listed in this process. Nothing is loaded.
/// </summary>
public sealed class Pkcs11Completer : IArgumentCompleter
{
    private const string Scheme = "pkcs11:", PublicKey = "PublicKey";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = CompletionText.Bare(wordToComplete);
        return parameterName switch
        {
            nameof(GetPkcs11KeyCommand.Token) => Begun(word, ListedKeys.All.DistinctBy(key => key.Token).Select(key => (key.Token, key.ModulePath))),
            nameof(GetPkcs11KeyCommand.ModulePath) => [.. Begun(word, Modules()), .. CompletionText.Files(wordToComplete)],

            // A public key is a file more often than not.
            PublicKey when !word.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) =>
                CompletionText.Files(wordToComplete),
            _ => Begun(word, ListedKeys.All.Where(key => key.Curve is not null).Select(key => (key.Uri, $"{key.Token}: {key.Label}, {key.Curve}"))),
        };
    }

    private static IEnumerable<(string Value, string Description)> Modules() => Pkcs11ModuleSearch.FindAll().Select(module => (module, module));

    private static CompletionResult[] Begun(string word, IEnumerable<(string Value, string Description)> candidates) =>
        [.. candidates.Where(candidate => candidate.Value.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(candidate => CompletionText.Result(candidate.Value, candidate.Description)).OfType<CompletionResult>()];
}

/// <summary>
/// The keys that Get-Pkcs11Key has listed in this process, for completion: a Tab loads no module and wakes no device, which may take
/// long, be at the other end of a network, or ask for a touch.
/// </summary>
internal static class ListedKeys
{
    private const int Most = 1000;

    private static readonly ConcurrentDictionary<string, Pkcs11Key> ByUri = new(StringComparer.Ordinal);

    /// <summary>The keys in the order of their URIs.</summary>
    internal static IEnumerable<Pkcs11Key> All => ByUri.Values.OrderBy(key => key.Uri, StringComparer.Ordinal);

    /// <summary>Remembers a key; a token with very many is not remembered whole.</summary>
    internal static void Remember(Pkcs11Key key)
    {
        if (ByUri.Count < Most)
        {
            ByUri[key.Uri] = key;
        }
    }
}
