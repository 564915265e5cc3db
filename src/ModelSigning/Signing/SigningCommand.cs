using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;

namespace ModelSigning;

/// <summary>A command that signs something about models, by any method.</summary>
// A method is a file of its own: SigningCommand.METHOD.cs with the names of its two parameter sets (METHOD and
// METHODLiteralPath), its parameters, and a method that makes its ISigner. Here it adds one attribute to Path, one to LiteralPath and
// one arm to MakeSigner and SignerText; CONTRIBUTING.md lists the rest. MakeSigner runs on the pipeline's thread, once for the command, after ShouldProcess and before any hashing: it
// may ask for a password or PIN, and a refusal ends the command, because no further model could be signed. What a signer asks while
// it signs (a code from the browser) goes through Pipeline.Ask.
public abstract partial class SigningCommand : HashingCommand
{
    private ISigner? _signer;

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeySet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateSet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = Pkcs11Set,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = Pkcs11CertificateSet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = CertificateObjectSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SigstoreSet,
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = Pkcs11LiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = Pkcs11CertificateLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateObjectLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SigstoreLiteralPathSet, HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Whether the command does not ask before something becomes public in a transparency log.</summary>
    private protected abstract bool IsForced { get; }

    /// <summary>What signs, made for the first model that is signed. It may ask for a password or PIN; a refusal ends the command.</summary>
    private protected ISigner Signer() => _signer ??= OrTerminate(MakeSigner);

    /// <summary>Signs beside the pipeline's thread, which shows what the signer asks.</summary>
    private protected T SignInBackground<T>(ProgressDisplay? progress, Func<ISigner, CancellationToken, T> sign)
    {
        ISigner signer = Signer();
        return RunInBackground(progress, (pipeline, token) =>
        {
            if (signer is SigstoreSession session)
            {
                session.Pipeline = pipeline;
            }

            return sign(signer, token);
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_signer as IDisposable)?.Dispose();
            _owned.ForEach(key => key.Dispose());
        }

        base.Dispose(disposing);
    }

    // The files that the signer is made from, as far as they are files and exist.
    private protected List<string> InputFiles()
    {
        List<object> inputs = [PrivateKey, Certificate, .. CertificateChain, .. TimestampCertificate, TrustConfig, SigningConfig, TrustedRoot];
        List<string> files = [];
        foreach (object input in inputs)
        {
            if (input is FileInfo file)
            {
                files.Add(file.FullName);
            }
            else if (input is string { Length: > 0 } path && !path.Contains('\n', StringComparison.Ordinal))
            {
                files.AddRange(this.FilesIfAny(path));
            }
        }

        return files;
    }

    // What -WhatIf can find out about the signer without asking anyone, waking a token or using the network.
    private protected void CheckSigner()
    {
        try
        {
            if (ParameterSetName is SigstoreSet or SigstoreLiteralPathSet)
            {
                _ = OrTerminate(() => SigstoreInput.Load(this));
            }
            else if (ParameterSetName is not (Pkcs11Set or Pkcs11LiteralPathSet or Pkcs11CertificateSet or Pkcs11CertificateLiteralPathSet))
            {
                (MakeSigner() as IDisposable)?.Dispose();
            }
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.PasswordMissing || refusal.Definition == CertificateErrors.Pkcs12PasswordWrong)
        {
            WriteVerbose("The key is encrypted. Signing prompts for its password.");
        }
    }

    private protected string SignerText => ParameterSetName switch
    {
        KeySet or KeyLiteralPathSet => $"the key of '{PrivateKey}'",
        Pkcs11Set or Pkcs11LiteralPathSet => "a key of a PKCS#11 token",
        Pkcs11CertificateSet or Pkcs11CertificateLiteralPathSet => "a key of a PKCS#11 token and its certificate",
        SigstoreSet or SigstoreLiteralPathSet => "an identity, by Sigstore",
        CertificateSet or CertificateLiteralPathSet or CertificateObjectSet or CertificateObjectLiteralPathSet =>
            Certificate is string { Length: > 0 } path && !path.Contains('\n', StringComparison.Ordinal) ? $"the certificate '{path}'" : "a certificate",
        _ => throw new UnreachableException(ParameterSetName),
    };

    private ISigner MakeSigner() => ParameterSetName switch
    {
        KeySet or KeyLiteralPathSet => MakeKeySigner(),
        CertificateSet or CertificateLiteralPathSet or CertificateObjectSet or CertificateObjectLiteralPathSet => MakeCertificateSigner(),
        Pkcs11Set or Pkcs11LiteralPathSet => MakePkcs11Signer(),
        Pkcs11CertificateSet or Pkcs11CertificateLiteralPathSet => MakePkcs11CertificateSigner(),
        SigstoreSet or SigstoreLiteralPathSet => MakeSigstoreSigner(),
        _ => throw new UnreachableException(ParameterSetName),
    };
}
