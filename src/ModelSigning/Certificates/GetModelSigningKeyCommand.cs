using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Shows the curve and the hint of a key, and writes the public half of a private one.</summary>
/// <remarks>
/// <para>
/// Get-ModelSigningKey reads a public key, a private key or a certificate and shows its curve and its hint. The hint is the SHA-256 of the public key's PEM
/// text with LF line ends, in lower-case hexadecimal digits. Signatures name the key that made them by it, and so do results and errors: compare them with
/// what this command shows.
/// </para>
/// <para>
/// With -PublicKeyPath it writes the public key to a file, for everyone who verifies: the public half of a private key, or the key of a certificate.
/// A hint says which key is meant, not who owns it. Get public keys through a channel that you trust.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelSigningKey ./release.pub</code>
/// <para>Shows the curve of a public key and the hint that its signatures carry.</para>
/// </example>
/// <example>
/// <code>Get-ModelSigningKey ./keys/*.pub | Where-Object Hint -eq (Get-ModelSignature ./model).ClaimedSigner</code>
/// <para>Finds the key that a signature names.</para>
/// </example>
/// <example>
/// <code>Get-ModelSigningKey ./release.key -PublicKeyPath ./publish/release.pub</code>
/// <para>Writes the public half of a private key. The password is asked for if the key is encrypted.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelSigningKey", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSigningKey))]
public sealed class GetModelSigningKeyCommand : CancellableCommand
{
    private const string KeyHelp = "The file of a public key, a private key or a certificate, for example ./release.pub.";

    private bool _hasWritten;

    /// <summary>
    /// A file with a public key, a private key (PKCS#8, SEC1), a certificate or PKCS#12. Wildcards match several. Use -LiteralPath for a name that has *, ?, [ or ] in it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path", HelpMessage = KeyHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public string[] Path { get; set; } = [];

    /// <summary>The file of the key or certificate, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = KeyHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Opens an encrypted private key or a PKCS#12 file; the command prompts for it if it is omitted.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The file to write the public key to, in PEM. For one key only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string PublicKeyPath { get; set; } = "";

    /// <summary>Replaces an existing public key, and no other file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Reads the keys.</summary>
    protected override void ProcessRecord()
    {
        bool literal = LiteralPath.Length > 0;
        foreach (string given in literal ? LiteralPath : Path)
        {
            foreach (string path in Attempt(given, () => literal ? [this.FileSystemPath(given)] : this.InputFiles(given, KeyErrors.KeyNotFound)) ?? [])
            {
                if (Attempt(path, () => Read(path)) is { } key)
                {
                    WriteObject(key);
                }
            }
        }
    }

    private ModelSigningKey Read(string path)
    {
        ModelSigningException refusal;
        try
        {
            return Describe(this.ReadPublicKeyFile(path, Password), null, path, false);
        }
        catch (ModelSigningException caught) when (caught.Definition == KeyErrors.KeyKindWrong || caught.Definition == KeyErrors.KeyMalformed)
        {
            refusal = caught;
        }

        bool isEncrypted = false;
        EcPrivateKey? key = null;
        try
        {
            try
            {
                key = RunInterruptibly(_ => KeyFile.ReadPrivate(path, null));
            }
            catch (ModelSigningException caught) when (caught.Definition == KeyErrors.PasswordMissing)
            {
                isEncrypted = true;
                key = this.ReadPrivateKey(path, Password);
            }

            return Describe(key.PublicKey, path, null, isEncrypted);
        }
        catch (ModelSigningException caught) when (caught.Definition == KeyErrors.KeyKindWrong || caught.Definition == KeyErrors.KeyMalformed)
        {
            throw KeyErrors.KeyMalformed.At($"'{path}' does not contain a key or a certificate that can be read.", path, refusal);
        }
        finally
        {
            key?.Dispose();
        }
    }

    private ModelSigningKey Describe(EcPublicKey key, string? privatePath, string? publicPath, bool isEncrypted) => new(privatePath, Write(key) ?? publicPath)
    {
        Curve = key.Curve.DisplayName(),
        IsEncrypted = isEncrypted,
        Hint = key.Hint,
    };

    private string? Write(EcPublicKey key)
    {
        if (PublicKeyPath.Length == 0)
        {
            return null;
        }

        string path = this.FileSystemPath(PublicKeyPath);
        if (_hasWritten)
        {
            throw CommandErrors.PublicKeyPathUsedTwice.At($"-PublicKeyPath '{path}' is one file, but more than one key was specified.", path);
        }

        _hasWritten = true;
        KeyFile.CheckWritablePublic(path, Force);
        if (!ShouldProcess(path, "Write public key"))
        {
            return null;
        }

        KeyFile.WritePublic(key, path, Force);
        return path;
    }
}
