using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>Hashes a model and lists its files with their digests, as a signature would.</summary>
/// <remarks>
/// <para>
/// Get-ModelManifest writes one object for each file of the model, or for each shard with -ShardSize, in the order in which a signature
/// lists them. It signs and verifies nothing. The rules are those of New-ModelSignature: the signature model.sig and Git's files are
/// not part of the model, -IgnorePath excludes others. New-ModelSignature with a -SignaturePath elsewhere signs a model.sig in the model like any other file:
/// use -IgnorePath model.sig there, or delete it, if it is an old signature.
/// </para>
/// <para>
/// -RootDigest writes the digest of the whole model alone, which is the one that its signature carries. It covers the contents and not the names.
/// -ModelPin writes the model's pin, which covers everything that a signature lists, and which trust policies name.
/// </para>
/// <para>
/// -Tensor lists the tensors of safetensors and GGUF files instead of the files. Whatever else the files hold, such as their metadata, and all other files are not part of
/// that list.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelManifest ./model | Export-Csv manifest.csv</code>
/// <para>Keeps the names, digests and lengths as a table.</para>
/// </example>
/// <example>
/// <code>1..4 | ForEach-Object { Get-ModelManifest ./model -Part $_ -Of 4 -OutFile "part-$_.jsonl" }
/// Join-ModelManifest ./part-*.jsonl -OutFile ./model.manifest.jsonl</code>
/// <para>Hashes a model in four parts, as four machines could, and puts them together.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./model -RootDigest</code>
/// <para>Writes one line, such as sha256:b0fef964..., to compare two copies of a model by eye.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./model -Tensor | Sort-Object Length -Descending | Select-Object -First 5 Name, Type, Shape, Length</code>
/// <para>Lists the five largest tensors of a model.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./hub/models--org--name -Source HuggingFace -Revision main</code>
/// <para>Lists the files of a snapshot in the cache of the Hugging Face hub.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./layout -Source Oci -Revision v1 -OutFile ./release/layout.manifest.jsonl</code>
/// <para>Keeps the manifest of a model in an OCI image layout, which New-ModelSignature -Manifest can sign elsewhere.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./ollama -Source Ollama -Revision tiny -Tensor | Group-Object Type</code>
/// <para>Counts the tensors of a model in ollama's store by their types.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelManifest", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelResource), typeof(ModelTensor), typeof(string))]
public sealed class GetModelManifestCommand : ManifestCommand
{
    private string? _written;

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Writes the digest of the whole model alone, as sha256:HEX. It is always SHA-256, whatever -HashAlgorithm is.</summary>
    [Parameter]
    public SwitchParameter RootDigest { get; set; }

    /// <summary>
    /// Writes the model's pin alone, as pin1:HEX: the names and digests of all files, and how they were hashed. A trust policy accepts exactly this model by it
    /// (pins), or refuses it (revoked). Use the same parameters as for signing, because they are part of it.
    /// </summary>
    [Parameter]
    public SwitchParameter ModelPin { get; set; }

    /// <summary>
    /// Lists the tensors of the model's safetensors and GGUF files, each with its type, shape and digest, instead of its files. Shards are taken together by their index
    /// (model.safetensors.index.json) or their number.
    /// </summary>
    [Parameter]
    public SwitchParameter Tensor { get; set; }

    /// <summary>
    /// Writes the manifest to this file (JSON Lines, described in docs/datasets.md) and no objects. Such a file can be signed (New-ModelSignature -Manifest) and
    /// compared (Compare-ModelManifest), also where the model is not.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string OutFile { get; set; } = "";

    /// <summary>
    /// Hashes only this part of the model, from 1 to -Of, and writes it to -OutFile. Every worker lists the whole model and takes its share by bytes;
    /// Join-ModelManifest puts the parts together. With -ShardSize a large file is shared among several parts.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Part { get; set; }

    /// <summary>How many parts there are.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Of { get; set; }

    /// <summary>Replaces the file that -OutFile names, if it exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Tensor)
        {
            RequireTensorParameters(nameof(RootDigest), nameof(ModelPin), nameof(OutFile), nameof(Part), nameof(Of), nameof(Force));
        }

        bool isPart = Part > 0, isFile = OutFile.Length > 0;
        string? fault = isFile && (RootDigest || ModelPin) ? "-OutFile writes the whole manifest, so it cannot be used with -RootDigest or -ModelPin."
            : isPart != Of > 0 ? $"-{(isPart ? nameof(Part) : nameof(Of))} was used without -{(isPart ? nameof(Of) : nameof(Part))}."
            : isPart && !isFile ? "-Part and -Of were used without -OutFile."
            : Part > Of ? $"-Part is {Part}, but with -Of {Of} it must be between 1 and {Of}."
            : null;
        if (fault is not null)
        {
            ThrowTerminatingError(CommandErrors.ManifestPartInvalid.At(fault).ToErrorRecord());
        }
    }

    private protected override void ProcessModel(string model)
    {
        if (OutFile.Length > 0)
        {
            _ = Attempt<object>(model, () => WriteFile(model));
            return;
        }

        if (Tensor)
        {
            foreach (ModelTensor tensor in Attempt(model, () => ListTensors(model)) ?? [])
            {
                WriteObject(tensor);
            }

            return;
        }

        Stopwatch clock = Stopwatch.StartNew();
        if (Attempt(model, () => HashModel(model)) is not { } hashed)
        {
            return;
        }

        WriteVerbose($"'{model}': " + Narrate($"By {HashAlgorithm}, hashed", hashed.Files.Files.Count, hashed.Files.Files.Sum(file => file.Length), clock.Elapsed));
        AdviseDevice(Serialization.HashType, hashed.Manifest.Resources.Count, hashed.Files.Files.Sum(file => file.Length));
        WriteWarnings(hashed.Files.Warnings, model);
        if (RootDigest)
        {
            WriteObject(hashed.RootDigest);
        }

        if (ModelPin)
        {
            WriteObject(hashed.Pin);
        }

        foreach (ModelResource resource in RootDigest || ModelPin ? [] : hashed.Resources())
        {
            WriteObject(resource);
        }
    }

    private IEnumerable<ModelTensor> ListTensors(string model)
    {
        ModelSource source = SourceOf(model, Revision);
        DigestAlgorithm algorithm = Serialization.HashType;
        string identifier = algorithm.Identifier();
        return HashTensors(source, algorithm).Tensors.Select(hashed => new ModelTensor(hashed.Tensor.Name, hashed.Weights, hashed.File, source.ModelPath)
        {
            Type = hashed.Tensor.Type,
            Shape = ModelTensor.ShapeText(hashed.Tensor.Shape),
            Length = hashed.Tensor.Length,
            Algorithm = identifier,
            Digest = Digests.Hex(hashed.Digest.Span),
            Source = source.Kind,
        });
    }

    private string? WriteFile(string model)
    {
        string path = this.FileSystemPath(OutFile);
        if (_written is not null)
        {
            throw ManifestFileErrors.ManifestFileExists.At($"'{path}' already contains the manifest of '{_written}', another model of this run.", path);
        }

        ModelSource source = SourceOf(model, Revision);
        if (SignatureLocation.NameIn(source.ModelPath, path, this.CurrentDirectory()) is not null)
        {
            throw CommandErrors.ManifestFileInModel.At($"'{path}' is inside the model '{model}'.", path);
        }

        ErrorDefinition? exists = Force ? null : ManifestFileErrors.ManifestFileExists;
        ManifestFileWriter.CheckWritable(path, Force, ManifestFileErrors.ManifestFileExists);
        Stopwatch clock = Stopwatch.StartNew();
        HashProgress progress = new();
        Serialization serialization = Serialization;
        ModelFilesOptions options = FilesOptions(SignatureLocation.Default(source.ModelPath, this.CurrentDirectory()), serialization.AllowSymlinks);
        HashSettings settings = HashSettings(progress);
        ManifestPart part = Of > 0 ? new(Part, Of) : ManifestPart.Whole;
        (ManifestFile file, IReadOnlyList<string> warnings) = RunInBackground(new ProgressDisplay(Of > 0 ? $"Hashing {part} of {model}" : $"Hashing {model}", progress), (_, token) =>
        {
            ModelFiles files = source.Find(options with { Reading = serialization, Progress = progress, Hashing = settings }, token);
            ManifestFile hashed = ManifestHasher.Hash(files, serialization, part, Environment.MachineName, settings, token);
            ManifestFileWriter.Write(path, hashed, exists);
            return (hashed, files.Warnings);
        });
        _written = model;
        WriteWarnings(warnings, model);
        WriteVerbose($"'{model}': " + Narrate($"By {HashAlgorithm}, hashed {file.Part} into '{path}':", file.Lengths.Count, file.Lengths.Sum(), clock.Elapsed));
        return null;
    }
}
