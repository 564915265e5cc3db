using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Makes an elliptic-curve key pair for signing models.</summary>
/// <remarks>
/// <para>
/// New-ModelSigningKey writes the private key as an encrypted PKCS#8 PEM file that only its owner can read (mode 0600; on Windows an access
/// list with its owner alone, which inherits nothing from the folder), and the public key as a PEM file beside it. It prompts for the password when -Password is omitted;
/// -NoPassword leaves the private key unencrypted, which suits a file in a vault only.
/// </para>
/// <para>Give the public key to everyone who verifies. Keep the private key where you sign.</para>
/// </remarks>
/// <example>
/// <code>New-ModelSigningKey ./release.key</code>
/// <para>Asks for a password and writes ./release.key and ./release.pub.</para>
/// </example>
/// <example>
/// <code>New-ModelSigningKey ./release.key -Curve P-384 -Password (Get-Secret ReleaseKey) -PublicKeyPath ./publish/release.pem</code>
/// <para>Creates a P-384 pair in an unattended job; the password comes from a vault.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ModelSigningKey", DefaultParameterSetName = "Password", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSigningKey))]
public sealed class NewModelSigningKeyCommand : ModuleCommand
{
    /// <summary>The private key's file to write; its name is taken as it is, without wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file of the private key to write, for example ./release.key.")]
    [ValidateNotNullOrEmpty]
    [Alias("PrivateKeyPath")]
    [LiteralPathTransformation]
    public string Path { get; set; } = "";

    /// <summary>The public key's file to write; by default the private key's with the extension .pub.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string PublicKeyPath { get; set; } = "";

    /// <summary>The curve: P-256 (the default), P-384 or P-521.</summary>
    [Parameter]
    [ValidateSet("P-256", "P-384", "P-521")]
    public string Curve { get; set; } = "P-256";

    /// <summary>
    /// The password that encrypts the private key; the command prompts for it if it is omitted. It is not encrypted in memory on Linux and macOS.
    /// </summary>
    [Parameter(ParameterSetName = "Password")]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Writes the private key unencrypted: anyone who can read the file can sign.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPassword")]
    public SwitchParameter NoPassword { get; set; }

    /// <summary>Replaces existing files. A private key that is replaced is lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Makes the pair.</summary>
    protected override void ProcessRecord()
    {
        if (Attempt(Path, Make) is { } key)
        {
            WriteObject(key);
        }
    }

    private ModelSigningKey? Make()
    {
        string privatePath = this.FileSystemPath(Path);
        string publicPath = PublicKeyPath.Length > 0 ? this.FileSystemPath(PublicKeyPath) : System.IO.Path.ChangeExtension(privatePath, ".pub");
        if (string.Equals(privatePath, publicPath, StringComparison.OrdinalIgnoreCase))
        {
            throw CommandErrors.KeyPathsEqual.At($"The private and the public key would both be '{privatePath}'.", privatePath);
        }

        // Before -WhatIf says that it would be done, and before a password is asked for; the write checks again.
        KeyFile.CheckWritable(privatePath, publicPath, Force);
        return ShouldProcess($"{privatePath}, {publicPath}", "Create key pair") ? Make(privatePath, publicPath) : null;
    }

    private ModelSigningKey Make(string privatePath, string publicPath)
    {
        SecureString? password = NoPassword ? null : Password ?? AskForNewPassword(privatePath);
        if (password is { Length: 0 })
        {
            throw KeyErrors.PasswordMissing.At("The password is empty. Specify one, or use -NoPassword to create an unencrypted key.", privatePath);
        }

        using EcPrivateKey key = EcPrivateKey.Generate(Enum.Parse<EcCurve>(Curve.Replace("-", "", StringComparison.Ordinal), ignoreCase: true));
        KeyFile.WritePair(key, password, privatePath, publicPath, Force);
        return new ModelSigningKey(privatePath, publicPath)
        {
            Curve = key.PublicKey.Curve.DisplayName(),
            IsEncrypted = password is not null,
            Hint = key.PublicKey.Hint,
        };
    }

    // Twice: nobody can open a key whose password was mistyped.
    private SecureString AskForNewPassword(string path)
    {
        SecureString first = this.AskForSecret($"Password for the new private key '{path}'", "-Password, or use -NoPassword");
        using SecureString second = this.AskForSecret("The same password again", "-Password");
        return SecretText.Use(first, one => SecretText.Use(second, two => one.Span.SequenceEqual(two.Span)))
            ? first
            : throw CommandErrors.PasswordsDiffer.At("The two passwords are different. Nothing was written.", path);
    }
}
