using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;

namespace ModelSigning;

/// <summary>Puts a manifest file together: of the parts that several workers hashed, or of digests that are known already.</summary>
/// <remarks>
/// <para>
/// Join-ModelManifest takes the files that Get-ModelManifest -Part wrote, all of one model, and writes the whole manifest. Parts that do not belong together are
/// refused: another listing of the files, other settings, a part that is missing or there twice. The error names the part and the machine that hashed it.
/// </para>
/// <para>
/// It also makes a manifest file of what other programs list: objects of Get-ModelManifest and rows of Import-Csv with the properties Name, Algorithm and Digest (Length and ModelPath
/// are read too), all from the pipeline, or one list of sha256sum or table of Export-Csv. All of them are one whole model, and no file of it is read.
/// </para>
/// <para>
/// Nothing protects the parts but the file system: anyone who can change a part decides what is signed. Where workers are not trusted with each other's parts, let each
/// sign its part with New-SigstoreBundle, and check that before the join.
/// </para>
/// </remarks>
/// <example>
/// <code>1..2 | ForEach-Object { Get-ModelManifest ./model -Part $_ -Of 2 -OutFile "half-$_.jsonl" }
/// Join-ModelManifest ./half-*.jsonl -OutFile ./model.manifest.jsonl
/// New-ModelSignature ./model.manifest.jsonl -Manifest -PrivateKey ./release.key -SignaturePath ./release/model.sig</code>
/// <para>Hashes a model in two halves, joins them, and signs the result without reading the model again.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./model | Export-Csv ./digests.csv
/// Import-Csv ./digests.csv | Join-ModelManifest -OutFile ./model.manifest.jsonl
/// New-ModelSignature ./model.manifest.jsonl -Manifest -PrivateKey ./release.key -SignaturePath ./release/model.sig</code>
/// <para>Signs digests that were kept as a table.</para>
/// </example>
[Cmdlet(VerbsCommon.Join, "ModelManifest", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class JoinModelManifestCommand : ModelCommand
{
    private const string PathHelp = "The parts that Get-ModelManifest -Part wrote, for example ./part-*.jsonl.";

    private readonly List<string> _parts = [];
    private readonly ManifestRows _rows = new(ManifestImport.Pipeline);
    private int _entries;
    private bool _isRefused;

    /// <summary>The parts, in any order, or one list of digests; entries from the pipeline take their place. Wildcards are expanded. Use -LiteralPath for a name that has *, ?, [ or ] in it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path", HelpMessage = PathHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>The parts, their names taken as they are written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = PathHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// The digest of an entry of a manifest that the pipeline has. It is not to be specified: an object that has both a digest and a path is refused, because it would be read from that path, and its name and digest would not be looked at.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public PSObject? Digest { get; set; }

    /// <summary>The file to write the whole manifest to.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The manifest file to write, for example ./model.manifest.jsonl.")]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string OutFile { get; set; } = "";

    /// <summary>Replaces the file that -OutFile names, if it exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes the parts or entries of one record.</summary>
    protected override void ProcessRecord()
    {
        if (this.RefusesEntryWithPath(Digest))
        {
            _isRefused = true;
            return;
        }

        base.ProcessRecord();
    }

    private protected override void ProcessModel(string model) => _parts.Add(model);

    private protected override void ProcessEntry(string name, PSObject entry)
    {
        // One refusal is enough: those of all the other entries would mostly be the same.
        _isRefused = _isRefused || Attempt(name, () => Add(entry)) is null;
    }

    private protected override void ProcessUnresolved(string path, ModelSigningException refusal)
    {
        _isRefused = true;
        base.ProcessUnresolved(path, refusal);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_isRefused && Attempt(OutFile, Write) is { } path)
        {
            WriteObject(InvokeProvider.Item.Get(["FileSystem::" + path], force: true, literalPath: true), enumerateCollection: true);
        }
    }

    private ManifestRows Add(PSObject entry)
    {
        // PowerShell would join the elements of a list to one name.
        string Text(string property) => entry.Properties[property]?.Value is { } value && LanguagePrimitives.GetEnumerable(value) is null ? LanguagePrimitives.ConvertTo<string>(value)
            : entry.Properties[property]?.Value is null ? ""
            : throw ManifestImportErrors.ImportMalformed.At($"The property '{property}' of an object is a list, and not one value.");

        // Their names would be taken for those of files.
        if (entry.Properties["Shape"] is not null && entry.Properties["Weights"] is not null)
        {
            throw ManifestImportErrors.ImportTensors.At($"'{Text("Name")}' is a tensor.");
        }

        _rows.Add(++_entries, Text("Name"), Text("Algorithm"), Text("Digest"), Text("Length"), Text("ModelPath"));
        return _rows;
    }

    private ManifestFile Whole(string path, HashProgress progress, CancellationToken cancellationToken)
    {
        if (_entries > 0)
        {
            return _rows.Make(ModelName(path));
        }

        return _parts is [var list] && ManifestImport.IsForeign(list)
            ? ManifestImport.Read(list, cancellationToken)
            : ManifestHasher.JoinFiles(_parts, progress, cancellationToken);
    }

    // What the file to write is called without .manifest.jsonl.
    private static string ModelName(string path)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        return name.EndsWith(".manifest", StringComparison.OrdinalIgnoreCase) ? System.IO.Path.GetFileNameWithoutExtension(name) : name;
    }

    private string? Write()
    {
        if (_parts.Count == 0 && _entries == 0)
        {
            throw ManifestFileErrors.ManifestPartMissing.At("No part was specified.");
        }

        if (_parts.Count > 0 && _entries > 0)
        {
            throw ManifestFileErrors.ManifestPartsDiffer.At($"'{_parts[0]}' is a file, but the other input is objects. Specify one or the other.", _parts[0]);
        }

        string path = this.FileSystemPath(OutFile);
        ErrorDefinition? exists = Force ? null : ManifestFileErrors.ManifestFileExists;
        ManifestFileWriter.CheckWritable(path, Force, ManifestFileErrors.ManifestFileExists);
        HashProgress progress = new();
        ManifestFile whole = RunInBackground(new ProgressDisplay($"Joining the parts of {path}", progress), (_, token) => Whole(path, progress, token));
        if (!ShouldProcess(path, "Join manifest"))
        {
            return null;
        }

        ManifestFileWriter.Write(path, whole, exists);
        WriteVerbose($"'{path}': {(_entries > 0 ? Quantity.Of(_entries, "object") : Quantity.Of(_parts.Count, "file"))}, {whole.Lengths.Count} resources by {whole.Manifest.Serialization.HashType.Identifier()}, pin {ModelPin.Of(whole.Manifest, null)}.");
        return path;
    }
}
