using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>A command that makes a manifest of a model, and so decides how its files are listed.</summary>
public abstract class ManifestCommand : HashingCommand
{
    /// <summary>
    /// The digest algorithm: sha256 (the default, which every OMS tool reads), blake2b (BLAKE2b-512) or blake3 (BLAKE3-256, the
    /// fastest).
    /// </summary>
    [Parameter]
    [ValidateSet("sha256", "blake2b", "blake3")]
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

    /// <summary>Finds a model's files and hashes them, with a progress bar.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The model is refused.</exception>
    private protected HashedModel HashModel(string model) => HashModel(model, Serialization);

    /// <inheritdoc cref="HashModel(string)"/>
    private protected HashedModel HashModel(string model, Serialization serialization)
    {
        HashProgress progress = new();
        ModelFilesOptions options = FilesOptions(SignatureLocation.Default(model, this.CurrentDirectory()), serialization.AllowSymlinks);
        HashSettings settings = HashSettings(progress);
        return RunInBackground(new ProgressDisplay($"Hashing {model}", progress), (_, token) =>
        {
            ModelFiles files = ModelFiles.Find(model, options, token);
            return new HashedModel(files, ModelHasher.Hash(
                files, serialization.HashType, serialization.ShardSize, serialization.AllowSymlinks, settings, token));
        });
    }
}
