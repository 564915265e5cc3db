using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// An OCI image layout, as a folder or a tar: finds a model's manifest by its tag or digest. Indexes and manifests are read within bounds and count
/// only with the digest that leads to them.
/// </summary>
internal sealed class OciLayout
{
    /// <summary>The largest index, manifest or configuration that is read: 4 MiB.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    private const int MostManifests = 10_000, MostNesting = 8, MostAttestations = 100;
    private const long MostAttestationBytes = 16L * 1024 * 1024;
    private const string ReferenceName = "org.opencontainers.image.ref.name", ContainerdName = "io.containerd.image.name", Docker = "docker.io";

    private static readonly InputRules Rules = new("index or manifest", MaximumLength, StoreErrors.ManifestInvalid);

    private static readonly HashSet<string> DigestAlgorithms = new(StringComparer.OrdinalIgnoreCase) { "sha256", "sha384", "sha512", "blake3" };

    private static readonly string[] NameKeys = [ReferenceName, ContainerdName];

    // What the other kind of document has.
    private static readonly string[] ManifestMembers = ["config", "layers", "blobs", "fsLayers"];

    /// <summary>The types of indexes.</summary>
    public static readonly string[] IndexTypes = ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

    private readonly BlobStore _store;
    private readonly string _path;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<string> _indexes = new(StringComparer.Ordinal), _subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Digest, string MediaType), bool> _attestations = [];
    private long _attestationBytes;
    private int _read;

    private OciLayout(BlobStore store, string path, CancellationToken cancellationToken) => (_store, _path, _cancellationToken) = (store, path, cancellationToken);

    /// <summary>Finds a model.</summary>
    /// <param name="path">The layout's folder or tar.</param>
    /// <param name="revision">A tag or a digest; null for the only model of the layout.</param>
    /// <param name="currentDirectory">The full path that a relative path starts at.</param>
    /// <param name="layersAsFiles">Whether each layer is one file by the rules of the Go implementation.</param>
    /// <param name="progress">How far the opening is; null where nobody looks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public static ModelSource Find(string path, string? revision, string currentDirectory, bool layersAsFiles, HashProgress? progress, CancellationToken cancellationToken)
    {
        string full = ModelLocation.FullPath(path, currentDirectory);
        BlobStore store = BlobStore.Open(full, progress, cancellationToken);
        OciLayout layout = new(store, full, cancellationToken);
        if (store.ReadFile("oci-layout", MaximumLength) is not { } version || store.ReadFile("index.json", MaximumLength) is not { } index)
        {
            throw StoreErrors.StoreNotRecognised.At(
                $"'{full}' is not an OCI image layout: it has no 'oci-layout' or no 'index.json'.", full, cure: "Specify the folder or the tar of a layout, such as skopeo writes.");
        }

        using JsonDocument head = layout.Parse(version, "oci-layout");
        if (!head.RootElement.TryGetProperty("imageLayoutVersion", out JsonElement number) || number.ValueKind != JsonValueKind.String || number.GetString() != "1.0.0")
        {
            throw StoreErrors.ManifestInvalid.At($"'{full}' is not a layout of version 1.0.0.", full);
        }

        RefuseKitStorage(store, full);
        OciDescriptor chosen = layout.Choose(layout.Descriptors(index, "index.json", IndexTypes[0]), revision);
        byte[] bytes = store.Blob(chosen).Read(MaximumLength, cancellationToken);
        using JsonDocument manifest = layout.Parse(bytes, chosen.Digest);
        OciManifest.RequireImage(manifest.RootElement, chosen.MediaType, $"{chosen.Digest} in {full}");
        layout.RequireSubject(manifest.RootElement, chosen);
        layout.RequireSameArchive(manifest.RootElement);
        string name = Path.GetFileName(full) is { Length: > 0 } last ? last : "model";
        return OciManifest.Read(manifest.RootElement, chosen, store, full, name, layersAsFiles, cancellationToken);
    }

    private JsonDocument Parse(byte[] bytes, string what) => StoreDocument.Parse(bytes, $"{what} in {_path}", Rules, _cancellationToken);

    // KitOps keeps an index of its own for each repository in the folder of its layout, and goes by these alone.
    private static void RefuseKitStorage(BlobStore store, string full)
    {
        string? own;
        try
        {
            own = store.RootFiles().FirstOrDefault(IsKitIndex);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelErrors.DirectoryUnreadable.At($"The folder '{full}' cannot be listed: {error.Message}", full, error);
        }

        if (own is not null)
        {
            throw StoreErrors.StoreNotRecognised.At($"'{full}' is the storage of KitOps, which finds models by lists of its own ('{own}') and not by the index.", full,
                cure: "Copy the model into a layout of its own, with 'skopeo copy' from the registry.");
        }
    }

    private static bool IsKitIndex(string name) =>
        name.EndsWith("-index.json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("-tags.json", StringComparison.OrdinalIgnoreCase);

    // docker save writes its own list of images beside the index, and docker load reads that one alone.
    private void RequireSameArchive(JsonElement manifest)
    {
        if (_store.ReadFile("manifest.json", MaximumLength) is not { } list)
        {
            // What opens the folder, or unpacks a tar of it, follows a link.
            if (_store.Has("manifest.json"))
            {
                throw StoreErrors.ManifestInvalid.At($"'{_path}' has a 'manifest.json' that is not a file, where Docker looks for its list of images.", _path,
                    cure: "Copy the model into a layout of its own (skopeo copy).");
            }

            // Docker's first format, which releases before 25 load where this list is missing.
            if (_store.Has("repositories"))
            {
                throw StoreErrors.ManifestInvalid.At($"'{_path}' has the list 'repositories' of Docker without its 'manifest.json', so that Docker can load other images than this model.", _path,
                    cure: "Save the model again, or copy it into a layout of its own (skopeo copy).");
            }

            return;
        }

        (OciDescriptor config, IReadOnlyList<OciDescriptor> layers, _) = OciManifest.Descriptors(manifest, _path);
        // As a member, because the reader takes objects alone. Its members have capitals, which Docker's program does not tell from small letters.
        using JsonDocument archive = StrictJson.Parse((byte[])[.. "{\"images\":"u8, .. list, .. "}"u8], $"manifest.json in {_path}", Rules, _cancellationToken);
        if (archive.RootElement.GetProperty("images") is not { ValueKind: JsonValueKind.Array } images || images.EnumerateArray().Any(image => !IsImage(image)))
        {
            throw StoreErrors.ManifestInvalid.At($"'{_path}' is also an archive of Docker, whose list 'manifest.json' has other images than this model.", _path,
                cure: "Save the one model alone, or copy it into a layout of its own (skopeo copy).");
        }

        bool IsImage(JsonElement image) => image.ValueKind == JsonValueKind.Object
            && image.EnumerateObject().All(member => Ascii.IsValid(member.Name)) && image.EnumerateObject().GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).All(same => same.Count() == 1)
            && image.TryGetProperty("Config", out JsonElement own) && IsBlob(own, config)
            && image.TryGetProperty("Layers", out JsonElement packed) && packed.ValueKind == JsonValueKind.Array
            && packed.GetArrayLength() == layers.Count && packed.EnumerateArray().Zip(layers).All(pair => IsBlob(pair.First, pair.Second));

        static bool IsBlob(JsonElement name, OciDescriptor blob) => name.ValueKind == JsonValueKind.String && name.GetString() == $"blobs/{blob.Algorithm}/{blob.Encoded}";
    }

    // What a document that is copied with the model is about is copied too, and ORAS writes the files of that as well.
    private void RequireSubject(JsonElement manifest, OciDescriptor chosen)
    {
        NoteSubject(manifest, chosen.Digest);
        if (_subjects.FirstOrDefault(subject => subject != chosen.Digest) is { } other)
        {
            throw StoreErrors.ManifestInvalid.At($"A document in '{_path}' is about {other} (its 'subject') and not about the model. Some programs go on to it, and write its files beside those of the model.", _path,
                cure: "Do not use the model. Ask its publisher for one whose manifest has no 'subject'.");
        }
    }

    private void NoteSubject(JsonElement document, string what)
    {
        if (OciManifest.Subject(document, $"{what} in {_path}") is { } subject)
        {
            _subjects.Add(subject.Digest);
        }
    }

    private OciDescriptor Choose(IReadOnlyList<OciDescriptor> entries, string? revision)
    {
        List<OciDescriptor> found = [];
        if (revision is not null && !OciDescriptor.IsDigest(revision))
        {
            OciDescriptor[] tagged = [.. entries.Where(entry => entry.Annotation(ReferenceName) == revision)];
            if (tagged.Length == 0)
            {
                throw StoreErrors.RevisionNotFound.At($"'{_path}' has no tag '{revision}'.{Known(entries)}", _path);
            }

            // containerd and Docker go by a name of their own, and take the tag of a full name.
            if (tagged.FirstOrDefault(entry => entry.Annotation(ContainerdName) is { } own && !IsCalled(own, revision) && Tag(own) != Tag(revision)) is { } other)
            {
                throw StoreErrors.RevisionAmbiguous.At($"'{_path}' has an entry with the tag '{revision}', which containerd and Docker call '{other.Annotation(ContainerdName)}'.", _path);
            }

            entries = [.. entries.Where(entry => NameKeys.Select(entry.Annotation).OfType<string>().Any(name => IsCalled(name, revision)))];
        }

        foreach (OciDescriptor entry in entries)
        {
            Flatten(entry, found, depth: 0);
        }

        // Docker's attestations are for no platform and are not files of the model. Of all others each program chooses by rules of its own, so that one that is left out here could be the one that is used.
        OciDescriptor[] left = [.. found.Where(entry => revision is null || !OciDescriptor.IsDigest(revision) || entry.Digest == revision).Where(entry => !IsAttestation(entry))];
        OciDescriptor[] distinct = [.. left.DistinctBy(entry => (entry.Digest, entry.MediaType))];
        if (distinct.DistinctBy(entry => entry.Digest).Count() < distinct.Length)
        {
            // By the type a layer is one of an image to some programs.
            throw StoreErrors.RevisionAmbiguous.At($"The index in '{_path}' names one manifest by several media types.", _path, cure: "Ask the model's publisher for a layout whose index names each manifest by its own type.");
        }

        return distinct switch
        {
            [_] => Untitled(left),
            [] => throw StoreErrors.RevisionNotFound.At($"'{_path}' has no model{(revision is null ? "" : $" '{revision}'")}.{Known(entries)}", _path),
            _ => throw StoreErrors.RevisionAmbiguous.At($"'{_path}' has several models{(revision is null ? "" : $" under '{revision}'")}.{(revision is null ? Known(entries) : Digests(distinct))}", _path),
        };
    }

    private static bool IsCalled(string name, string revision) =>
        name == revision || Tag(name) == revision || name.EndsWith("/" + revision, StringComparison.Ordinal) || Completed(name) == Completed(revision);

    // As Docker does: 'name' is 'docker.io/library/name:latest' to it.
    private static string Completed(string name)
    {
        string[] parts = name.Split('/', 2);
        bool hasHost = parts.Length == 2 && (parts[0].Contains('.', StringComparison.Ordinal) || parts[0].Contains(':', StringComparison.Ordinal) || parts[0] == "localhost");
        string host = !hasHost || parts[0] == "index.docker.io" ? Docker : parts[0], rest = hasHost ? parts[1] : name;
        string owned = host == Docker && !rest.Contains('/', StringComparison.Ordinal) ? "library/" + rest : rest;
        return $"{host}/{owned}{(owned.LastIndexOf(':') > owned.LastIndexOf('/') ? "" : ":latest")}";
    }

    // What follows the colon of a full name, whose registry may have a port.
    private static string Tag(string name) => name[(name.LastIndexOfAny([':', '/']) is var end && end >= 0 && name[end] == ':' ? end + 1 : 0)..];

    // One manifest may be named several times, with a title and without.
    private OciDescriptor Untitled(OciDescriptor[] entries)
    {
        foreach (OciDescriptor entry in entries)
        {
            OciManifest.RequireUntitled(entry, _path);
        }

        return entries[0];
    }

    // Docker never tags one. Programs that look for a tag, or pull what has a name, know nothing of the annotation.
    private bool IsAttestation(OciDescriptor entry)
    {
        if (!entry.IsForNoPlatform || entry.Annotation("vnd.docker.reference.type") is null || entry.Annotation(ReferenceName) is not null || entry.Annotation(OciManifest.Title) is not null)
        {
            return false;
        }

        // One that is named a thousand times is read once.
        if (_attestations.TryGetValue((entry.Digest, entry.MediaType), out bool known))
        {
            return known;
        }

        if ((_attestationBytes += entry.Size) > MostAttestationBytes || _attestations.Count == MostAttestations)
        {
            throw StoreErrors.IndexTooDeep.At($"The indexes in '{_path}' name too many attestations.", _path);
        }

        using JsonDocument manifest = Parse(_store.Blob(entry).Read(MaximumLength, _cancellationToken), entry.Digest);
        OciManifest.RequireImage(manifest.RootElement, entry.MediaType, $"{entry.Digest} in {_path}");
        NoteSubject(manifest.RootElement, entry.Digest);
        return _attestations[(entry.Digest, entry.MediaType)] = OciManifest.IsAttestation(manifest.RootElement, _path);
    }

    private static string Known(IReadOnlyList<OciDescriptor> entries) => List([.. entries.Select(entry => entry.Annotation(ReferenceName) ?? entry.Digest)]);

    private static string Digests(IReadOnlyList<OciDescriptor> entries) => List([.. entries.Select(entry => entry.Digest)]);

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? ""
        : $" It has {string.Join(", ", names.Take(5).Select(name => $"'{name}'"))}{(names.Count > 5 ? " and more" : "")}.";

    // The manifests that an entry stands for; a cycle would need two digests that contain each other, and is ended by the bounds all the same.
    private void Flatten(OciDescriptor entry, List<OciDescriptor> found, int depth)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (!IndexTypes.Contains(entry.MediaType))
        {
            found.Add(entry);
            return;
        }

        OciManifest.RequireUntitled(entry, _path);
        // One that is named a thousand times is read once.
        if (!_indexes.Add(entry.Digest))
        {
            return;
        }

        if (depth >= MostNesting)
        {
            throw StoreErrors.IndexTooDeep.At($"The indexes in '{_path}' are nested too deeply.", _path);
        }

        foreach (OciDescriptor inner in Descriptors(_store.Blob(entry).Read(MaximumLength, _cancellationToken), entry.Digest, entry.MediaType))
        {
            Flatten(inner, found, depth + 1);
        }
    }

    private List<OciDescriptor> Descriptors(byte[] index, string what, string mediaType)
    {
        using JsonDocument document = Parse(index, what);
        OciManifest.RequireKind(document.RootElement, mediaType, ManifestMembers, $"{what} in {_path}");
        if (!OciManifest.HasVersion2(document.RootElement) || !document.RootElement.TryGetProperty("manifests", out JsonElement manifests) || manifests.ValueKind != JsonValueKind.Array)
        {
            throw StoreErrors.ManifestInvalid.At($"'{what}' in '{_path}' is not an OCI index.", _path);
        }

        if ((_read += manifests.GetArrayLength()) > MostManifests)
        {
            throw StoreErrors.IndexTooDeep.At($"The indexes in '{_path}' name too many manifests.", _path);
        }

        NoteSubject(document.RootElement, what);
        List<OciDescriptor> entries = [.. manifests.EnumerateArray().Select(entry => OciDescriptor.Read(entry, $"{what} in {_path}"))];
        foreach (OciDescriptor entry in entries)
        {
            RequireNoForeignDigest(entry);
        }

        return entries;
    }

    // Programs look names and digests up in one list, where a name that is the digest of another manifest takes its place.
    private void RequireNoForeignDigest(OciDescriptor entry)
    {
        foreach (string name in NameKeys.Select(entry.Annotation).OfType<string>())
        {
            string last = name[(name.LastIndexOf('@') + 1)..];
            if (last != entry.Digest && IsLikeDigest(last))
            {
                throw StoreErrors.RevisionAmbiguous.At($"The index in '{_path}' calls {entry.Digest} '{name}', so that programs take it for another manifest.", _path,
                    cure: "Do not use the model. Ask its publisher for a layout whose tags are not digests.");
            }
        }
    }

    // Whether the last two parts between colons are an algorithm and a digest, in whatever case.
    private static bool IsLikeDigest(string name)
    {
        int digits = name.LastIndexOf(':') + 1, algorithm = digits < 2 ? 0 : name.LastIndexOf(':', digits - 2) + 1;
        return digits > 0 && name.Length - digits >= 64 && name[digits..].All(char.IsAsciiHexDigit)
            && DigestAlgorithms.Contains(name[algorithm..(digits - 1)]);
    }
}
