using System.Collections.Concurrent;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// The links of a snapshot: each must lead straight to a regular file in the <c>blobs</c> of its own repository. The link's text alone is judged, and
/// the file behind it is opened by its place and never through the link, so that nothing outside the repository is read.
/// </summary>
internal sealed class SnapshotLinks(SnapshotFolder snapshot) : HashSource, IStoreLinks
{
    private const string Incomplete = ".incomplete";

    private readonly ConcurrentDictionary<string, string> _blobs = new(StringComparer.Ordinal);

    public HashSource Content => this;

    public override string PathOf(string name) => _blobs.TryGetValue(name, out string? blob) ? Path.Join(snapshot.Blobs, blob) : Path.Join(snapshot.FullPath, name);

    internal override bool IsOnNetwork => LocalFolders.IsOnNetwork(snapshot.FullPath);

    public override string? StoredAs(string name) => _blobs.TryGetValue(name, out string? blob) ? "blobs/" + blob : null;

    public FileStatus Follow(string name)
    {
        string link = Path.Join(snapshot.FullPath, name);
        string target = SymbolicLink.TargetOf(link) ?? throw StoreErrors.SnapshotLinkRefused.At($"'{link}' is not a symbolic link that can be read.", link);
        string place = Path.GetFullPath(target, Path.GetDirectoryName(link)!);
        string blob = Path.GetFileName(place);
        if (place.StartsWith(snapshot.Repository + Path.DirectorySeparatorChar, StringComparison.Ordinal) && ModelLocation.StatusOf(place).Kind == FileKind.Link)
        {
            throw StoreErrors.SnapshotLinkChained.At($"The target of '{link}' is '{target}', which is a link too.", link);
        }

        if (blob.Length == 0 || !IsStraight(target, place, link) || Path.GetDirectoryName(place) != snapshot.Blobs || ModelLocation.StatusOf(snapshot.Blobs).Kind != FileKind.Directory)
        {
            throw StoreErrors.SnapshotLinkRefused.At($"The target of '{link}' is '{target}', which is not a file in '{snapshot.Blobs}'.", link);
        }

        FileStatus status = ModelLocation.StatusOf(place);
        switch (status.Kind)
        {
            case FileKind.File when !blob.EndsWith(Incomplete, StringComparison.Ordinal):
                ModelLocation.RequireLeadsTo(link, place);
                _blobs[name] = blob;
                return status;
            case FileKind.File or FileKind.Missing when ModelLocation.StatusOf(blob.EndsWith(Incomplete, StringComparison.Ordinal) ? place : place + Incomplete).Kind == FileKind.File:
                throw StoreErrors.SnapshotIncomplete.At($"'{name}' was not downloaded completely: '{blob}' in '{snapshot.Blobs}' is unfinished.", link);
            case FileKind.Missing:
                throw StoreErrors.SnapshotBlobMissing.At($"The target of '{name}' is '{place}', which does not exist.", link);
            default:
                throw StoreErrors.SnapshotLinkRefused.At($"The target of '{link}' is '{place}', which is a folder or a device.", link);
        }
    }

    // As the hub's client writes it, or in full. By any other way, such as '../../x/../blobs/1f0a', the system may reach another file, because x may be a link.
    private static bool IsStraight(string target, string place, string link)
    {
        string text = OperatingSystem.IsWindows() ? target.Replace('/', '\\') : target;
        return text == place || text == Path.GetRelativePath(Path.GetDirectoryName(link)!, place);
    }

    internal override FileReader Open(string name, long length) => FileReader.Open(PathOf(name), length, followLinks: false);
}
