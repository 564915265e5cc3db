using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tensors;

namespace ModelSigning;

/// <summary>A command that makes a manifest of a model, and so decides how its files are listed.</summary>
public abstract class ManifestCommand : HashingCommand
{
    /// <summary>
    /// The digest algorithm: sha256 (the default, which every OMS tool reads), blake2b (BLAKE2b-512) or blake3 (BLAKE3-256, the
    /// fastest).
    /// </summary>
    [Parameter]
    [ValidateHashAlgorithm]
    [ArgumentCompleter(typeof(HashAlgorithmCompleter))]
    [Alias("Algorithm")]
    public string HashAlgorithm { get; set; } = "sha256";

    /// <summary>
    /// Lists every file as shards of this many bytes, the last one shorter, instead of whole; for example 1GB. Empty files are not
    /// listed then. Other tools may not read such signatures.
    /// </summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long ShardSize { get; set; }

    /// <summary>
    /// Follows symbolic links to files, and records that they were allowed. A model with a symbolic link is refused otherwise. Links to
    /// folders are refused unless -IgnorePath names them.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowSymlink { get; set; }

    /// <summary>
    /// Where the model lies, when that is not a plain folder or file; a store is never guessed. HuggingFace: the cache of the Hugging Face hub, a snapshot or
    /// a repository's folder; each link must lead straight to a file in the repository's blobs. Oci: an OCI image layout, a folder or a tar, with the files of
    /// ModelPack, KitOps, Docker's models or ORAS; tars in it are read without unpacking them. OciLayers: the same with each layer as one file, for signatures of the
    /// Go implementation. Ollama: the folder of ollama's store.
    /// </summary>
    [Parameter]
    [ValidateSet(ModelStores.HuggingFace, ModelStores.Oci, ModelStores.OciLayers, ModelStores.Ollama)]
    public string Source { get; set; } = "";

    /// <summary>
    /// Which model of the store: a branch, a tag or a commit of a Hugging Face repository (main by default); a tag or a digest of an OCI layout (its only model
    /// by default); NAME:TAG of ollama.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Revision { get; set; } = "";

    /// <summary>The manifest's settings, as the parameters say.</summary>
    private protected Serialization Serialization => SerializationOf(HashAlgorithm, ShardSize, AllowSymlink);

    /// <summary>The settings that such parameters say.</summary>
    internal static Serialization SerializationOf(string hashAlgorithm, long shardSize, bool allowSymlink) => new()
    {
        HashType = DigestAlgorithms.TryParse(hashAlgorithm.ToLowerInvariant(), out DigestAlgorithm algorithm)
            ? algorithm
            : throw new UnreachableException(hashAlgorithm),
        ShardSize = shardSize > 0 ? shardSize : null,
        AllowSymlinks = allowSymlink,
    };

    /// <summary>Refuses what says nothing of tensors.</summary>
    private protected void RequireTensorParameters(params ReadOnlySpan<string> others)
    {
        foreach (string other in (ReadOnlySpan<string>)[nameof(ShardSize), .. others])
        {
            if (MyInvocation.BoundParameters.ContainsKey(other))
            {
                ThrowTerminatingError(CommandErrors.TensorParameters.At($"-Tensor and -{other} cannot be used together.").ToErrorRecord());
            }
        }
    }

    /// <summary>Lists a model's tensors and hashes them, with a progress bar.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The model is refused.</exception>
    private protected HashedTensors HashTensors(ModelSource source, DigestAlgorithm algorithm)
    {
        string model = source.ModelPath;
        HashProgress progress = new();
        ModelFilesOptions options = FilesOptions(SignatureLocation.Default(model, this.CurrentDirectory()), AllowSymlink);
        HashSettings settings = HashSettings(progress);
        HashedTensors hashed = RunInBackground(
            new ProgressDisplay($"Hashing tensors of {model}", progress), (_, token) => TensorHasher.Hash(source, options, algorithm, settings, token));
        WriteWarnings([.. hashed.Warnings, .. hashed.Empty.Select(name => $"'{name}' has no tensors. A program that loads this file loads none of the model's tensors.")], model);
        WriteVerbose($"'{model}': by {algorithm.Identifier()}, hashed {hashed.Tensors.Count} tensors; {hashed.Others.Count} other files of the model were not read.");
        return hashed;
    }

    /// <summary>Where a model lies, as -Source says.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">It does not lie in such a store.</exception>
    private protected ModelSource SourceOf(string model, string revision) => OpenModel(Source, model, revision, AllowSymlink);

    /// <summary>Finds a model's files and hashes them, with a progress bar.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The model is refused.</exception>
    private protected HashedModel HashModel(string model) => HashModel(model, Serialization);

    /// <inheritdoc cref="HashModel(string)"/>
    private protected HashedModel HashModel(string model, Serialization serialization) => HashModel(SourceOf(model, Revision), serialization);

    /// <inheritdoc cref="HashModel(string)"/>
    private protected HashedModel HashModel(ModelSource source, Serialization serialization)
    {
        string model = source.ModelPath;
        HashProgress progress = new();
        ModelFilesOptions options = FilesOptions(SignatureLocation.Default(model, this.CurrentDirectory()), serialization.AllowSymlinks);
        HashSettings settings = HashSettings(progress);
        return RunInBackground(new ProgressDisplay($"Hashing {model}", progress), (_, token) =>
        {
            ModelFiles files = source.Find(options with { Reading = serialization, Progress = progress, Hashing = settings }, token);
            return new HashedModel(source.Kind, files, ModelHasher.Hash(
                files, serialization.HashType, serialization.ShardSize, serialization.AllowSymlinks, settings, token));
        });
    }
}
