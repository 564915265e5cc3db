using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning;

/// <summary>Compares models, manifests or signatures with a reference: what was added, removed and changed.</summary>
/// <remarks>
/// <para>
/// Each side is a model, a signature file (*.sig or *.sigstore.json), or the objects that Get-ModelManifest wrote, also when they were
/// kept as CSV or JSON in between. A model is hashed with the algorithm and the shard size of the other side; two models with
/// -HashAlgorithm and -ShardSize. A manifest file of Get-ModelManifest -OutFile, a table of Get-ModelManifest | Export-Csv (*.csv) and a list of sha256sum
/// (*.sha256, SHA256SUMS) are sides as well. Nothing is written when the sides are equal.
/// </para>
/// <para>
/// A model's signature (model.sig) is not part of it and is not compared, nor are Git's own files without -IncludeGitPath.
/// </para>
/// <para>
/// A signature is compared by what it claims, and a warning says so: this command verifies nothing and is not a replacement for
/// Test-ModelSignature.
/// </para>
/// <para>
/// -Tensor compares the tensors of safetensors and GGUF files instead of the files, so that a tensor that moved to another shard is not a difference. Where each side has one
/// set of weights, they may have different names.
/// </para>
/// </remarks>
/// <example>
/// <code>Compare-ModelManifest D:\models\v1 D:\models\v2</code>
/// <para>Lists the files that differ between two versions of a model.</para>
/// </example>
/// <example>
/// <code>$before = Get-ModelManifest ./model
/// ./Update-Model.ps1
/// Compare-ModelManifest $before ./model</code>
/// <para>Shows what a script did to a model.</para>
/// </example>
/// <example>
/// <code>Get-Item D:\sites\*\models\llm | Compare-ModelManifest (Import-Csv ./manifest.csv) -HashAlgorithm blake3</code>
/// <para>Compares several copies of a model with a manifest that was kept as a table; Path says which copy a difference is in.</para>
/// </example>
/// <example>
/// <code>Compare-ModelManifest D:\models\v1 D:\models\v2 -Tensor | Group-Object Change</code>
/// <para>Counts the tensors that were added, removed and changed between two versions of a model.</para>
/// </example>
/// <example>
/// <code>Compare-ModelManifest ./hub/models--org--name ./hub/models--org--name -Source HuggingFace -ReferenceRevision v1 -Revision main</code>
/// <para>Lists the files that differ between two revisions in the cache of the Hugging Face hub.</para>
/// </example>
/// <example>
/// <code>Compare-ModelManifest ./release/layout.sig ./layout -Source Oci -Revision v2</code>
/// <para>Lists what differs between what was signed and a later tag of an OCI image layout.</para>
/// </example>
/// <example>
/// <code>Compare-ModelManifest ./ollama ./ollama -Source Ollama -ReferenceRevision tiny:8b -Revision tiny:latest -Tensor</code>
/// <para>Lists the tensors that differ between two tags of a model in ollama's store.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "ModelManifest", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelDifference), typeof(ModelTensorDifference))]
public sealed partial class CompareModelManifestCommand : ManifestCommand
{
    private ManifestSide? _reference;
    private bool _referenceIsStored;

    /// <summary>
    /// What is compared with, such as the older model: the path of a model or of a signature file, its name taken as it is, or all
    /// objects of one Get-ModelManifest. A manifest of shards needs -ShardSize as well.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The path of a model or of a signature, or the objects of Get-ModelManifest.")]
    [ValidateNotNullOrEmpty]
    public PSObject[] ReferenceObject { get; set; } = [];

    /// <summary>The model or signature file to compare. Wildcards are expanded, and each match is compared by itself.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>The model or signature file to compare, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// The digest of an entry of a manifest that the pipeline has. It is not to be specified: an object that has both a digest and a path is refused, because it would be read from that path, and its name and digest would not be looked at.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public PSObject? Digest { get; set; }

    /// <summary>The manifest to compare: all objects of one Get-ModelManifest.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "DifferenceObject", HelpMessage = "All objects of one Get-ModelManifest.")]
    [ValidateNotNullOrEmpty]
    public PSObject[] DifferenceObject { get; set; } = [];

    /// <summary>Which version of the store -ReferenceObject is, when it is a model that -Source applies to; -Revision is of the other side.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ReferenceRevision { get; set; } = "";

    /// <summary>
    /// Compares the tensors of the models' safetensors and GGUF files by name, type, shape and content, and not their files. Each side is a model or all objects of one
    /// Get-ModelManifest -Tensor.
    /// </summary>
    [Parameter]
    public SwitchParameter Tensor { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Tensor)
        {
            RequireTensorParameters();
        }
    }

    /// <summary>Compares the models of one record of the pipeline.</summary>
    protected override void ProcessRecord()
    {
        if (this.RefusesEntryWithPath(Digest))
        {
            return;
        }

        if (Tensor)
        {
            _tensors ??= OrTerminate(() => TensorSide.Of(this, ReferenceObject));
            if (ParameterSetName == nameof(DifferenceObject))
            {
                CompareTensors(() => TensorSide.OfObjects(DifferenceObject), model: null);
                return;
            }

            base.ProcessRecord();
            return;
        }

        _reference ??= OrTerminate(() => ManifestSide.Of(this, ReferenceObject, Serialization, ReadClaimed));
        if (ParameterSetName == nameof(DifferenceObject))
        {
            Compare(() => ManifestSide.OfObjects(DifferenceObject, Serialization), model: null);
            return;
        }

        base.ProcessRecord();
    }

    private protected override void ProcessModel(string model)
    {
        if (Tensor)
        {
            CompareTensors(() => TensorSide.OfPath(model), model);
            return;
        }

        Compare(() => ManifestSide.OfPath(this, model, ReadClaimed), model);
    }

    // Of a manifest file what it lists, of a signature file what it claims.
    private Manifest ReadClaimed(string path) => RunInBackground(null, (_, token) => ManifestImport.IsList(path)
        ? ManifestImport.Read(path, token).Manifest
        : UnverifiedSignature.ReadStatement(BundleReader.Read(path, token), path, token).Manifest);

    private void Compare(Func<ManifestSide> difference, string? model)
    {
        foreach (ModelDifference found in Attempt(model ?? "-DifferenceObject", () => Compare(difference(), model)) ?? [])
        {
            WriteObject(found);
        }
    }

    private List<ModelDifference> Compare(ManifestSide difference, string? target)
    {
        // A side that is written down decides how a side that is hashed now is hashed.
        Serialization serialization = _reference!.Manifest?.Serialization ?? difference.Manifest?.Serialization ?? Serialization;
        Manifest before = Manifest(_reference, serialization), after = Manifest(difference, serialization);
        ManifestDifference found = ManifestDifference.Between(before, after);
        DigestAlgorithm algorithm = before.Serialization.HashType;
        Dictionary<string, string> digests = [];
        foreach (Resource resource in before.Resources.Concat(after.Resources))
        {
            digests[resource.Name] = Digests.Labelled(algorithm, resource.Digest.Span);
        }

        return
        [
            .. found.Extra.Select(name => new ModelDifference(ModelChange.Added, name, null, digests[name], target)),
            .. found.Missing.Select(name => new ModelDifference(ModelChange.Removed, name, digests[name], null, target)),
            .. found.Mismatched.Select(changed => new ModelDifference(ModelChange.Changed, changed.Name,
                Digests.Labelled(algorithm, changed.Expected.Span), Digests.Labelled(algorithm, changed.Actual.Span), target)),
        ];
    }

    // Only one side need lie in the store: a snapshot is compared with a plain copy of it, or with another snapshot.
    private ModelSource SideSource(string model, bool isReference)
    {
        string revision = isReference ? ReferenceRevision : Revision;
        try
        {
            ModelSource source = SourceOf(model, revision);
            _referenceIsStored |= isReference;
            return source;
        }
        catch (ModelSigningException refusal) when (
            refusal.Definition == StoreErrors.StoreNotRecognised && revision.Length == 0 && (isReference || _referenceIsStored))
        {
            return ModelSource.Plain(model, this.CurrentDirectory());
        }
    }

    private Manifest Manifest(ManifestSide side, Serialization serialization)
    {
        if (side.Manifest is { } written)
        {
            return written;
        }

        HashedModel hashed = HashModel(SideSource(side.Model!, side == _reference), serialization with { IgnorePaths = [] });
        WriteWarnings(hashed.Files.Warnings, side.Model!);
        return hashed.Manifest;
    }
}
