using System.Security.Cryptography;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// The files of a model that was verified, for comparison with what somebody else lists. SHA-256 is compared with what was signed; for other algorithms a file is read once
/// more, and counts only if its SHA-256 is still the one that was signed.
/// </summary>
internal sealed class VerifiedFiles
{
    private const int BlockLength = 1024 * 1024;

    private readonly VerificationResult _model;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<string> _digests = new(StringComparer.Ordinal);
    private readonly ILookup<string, Resource> _names;
    private readonly Dictionary<string, Dictionary<AtlasDigest, byte[]>?> _hashed = new(StringComparer.Ordinal);

    /// <summary>Lists the files.</summary>
    /// <param name="model">A model that is valid as a whole.</param>
    /// <param name="cancellationToken">Ends the reading of files.</param>
    public VerifiedFiles(VerificationResult model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _cancellationToken) = (model, cancellationToken);
        IReadOnlyList<Resource> resources = model.Statement.Manifest.Resources;
        IsComparable = model.Statement.Serialization is { HashType: DigestAlgorithm.Sha256, ShardSize: null };
        _names = (IsComparable ? resources : []).ToLookup(resource => LastComponent(resource.Name), StringComparer.Ordinal);
        foreach (Resource resource in IsComparable ? resources : [])
        {
            _digests.Add(Hexadecimal.Write(resource.Digest.Span));
        }
    }

    /// <summary>Whether the signature has the SHA-256 of whole files. Without it nothing can be compared.</summary>
    public bool IsComparable { get; }

    /// <summary>Compares a file that a manifest lists: by its digest, and for other algorithms than SHA-256 by the last component of its name as well.</summary>
    public AtlasFileStatus Compare(AtlasIngredient file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!IsComparable)
        {
            return AtlasFileStatus.NotChecked;
        }

        if (file.Algorithm.Name == HashAlgorithmName.SHA256)
        {
            return _digests.Contains(Hexadecimal.Write(file.Digest.Span)) ? AtlasFileStatus.Matches : AtlasFileStatus.Missing;
        }

        AtlasFileStatus status = AtlasFileStatus.Missing;
        foreach (Resource resource in _names[LastComponent(file.Path)])
        {
            if (Hashed(resource) is not { } digests)
            {
                return AtlasFileStatus.NotChecked;
            }

            if (digests[file.Algorithm].AsSpan().SequenceEqual(file.Digest.Span))
            {
                return AtlasFileStatus.Matches;
            }

            status = AtlasFileStatus.Differs;
        }

        return status;
    }

    /// <summary>Whether the model has files of all these names: what is cheap to know before files are read.</summary>
    public bool HasNames(IEnumerable<AtlasIngredient> files) =>
        IsComparable && files.All(file => file.Algorithm.Name == HashAlgorithmName.SHA256 || _names.Contains(LastComponent(file.Path)));

    private static string LastComponent(string path) => path[(path.LastIndexOf('/') + 1)..];

    private Dictionary<AtlasDigest, byte[]>? Hashed(Resource resource)
    {
        if (!_hashed.TryGetValue(resource.Name, out Dictionary<AtlasDigest, byte[]>? digests))
        {
            digests = _hashed[resource.Name] = Read(resource);
        }

        return digests;
    }

    private Dictionary<AtlasDigest, byte[]>? Read(Resource resource)
    {
        string path = Directory.Exists(_model.ModelPath) ? Path.Join(_model.ModelPath, resource.Name) : _model.ModelPath;
        IncrementalHash[] hashes = [.. AtlasDigest.All.Select(digest => IncrementalHash.CreateHash(digest.Name))];
        try
        {
            using FileStream stream = RegularFile.Open(path, followLinks: false);
            byte[] block = new byte[BlockLength];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                Array.ForEach(hashes, hash => hash.AppendData(block, 0, read));
            }

            Dictionary<AtlasDigest, byte[]> digests = AtlasDigest.All.Zip(hashes).ToDictionary(pair => pair.First, pair => pair.Second.GetHashAndReset());
            return digests.First(pair => pair.Key.Name == HashAlgorithmName.SHA256).Value.AsSpan().SequenceEqual(resource.Digest.Span) ? digests : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A link of a store, or a file that is gone since it was verified.
            return null;
        }
        finally
        {
            Array.ForEach(hashes, hash => hash.Dispose());
        }
    }
}
