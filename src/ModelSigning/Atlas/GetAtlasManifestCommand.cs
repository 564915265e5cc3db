using System.Management.Automation;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>Reads manifests of Intel Atlas, and checks their files, references and signature.</summary>
/// <remarks>
/// <para>
/// Get-AtlasManifest reads what atlas-cli writes: JSON, CBOR or CBOR as hexadecimal digits, single files and stores (--storage-type filesystem). Nothing of a manifest is
/// verified unless you ask: -ModelPath compares the files that it lists with those of a folder, -PublicKey verifies the signature of its claim. The
/// references to other manifests are checked where the manifest lies in a store, or with -Store.
/// </para>
/// <para>
/// A check that fails writes an error and no object; the error's TargetObject is the object. With -Detailed the object is written, whatever was found.
/// </para>
/// <para>
/// atlas-cli's own verify command checks neither the signature nor the files in the claim: it looks at the list of ingredients outside the claim, which
/// atlas-cli leaves empty, and at the references. The signature covers the claim alone: IsSigned says which files and references are in it. The id, the title, the
/// generator and the time of a manifest lie outside it, and atlas-cli gives the claim an id of its own, so they are not compared with anything.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-AtlasManifest ./model.atlas.json -ModelPath ./model -PublicKey ./atlas.pub</code>
/// <para>Verifies the signature of a manifest, and compares the files that it lists with those in ./model.</para>
/// </example>
/// <example>
/// <code>Get-AtlasManifest ./atlas-store | Format-Table Kind, Title, InstanceId</code>
/// <para>Lists the manifests of a store, without verifying any signature.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "AtlasManifest", DefaultParameterSetName = "Path")]
[OutputType(typeof(AtlasManifestInfo))]
public sealed class GetAtlasManifestCommand : ModelCommand
{
    private const string PathHelp = "A manifest of Intel Atlas, or a folder of them, for example ./atlas-store.";

    private AtlasKey? _key;
    private string? _files;
    private AtlasStore? _store;

    /// <summary>A manifest's file, or a store of manifests. Wildcards are expanded. Use -LiteralPath for a name that has *, ?, [ or ] in it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path", HelpMessage = PathHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>A manifest's file or a store of manifests, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = PathHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// The folder with the files that the manifest lists, or the only file. Relative paths of the manifest start there; of a full path each end counts that is a file of the folder, because it is a path of
    /// the machine where the manifest was made. Links are not followed.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ModelPath { get; set; } = "";

    /// <summary>The store in which references are looked up, when it is not the folder of the manifest.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string Store { get; set; } = "";

    /// <summary>The public key that the claim must be signed with, in PEM: RSA of at least 2,048 bits, or P-256, P-384 or P-521.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string PublicKey { get; set; } = "";

    /// <summary>The hash algorithm of the signature (--hash-alg of atlas-cli), which no manifest names: sha384 (the default), sha256 or sha512.</summary>
    [Parameter]
    [ValidateSet("sha384", "sha256", "sha512")]
    public string HashAlgorithm { get; set; } = "sha384";

    /// <summary>Writes an object for each manifest that can be read, whatever the checks found, and no error for a check.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _files = ModelPath.Length > 0 ? OrTerminate(() => this.ExistingFileSystemPath(ModelPath)) : null;
        string? store = Store.Length > 0 ? OrTerminate(() => this.ExistingFileSystemPath(Store)) : null;
        _store = store is null ? null : OrTerminate(() => RunInterruptibly(_ => AtlasStore.Open(store, StopToken)));
        if (PublicKey.Length > 0)
        {
            string key = OrTerminate(() => this.FileSystemPath(PublicKey));
            _key = OrTerminate(() => RunInterruptibly(_ => AtlasKey.Read(key)));
        }
    }

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => RunInterruptibly(_ => Listed(model))) is not { } listed)
        {
            return;
        }

        foreach (string? id in listed.Ids)
        {
            if (Attempt(model, () => RunInterruptibly(_ => Examine(model, id, listed))) is not { } examined)
            {
                continue;
            }

            foreach (string remark in examined.Info.Remarks)
            {
                WriteVerbose($"'{examined.Info.Path}': {remark}");
            }

            if (Detailed || examined.Refusal is null)
            {
                WriteObject(examined.Info);
            }
            else
            {
                WriteError(examined.Refusal.About(examined.Info.Path).ToErrorRecord(examined.Info));
            }
        }
    }

    // The manifests of a folder or the one that was given, and the store in which their references are looked up.
    private Listing Listed(string path)
    {
        AtlasStore? own = System.IO.Directory.Exists(path) ? AtlasStore.Open(path, StopToken) : null;
        string folder = System.IO.Path.GetDirectoryName(path)!;
        return new(own is null ? [null] : [.. own.Ids], own, _store ?? own ?? (AtlasStore.Is(folder) ? AtlasStore.Open(folder, StopToken) : null));
    }

    private Examined Examine(string model, string? id, Listing listed)
    {
        AtlasStore? store = listed.Store;
        string path = id is null ? model : listed.Own!.PathOf(id);
        AtlasManifest manifest = id is null ? AtlasReader.ReadFile(path, StopToken)
            : listed.Own!.Find(id, StopToken) ?? throw AtlasErrors.AtlasNotFound.At($"The Atlas store '{model}' has no manifest '{id}'.", path);
        AtlasManifestInfo info = new(manifest, path);
        ModelSigningException? refusal = CheckSignature(manifest, info);
        info.Ingredients = [.. manifest.Ingredients.Select(ingredient =>
            new AtlasFileInfo(ingredient, _files is null ? AtlasFileStatus.NotChecked : AtlasFiles.Check(_files, ingredient, StopToken)))];
        if (_files is not null && !manifest.Ingredients.Any(ingredient => ingredient.IsInClaim || _key is null))
        {
            refusal ??= AtlasErrors.AtlasFileMismatch.At($"The {(_key is null ? "manifest" : "signed claim")} does not list any files, so nothing in '{_files}' can be compared.");
        }

        if (info.Ingredients.FirstOrDefault(file => file.Status is nameof(AtlasFileStatus.Differs) or nameof(AtlasFileStatus.Missing)) is { } wrong)
        {
            refusal ??= AtlasErrors.AtlasFileMismatch.At(wrong.Status == nameof(AtlasFileStatus.Missing)
                ? $"The file '{wrong.FilePath}', which the manifest lists, is missing."
                : $"The file '{wrong.FilePath}' does not have the digest that the manifest lists.");
        }

        info.References = [.. manifest.References.Select(reference =>
            new AtlasReferenceInfo(reference, store is null ? AtlasReferenceStatus.NotChecked : store.Check(reference, StopToken)))];
        store?.RequireNoCycle(manifest, StopToken);
        if (info.References.FirstOrDefault(reference => reference.Status is nameof(AtlasReferenceStatus.Differs) or nameof(AtlasReferenceStatus.Missing)) is { } broken)
        {
            refusal ??= AtlasErrors.AtlasReferenceMismatch.At(broken.Status == nameof(AtlasReferenceStatus.Missing)
                ? $"The manifest '{broken.InstanceId}', to which this one refers, is not in the store."
                : $"The manifest '{broken.InstanceId}', to which this one refers, does not have the digest of the reference.");
        }

        return new(info, refusal);
    }

    private ModelSigningException? CheckSignature(AtlasManifest manifest, AtlasManifestInfo info)
    {
        AtlasDigest hash = AtlasDigest.Find(HashAlgorithm.ToLowerInvariant())!;
        bool isSigned = !manifest.Signature.IsEmpty;
        info.SignatureStatus = isSigned && _key is not null ? _key.Verifies(manifest, hash) ? "Verified" : "Invalid"
            : isSigned ? "NotChecked"
            : manifest.IsEnveloped ? "NotAccepted"
            : "None";
        return _key is null || info.SignatureStatus == "Verified" ? null
            : isSigned ? AtlasErrors.AtlasSignatureInvalid.At($"The claim is not signed by '{PublicKey}' with {HashAlgorithm}.")
            : AtlasErrors.AtlasSignatureMissing.At(manifest.IsEnveloped
                ? "The envelope around the manifest does not sign the bytes that DSSE requires, so it is not accepted as a signature."
                : "The claim of the manifest is not signed.");
    }

    private sealed record Listing(IReadOnlyList<string?> Ids, AtlasStore? Own, AtlasStore? Store);

    private sealed record Examined(AtlasManifestInfo Info, ModelSigningException? Refusal);
}
