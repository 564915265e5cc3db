using System.Management.Automation;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// Less than the files of the whole model: some of them, or a manifest of them.
public sealed partial class TestModelSignatureCommand
{
    // What only files have.
    private static readonly string[] FileParameters =
    [
        nameof(Include), nameof(IgnorePath), nameof(IncludeGitPath), nameof(IgnoreUnsignedFile), nameof(DenySymlink), nameof(Source), nameof(Revision), nameof(Device),
    ];

    /// <summary>
    /// Verifies only these files of a signed folder: paths relative to it, such as config.json or 'model-0000[12]*', in exact letter case. *, ? and [sets] stay within a name, ** stands
    /// for any number of folders, and a folder takes everything in it. Each path must match a signed file, and every file that matches must be signed. Nothing else is read. Scope is
    /// Partial, and CheckedFiles names the files.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    [LiteralPathTransformation]
    public string[] Include { get; set; } = [];

    /// <summary>
    /// Takes the path as that of a manifest file, which Get-ModelManifest -OutFile or Join-ModelManifest wrote, or of a table of
    /// Get-ModelManifest | Export-Csv or a list of sha256sum, and compares what it lists with what was signed. No file of the model is
    /// read, so the result, whose Basis is Manifest, says nothing of the files that are there now. A trust policy refuses it unless its rule has "basis": "Manifest".
    /// </summary>
    [Parameter]
    public SwitchParameter Manifest { get; set; }

    /// <summary>Lets -Quiet answer for manifests, although no file of a model is read.</summary>
    [Parameter]
    public SwitchParameter AllowManifestBasis { get; set; }

    private protected override IReadOnlyList<string> IncludePaths => Include;

    private protected override VerificationResult Verify(VerificationRequest request, CancellationToken token) =>
        Manifest ? ManifestVerifier.Verify(request, token) : _loaded is not null ? VerifyLoaded(request, token) : base.Verify(request, token);

    private void CheckCoverage()
    {
        if (Manifest && Quiet && !AllowManifestBasis)
        {
            ThrowTerminatingError(CommandErrors.ManifestBasis.At("-Quiet with -Manifest would answer for files that are not read.").ToErrorRecord());
        }

        if (Manifest && FileParameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } given)
        {
            ThrowTerminatingError(CommandErrors.ManifestHasNoFiles.At($"-{given} applies to files, but -Manifest reads none.").ToErrorRecord());
        }
    }
}
