using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tracing;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Signs any file with an identity, by Sigstore.</summary>
/// <remarks>
/// <para>
/// New-SigstoreBundle writes a Sigstore bundle, FILE.sigstore.json, that every Sigstore client verifies (Test-SigstoreBundle here): a
/// signature of the file, the certificate of the identity, the entry of a transparency log. With -Statement the file is an in-toto
/// statement (an attestation), and the bundle carries it in a signed envelope. Models are signed with New-ModelSignature instead.
/// </para>
/// <para>
/// The identity is that of the token you give, of the CI job, or yours after signing in. The signature becomes public in the log of the
/// instance and stays there; a person is told before the first one. A bundle appears whole or not at all, and only after it passed
/// the same verification that Test-SigstoreBundle does.
/// </para>
/// </remarks>
/// <example>
/// <code>New-SigstoreBundle ./tool.tar.gz</code>
/// <para>Signs with the CI job's identity, or asks you to sign in with the browser. The bundle is ./tool.tar.gz.sigstore.json.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem ./dist -File | New-SigstoreBundle -TrustConfig ./company.json -IdentityToken (Get-Secret SigningToken)</code>
/// <para>Signs every file of a folder on a company's own instance. One certificate is used for all of them while it is valid.</para>
/// </example>
/// <example>
/// <code>New-SigstoreBundle ./provenance.json -Statement -SignInFlow Device</code>
/// <para>Signs an attestation; the sign-in is confirmed in a browser on another machine.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "SigstoreBundle", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(SignedFile))]
public sealed class NewSigstoreBundleCommand : IdentityCommand
{
    private const string PathSet = "Path", LiteralPathSet = "LiteralPath";
    private SigstoreSession? _session;

    /// <summary>The file to sign. Wildcards are expanded, and each match is a file of its own.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet,
        HelpMessage = "The file, for example ./tool.tar.gz.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public string[] Path { get; set; } = [];

    /// <summary>The file to sign, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet,
        HelpMessage = "The file, for example ./tool.tar.gz.")]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The bundle to write; by default the file's path with .sigstore.json after it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string BundlePath { get; set; } = "";

    /// <summary>The file is an in-toto statement, which is signed as an envelope.</summary>
    [Parameter]
    public SwitchParameter Statement { get; set; }

    /// <summary>
    /// An OpenID Connect identity token for the audience sigstore, for example from Get-SigstoreToken. Without it the variable
    /// SIGSTORE_ID_TOKEN is used, then what the CI or cloud service offers, then someone signs in.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? IdentityToken { get; set; }

    /// <summary>A trusted_root.json that the services' answers are verified against, instead of the public instance's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustedRoot { get; set; } = "";

    /// <summary>Replaces an existing bundle, and does not ask before something becomes public in a transparency log.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Signs the files of one record of the pipeline.</summary>
    protected override void ProcessRecord()
    {
        bool literal = LiteralPath.Length > 0;
        foreach (string path in literal ? LiteralPath : Path)
        {
            foreach (string file in Attempt(path, () => literal ? [this.ExistingFileSystemPath(path)] : this.MatchingFileSystemPaths(path)) ?? [])
            {
                if (Attempt(file, () => Sign(file)) is { } signed)
                {
                    WriteObject(signed);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session?.Dispose();
        }

        base.Dispose(disposing);
    }

    private SignedFile? Sign(string file)
    {
        ModelLocation.RequireOneFile(file);
        string path = BundlePath.Length > 0 ? this.FileSystemPath(BundlePath) : file + ".sigstore.json";
        SignatureWriter.CheckWritable(path, Force, isSignature: BundlePath.Length == 0);
        if (!ShouldProcess(path, "Create Sigstore bundle"))
        {
            return null;
        }

        _session ??= OrTerminate(MakeSession);
        Bundle bundle = RunInBackground(null, (pipeline, token) =>
        {
            _session.Pipeline = pipeline;
            Bundle made = Traces.Run("Sign", () => [new("model_signing.method", "sigstore"), new("model_signing.model_path", file), new("model_signing.signature", path)], () => Statement ? _session.Sign(StatementFile.Read(file, token), token) : _session.SignMessage(new FileArtifact(file, token), token));
            SignatureWriter.Write(path, made, Force, file, token);
            return made;
        });
        return new SignedFile(file, path)
        {
            Content = Statement ? "Statement" : "File",
            Identity = Printable.Of(_session.Identity!.Name.Value),
            Issuer = Printable.Of(_session.Identity.Issuer),
            LogIndex = bundle.VerificationMaterial.TlogEntries[0].LogIndex,
        };
    }

    private SigstoreSession MakeSession() => SigstoreSession.Begin(this, SigningInput with { IdentityToken = IdentityToken, TrustedRoot = TrustedRoot }, Force);
}
