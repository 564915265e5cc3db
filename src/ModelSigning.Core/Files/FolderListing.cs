using System.Buffers;
using System.IO.Enumeration;
using System.Text;
using System.Text.Unicode;

namespace ModelSigning.Core.Files;

/// <summary>An entry of a folder, links not followed.</summary>
/// <param name="Name">Its name; where that is not valid Unicode, a spelling for people, by which nothing can be opened.</param>
/// <param name="IsUnicode">Whether the name is valid Unicode.</param>
/// <param name="Status">What it is.</param>
internal readonly record struct FolderEntry(string Name, bool IsUnicode, FileStatus Status);

/// <summary>
/// Lists folders by the names that the file system has, so that no entry stands for another. An entry costs its name and one question to the operating system.
/// </summary>
internal static class FolderListing
{
    // Unix file systems allow 255 bytes; some foreign ones that are mounted, 255 UTF-16 units.
    private const int LongestName = 1024;

    /// <summary>The characters of an entry's name that do not count against the room.</summary>
    public const int CharactersForEntry = 128;

    private static readonly EnumerationOptions AllEntries = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">Its full path.</param>
    /// <param name="prefix">What is put in front of each name.</param>
    /// <param name="room">The most characters of all names together, beside 128 for each entry.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The entries; null where their names have more characters.</returns>
    /// <exception cref="UnauthorizedAccessException">This user may not list it.</exception>
    /// <exception cref="IOException">It does not exist, it is not a folder, or the operating system reports an error.</exception>
    public static List<FolderEntry>? Read(string folder, string prefix, long room, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows() ? ReadWindows(folder, prefix, room, cancellationToken) : ReadUnix(folder, prefix, room, cancellationToken);

    private static List<FolderEntry>? ReadWindows(string folder, string prefix, long room, CancellationToken cancellationToken)
    {
        List<FolderEntry> entries = [];
        foreach (FolderEntry found in new FileSystemEnumerable<FolderEntry>(folder, (ref FileSystemEntry entry) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isUnicode = RawName.IsUnicode(entry.FileName);
            return new(
                string.Concat(prefix, isUnicode ? entry.FileName : RawName.Spell(entry.FileName)),
                isUnicode,
                entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
                    ? FileStatus.Of(entry.ToFullPath())
                    : FileStatus.OfAttributes(entry.Attributes, entry.IsDirectory ? 0 : entry.Length));
        }, AllEntries))
        {
            entries.Add(found);
            if ((room -= found.Name.Length - CharactersForEntry) < 0)
            {
                return null;
            }
        }

        return entries;
    }

    private static List<FolderEntry>? ReadUnix(string folder, string prefix, long room, CancellationToken cancellationToken)
    {
        List<FolderEntry> entries = [];
        byte[] path = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(folder.Length + 1) + LongestName + 1);
        char[] text = ArrayPool<char>.Shared.Rent(prefix.Length + LongestName);
        try
        {
            prefix.CopyTo(text);
            int start = Encoding.UTF8.GetBytes(Path.EndsInDirectorySeparator(folder) ? folder : folder + '/', path);
            using UnixFolder listed = new(folder);
            while (listed.Next(out ReadOnlySpan<byte> name))
            {
                cancellationToken.ThrowIfCancellationRequested();
                name.CopyTo(path.AsSpan(start));
                path[start + name.Length] = 0;
                FileStatus status = listed.StatusOf(path.AsSpan(start, name.Length + 1)) ?? FileStatus.OfUnixPath(path.AsSpan(0, start + name.Length + 1));
                entries.Add(Utf8.IsValid(name)
                    ? new(new string(text, 0, prefix.Length + Encoding.UTF8.GetChars(name, text.AsSpan(prefix.Length))), true, status)
                    : new(prefix + RawName.Spell(name), false, status));
                if ((room -= entries[^1].Name.Length - CharactersForEntry) < 0)
                {
                    return null;
                }
            }

            return entries;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(path);
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
