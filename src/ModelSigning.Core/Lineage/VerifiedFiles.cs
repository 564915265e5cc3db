using System.Security.Cryptography;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// The files of a model that was verified, for comparison with what someone else lists. SHA-256 is compared with what was signed. For other algorithms, and where the signature has no
/// SHA-256 of whole files, a file is read once more, and counts only if these bytes are still those that were signed.
/// </summary>
internal sealed class VerifiedFiles
{
    private const int BlockLength = 1024 * 1024;

    private readonly VerificationResult _model;
    private readonly CancellationToken _cancellationToken;
    private readonly DigestAlgorithm _algorithm;
    private readonly bool _hasSha256;
    private readonly ILookup<string, Part> _parts;
    private readonly Dictionary<string, Dictionary<AtlasDigest, byte[]>?> _hashed = new(StringComparer.Ordinal);

    /// <summary>Lists the files.</summary>
    /// <param name="model">A model that is valid as a whole.</param>
    /// <param name="cancellationToken">Ends the reading of files.</param>
    public VerifiedFiles(VerificationResult model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _cancellationToken) = (model, cancellationToken);
        Serialization serialization = model.Statement.Serialization;
        _algorithm = serialization.HashType;
        _hasSha256 = serialization is { HashType: DigestAlgorithm.Sha256, ShardSize: null };
        _parts = model.Statement.Manifest.Resources.Select(resource => Part.Of(resource, serialization.ShardSize)).ToLookup(part => part.File, StringComparer.Ordinal);
    }

    /// <summary>Compares a file that a manifest lists with those that its path can mean, all of which must be the same.</summary>
    public AtlasFileStatus Compare(AtlasIngredient file)
    {
        ArgumentNullException.ThrowIfNull(file);
        AtlasFileStatus[] found = [.. AtlasPath.EndsAmong(file.Path, _parts.Contains).Select(name => Compare(file, name))];
        return found.Length == 0 ? AtlasFileStatus.Missing : Array.Exists(found, one => one != AtlasFileStatus.Matches) ? Array.Find(found, one => one != AtlasFileStatus.Matches) : AtlasFileStatus.Matches;
    }

    private AtlasFileStatus Compare(AtlasIngredient file, string name)
    {
        bool isSigned = IsSigned(file);
        if (!isSigned && Hashed(name) is null)
        {
            return AtlasFileStatus.NotChecked;
        }

        ReadOnlyMemory<byte> digest = isSigned ? _parts[name].Single().Digest : Hashed(name)![file.Algorithm];
        return digest.Span.SequenceEqual(file.Digest.Span) ? AtlasFileStatus.Matches : AtlasFileStatus.Differs;
    }

    /// <summary>Whether the model has files of all these names: what is cheap to know before files are read.</summary>
    public bool HasNames(IEnumerable<AtlasIngredient> files) => files.All(file => AtlasPath.EndsAmong(file.Path, _parts.Contains).Length > 0);

    // Whether the signature has digests of the algorithm that the manifest lists.
    private bool IsSigned(AtlasIngredient file) => _hasSha256 && file.Algorithm.Name == HashAlgorithmName.SHA256;

    private Dictionary<AtlasDigest, byte[]>? Hashed(string name)
    {
        if (!_hashed.TryGetValue(name, out Dictionary<AtlasDigest, byte[]>? digests))
        {
            digests = _hashed[name] = Read(name);
        }

        return digests;
    }

    private Dictionary<AtlasDigest, byte[]>? Read(string name)
    {
        IncrementalHash[] hashes = [.. AtlasDigest.All.Select(digest => IncrementalHash.CreateHash(digest.Name))];
        try
        {
            using FileStream stream = RegularFile.Open(PathOf(name), followLinks: false);
            return IsAsSigned(stream, _parts[name].OrderBy(part => part.Start), hashes)
                ? AtlasDigest.All.Zip(hashes).ToDictionary(pair => pair.First, pair => pair.Second.GetHashAndReset()) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ModelSigningException)
        {
            // A file that is gone, or is a link, since it was verified.
            return null;
        }
        finally
        {
            Array.ForEach(hashes, hash => hash.Dispose());
        }
    }

    // In a snapshot of the hub's cache it lies behind a link.
    private string PathOf(string name)
    {
        if (_model.Source == ModelStores.HuggingFace && SnapshotFolder.Around(_model.ModelPath) is { } snapshot && ModelLocation.StatusOf(Path.Join(_model.ModelPath, name)).Kind == FileKind.Link)
        {
            SnapshotLinks links = new(snapshot);
            links.Follow(name);
            return links.PathOf(name);
        }

        return Directory.Exists(_model.ModelPath) ? Path.Join(_model.ModelPath, name) : _model.ModelPath;
    }

    // Reads a file once, for what was signed of it and for the other digests.
    private bool IsAsSigned(FileStream stream, IEnumerable<Part> parts, IncrementalHash[] hashes)
    {
        using StreamHasher signed = StreamHasher.Create(_algorithm);
        byte[] block = new byte[BlockLength], digest = new byte[_algorithm.DigestLength()];
        long at = 0;
        foreach (Part part in parts)
        {
            if (part.Start != at)
            {
                return false;
            }

            for (int read; at < part.End && (read = stream.Read(block, 0, (int)Math.Min(BlockLength, part.End - at))) > 0; at += read)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                signed.Append(block.AsSpan(0, read));
                Array.ForEach(hashes, hash => hash.AppendData(block, 0, read));
            }

            signed.Finish(digest);
            if (!digest.AsSpan().SequenceEqual(part.Digest.Span))
            {
                return false;
            }
        }

        return stream.ReadByte() < 0;
    }

    // What a resource is of its file: all of it, or a shard.
    private sealed record Part(string File, long Start, long End, ReadOnlyMemory<byte> Digest)
    {
        public static Part Of(Resource resource, long? shardSize) => shardSize is not null && ResourceName.TryParseShard(resource.Name, out string file, out long start, out long end)
            ? new(file, start, end, resource.Digest) : new(resource.Name, 0, long.MaxValue, resource.Digest);
    }
}
