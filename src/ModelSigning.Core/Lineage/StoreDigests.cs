using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// The models of stores by the root digests that their signatures name. It only says where to look: what is found has to be verified, and its digest compared.
/// </summary>
/// <param name="stores">The full paths of the folders.</param>
/// <param name="rules">How the file system reads names.</param>
internal sealed class StoreDigests(IReadOnlyList<string> stores, FileSystemRules rules)
{
    private const int MostFolders = 10_000;
    private const long MostOfSignature = 16L * 1024 * 1024, MostOfAll = 1024L * 1024 * 1024;

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private ILookup<string, string>? _places;

    /// <summary>The places of a digest.</summary>
    /// <param name="rootDigest">The digest in lower-case hexadecimal.</param>
    public IReadOnlyList<string> Find(string rootDigest) => [.. (_places ??= Read())[rootDigest]];

    private ILookup<string, string> Read()
    {
        long left = MostOfAll;
        List<(string Digest, string Place)> found = [];
        foreach (string place in stores.SelectMany(Folders).Distinct(StringComparer.Ordinal).Take(MostFolders))
        {
            if (DigestOf(place, ref left) is { } digest)
            {
                found.Add((digest, place));
            }
        }

        return found.ToLookup(one => one.Digest, one => one.Place, StringComparer.Ordinal);
    }

    // STORE/NAME, STORE/OWNER/NAME, and every snapshot of a repository of the hub's cache.
    private static IEnumerable<string> Folders(string store)
    {
        foreach (string folder in Listed(store))
        {
            if (SnapshotFolder.IsRepository(folder))
            {
                foreach (string snapshot in Listed(Path.Join(folder, "snapshots")).Where(snapshot => SnapshotFolder.IsCommit(Path.GetFileName(snapshot))))
                {
                    yield return snapshot;
                }

                continue;
            }

            yield return folder;
            foreach (string inner in Listed(folder))
            {
                yield return inner;
            }
        }
    }

    private static string[] Listed(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder, "*", Readable).Take(MostFolders).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // What cannot be read has no digest here; whoever asks for it by its name gets the reason.
    private string? DigestOf(string place, ref long left)
    {
        try
        {
            string signature = Path.Join(place, SignatureLocation.DefaultName);
            if (SnapshotFolder.Around(place) is { } snapshot && snapshot.FullPath == place)
            {
                signature = HuggingFaceCache.Find(place, null, place).SignatureFile(signature, denySymlinks: false, rules);
            }

            FileStatus status = FileStatus.Of(signature);
            if (status.Kind != FileKind.File || status.Length > Math.Min(left, MostOfSignature))
            {
                return null;
            }

            left -= status.Length;
            return BundleReader.Read(signature).DsseEnvelope is { } envelope && ModelStatement.Read(envelope.Payload).RootDigest is { } digest ? Hexadecimal.Write(digest.Span) : null;
        }
        catch (Exception error) when (error is ModelSigningException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
