using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning;

/// <summary>Lists the keys of PKCS#11 tokens, each with the URI that New-ModelSignature takes.</summary>
/// <remarks>
/// <para>
/// Get-Pkcs11Key loads the PKCS#11 modules of the usual folders, or those of -ModulePath, and lists the keys of the tokens that are
/// there. -Verbose names the modules. Most tokens show private keys only after the PIN was entered; without one, the keys whose
/// public half can be seen are listed.
/// </para>
/// <para>
/// The PIN is tried once, and only when there is a single token in all modules, because every other token would count it as wrong; use
/// -Token and -ModulePath to select one. Nothing is signed. Where a token's keys have the same identifier and label, PublicKey is empty.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-Pkcs11Key</code>
/// <para>Lists what the tokens of this machine show without a PIN.</para>
/// </example>
/// <example>
/// <code>$key = Get-Pkcs11Key -Token 'Model signing' -Pin (Read-Host PIN -AsSecureString) | Where-Object Label -eq release
/// New-ModelSignature ./model -Pkcs11Uri $key.Uri</code>
/// <para>Picks a key and signs with it.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "Pkcs11Key")]
[OutputType(typeof(Pkcs11Key))]
public sealed class GetPkcs11KeyCommand : CancellableCommand
{
    /// <summary>Module files, or folders with modules; by default the usual folders.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Pkcs11Completer))]
    [LiteralPathTransformation]
    public string[] ModulePath { get; set; } = [];

    /// <summary>The label of the only token to look at.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Pkcs11Completer))]
    public string? Token { get; set; }

    /// <summary>The token's PIN, which shows its private keys. It is not encrypted in memory on Linux and macOS.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Pin { get; set; }

    /// <summary>Lists the keys of every module.</summary>
    protected override void EndProcessing()
    {
        IReadOnlyList<string> modules = OrTerminate(FindModules);
        if (modules.Count == 0)
        {
            WriteWarning(ModulePath.Length == 0 ? "No PKCS#11 module was found in the default folders. Specify one with -ModulePath." : "No PKCS#11 module was found in the folders.");
        }

        bool isFound = Token is null || modules.Count == 0;
        List<Pkcs11TokenDescription> withPin = [];
        foreach (string module in modules)
        {
            WriteVerbose($"Checking the module '{module}'.");
            IReadOnlyList<Pkcs11TokenDescription> tokens = Report(module, report => Pkcs11Inventory.Tokens(module, Token, report));
            isFound |= tokens.Count > 0;
            if (Pin is null)
            {
                WriteKeys(tokens);
            }
            else
            {
                withPin.AddRange(tokens);
            }
        }

        if (!isFound)
        {
            WriteWarning($"No token has the label '{Token}'. Get-Pkcs11Key without -Token lists the keys of every token.");
        }

        // Before any of them is asked: the PIN is one token's, and each other one would count it as wrong and learn it.
        WriteKeys(OrTerminate(() => Pkcs11Inventory.RequireOneForPin(withPin)));
    }

    private void WriteKeys(IReadOnlyList<Pkcs11TokenDescription> tokens)
    {
        foreach (Pkcs11TokenDescription token in tokens)
        {
            foreach (Pkcs11KeyDescription key in Report(token.ModulePath, report => Pkcs11Inventory.Keys(token, Pin, report)))
            {
                Pkcs11Key listed = Describe(key);
                ListedKeys.Remember(listed);
                WriteObject(listed);
            }
        }
    }

    private IReadOnlyList<T> Report<T>(string module, Func<Action<string>, IReadOnlyList<T>> list) =>
        Attempt(module, () => RunInBackground(null, (pipeline, _) => list(pipeline.Verbose))) ?? [];

    private IReadOnlyList<string> FindModules()
    {
        if (ModulePath.Length == 0)
        {
            return Pkcs11ModuleSearch.FindAll();
        }

        string[] paths = [.. ModulePath.Select(this.FileSystemPath)];
        string? missing = paths.FirstOrDefault(path => !System.IO.Path.Exists(path));
        return missing is null
            ? [.. paths.SelectMany(path => Directory.Exists(path) ? Pkcs11ModuleSearch.FindIn(path) : [path])]
            : throw Pkcs11Errors.ModuleNotFound.At($"The PKCS#11 module or folder '{missing}' does not exist.", missing);
    }

    private static Pkcs11Key Describe(Pkcs11KeyDescription key) => new()
    {
        ModulePath = key.Token.ModulePath,
        Token = Printable.Of(key.Token.Label),
        SerialNumber = Printable.Of(key.Token.SerialNumber),
        SlotId = (long)key.Token.SlotId,
        Label = Printable.Of(key.Label),
        Id = key.Id,
        Curve = key.Curve?.DisplayName(),
        PublicKey = key.PublicKey?.Pem,
        Uri = key.Uri,
    };
}
