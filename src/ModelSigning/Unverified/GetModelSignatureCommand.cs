using System.Management.Automation;
using ModelSigning.Core.Bundles;

namespace ModelSigning;

/// <summary>Shows what a model's signature claims. It verifies nothing.</summary>
/// <remarks>
/// <para>
/// Get-ModelSignature reads a signature file and shows the method, the signer, the times and the files that it claims. Anyone can
/// write a file that claims anything: nothing of the output is verified, which is why its properties are called Claimed... Use it to
/// see the signer in a signature before you decide whom to trust, and Test-ModelSignature to verify.
/// </para>
/// <para>Specify the model, whose signature is then located as Test-ModelSignature does, or the signature file itself.</para>
/// </remarks>
/// <example>
/// <code>Get-ModelSignature ./model | Format-List</code>
/// <para>Shows everything that ./model/model.sig claims.</para>
/// </example>
/// <example>
/// <code>(Get-ModelSignature ./download/model.sig -Resource).ClaimedResources | Where-Object Name -like *.py</code>
/// <para>Lists the Python files that a signature claims to cover.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelSignature", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelSignatureClaims))]
public sealed class GetModelSignatureCommand : ModelCommand
{
    /// <summary>
    /// The model, a folder or a single file, or a signature file. Wildcards are expanded, and each match is processed separately. Use
    /// -LiteralPath for a name that has *, ?, [ or ] in it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = "The model or its signature file, for example ./model.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>The model or the signature file, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The model or its signature file, for example ./model.")]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The model's signature file; by default it is searched for in or beside the model.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SignaturePath { get; set; } = "";

    /// <summary>Lists all resources in ClaimedResources. Without it, only the first 1,000 are listed. ClaimedResourceCount always counts all.</summary>
    [Parameter]
    public SwitchParameter Resource { get; set; }

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => Read(model)) is { } claims)
        {
            WriteObject(claims);
        }
    }

    private ModelSignatureClaims Read(string model)
    {
        string? given = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : null;
        bool isSignature = given is null && SignatureFile.Is(model);
        string signature = given ?? (isSignature ? model : SignatureLocation.Find(model, this.CurrentDirectory()));
        string? name = isSignature ? System.IO.Path.GetFileName(signature) : SignatureLocation.NameIn(model, signature, this.CurrentDirectory());
        (ModelSignatureClaims claims, IReadOnlyList<string> warnings) =
            RunInBackground(null, (_, token) => UnverifiedSignature.Read(signature, isSignature ? null : model, name, Resource, token));
        WriteWarnings(warnings, model);
        return claims;
    }
}
