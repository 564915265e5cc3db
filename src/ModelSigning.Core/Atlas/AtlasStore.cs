using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Atlas;

/// <summary>How a reference to another manifest fared.</summary>
public enum AtlasReferenceStatus
{
    /// <summary>There was no store to look in.</summary>
    NotChecked,

    /// <summary>The manifest is there and has the digest.</summary>
    Matches,

    /// <summary>The manifest is there and has another digest.</summary>
    Differs,

    /// <summary>The manifest does not exist.</summary>
    Missing,
}

/// <summary>
/// A folder of manifests as <c>atlas-cli --storage-type filesystem</c> keeps it: a file for each, named by the SHA-256 of its id, and an index from ids to files.
/// </summary>
public sealed class AtlasStore
{
    private const int MaximumManifests = 100_000, MaximumIndexLength = 64 * 1024 * 1024;
    private const long MaximumFollowed = 1024L * 1024 * 1024;
    private const string IndexName = "manifest_index.json", Extension = ".json";

    private readonly Dictionary<string, Referred> _referred = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withoutCycle = new(StringComparer.Ordinal);
    private long _followed;
    private readonly string _folder;
    private readonly Dictionary<string, string> _files;

    private AtlasStore(string folder, Dictionary<string, string> files) => (_folder, _files) = (folder, files);

    /// <summary>The ids of its manifests, sorted.</summary>
    public IReadOnlyList<string> Ids => [.. _files.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a folder has the index of a store.</summary>
    public static bool Is(string folder) => File.Exists(Path.Join(folder, IndexName));

    /// <summary>Reads the index of a store.</summary>
    /// <param name="folder">The full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="AtlasErrors"/>.</exception>
    public static AtlasStore Open(string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string index = Path.Join(folder, IndexName);
        InputRules rules = new("index of the Atlas store", MaximumIndexLength, AtlasErrors.AtlasMalformed)
        {
            NotFound = AtlasErrors.AtlasNotFound,
            Unreadable = AtlasErrors.AtlasUnreadable,
            TooLarge = AtlasErrors.AtlasTooLarge,
            MaximumMembers = MaximumManifests,
        };
        using JsonDocument document = StrictJson.Parse(BoundedFile.Read(index, rules, cancellationToken), index, rules, cancellationToken);
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            string? file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
            bool isPlain = file is not (null or "" or "." or "..") && file.AsSpan().IndexOfAny("/\\:\0") < 0;
            files[entry.Name] = isPlain
                ? file!
                : throw AtlasErrors.AtlasPathEscapes.At($"The index of the Atlas store '{folder}' does not list a file of the store for '{entry.Name}'.", index);
        }

        return new(folder, files);
    }

    /// <summary>Reads one manifest.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The manifest; null when the store has none of that id.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="AtlasErrors"/>.</exception>
    public AtlasManifest? Find(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        string path = PathOf(id);
        if (!_files.ContainsKey(id) && !File.Exists(path))
        {
            return null;
        }

        AtlasManifest manifest = AtlasReader.ReadFile(path, cancellationToken);
        return manifest.InstanceId == id
            ? manifest
            : throw AtlasErrors.AtlasMalformed.At($"The file '{path}' belongs to the id '{id}', but contains the manifest '{manifest.InstanceId}'.", path);
    }

    /// <summary>The full path of a manifest's file.</summary>
    public string PathOf(string id) =>
        Path.Join(_folder, _files.GetValueOrDefault(id) ?? Hexadecimal.Write(SHA256.HashData(Encoding.UTF8.GetBytes(id))) + Extension);

    /// <summary>How a reference fares.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="AtlasErrors"/>.</exception>
    public AtlasReferenceStatus Check(AtlasReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return Look(reference.InstanceId, cancellationToken) is not { } referred ? AtlasReferenceStatus.Missing
            : CryptographicOperations.FixedTimeEquals(referred.Digests[reference.Algorithm.Length], reference.Digest.Span) ? AtlasReferenceStatus.Matches
            : AtlasReferenceStatus.Differs;
    }

    /// <summary>Follows the references of a manifest as far as the store has them. What was followed once is not followed again.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="AtlasErrors.AtlasReferenceCycle"/>, or a manifest cannot be read.</exception>
    public void RequireNoCycle(AtlasManifest start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);

        // Depth first without recursion: what is on the way down to the present manifest is not done yet, and must not come again.
        HashSet<string> open = new(StringComparer.Ordinal) { start.InstanceId };
        Stack<(string Id, IReadOnlyList<AtlasReference> References, int Next)> way = new([(start.InstanceId, start.References, 0)]);
        while (way.TryPop(out (string Id, IReadOnlyList<AtlasReference> References, int Next) step))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (step.Next == step.References.Count)
            {
                open.Remove(step.Id);
                _withoutCycle.Add(step.Id);
                continue;
            }

            way.Push(step with { Next = step.Next + 1 });
            string id = step.References[step.Next].InstanceId;
            if (open.Contains(id))
            {
                throw AtlasErrors.AtlasReferenceCycle.At(
                    $"The references of '{start.InstanceId}' form a cycle: '{step.Id}' refers to '{id}', which refers back to it.", PathOf(id));
            }

            if (!_withoutCycle.Contains(id) && Look(id, cancellationToken) is { } next)
            {
                open.Add(id);
                way.Push((id, next.References, 0));
            }
        }
    }

    // What is known of a manifest that others refer to; the manifest itself is not kept.
    private Referred? Look(string id, CancellationToken cancellationToken)
    {
        if (_referred.TryGetValue(id, out Referred? known))
        {
            return known;
        }

        if (Find(id, cancellationToken) is not { } manifest)
        {
            return null;
        }

        if ((_followed += manifest.CompactJson.Length) > MaximumFollowed)
        {
            throw AtlasErrors.AtlasTooLarge.At(Invariant($"The references in the Atlas store '{_folder}' lead to manifests of more than {MaximumFollowed} bytes in total, which is the limit."), _folder);
        }

        return _referred[id] = new(manifest.References, AtlasDigest.All.ToDictionary(digest => digest.Length, digest => digest.Hash(manifest.CompactJson.Span)));
    }

    private sealed record Referred(IReadOnlyList<AtlasReference> References, Dictionary<int, byte[]> Digests);
}
