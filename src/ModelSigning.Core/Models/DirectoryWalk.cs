using System.Buffers;
using System.IO.Enumeration;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>
/// Lists the regular files below a model's directory. An entry costs its name and one question to the operating system, so that a
/// million of them take seconds.
/// </summary>
internal sealed class DirectoryWalk(ModelLocation location, IgnoreList ignored, ModelFilesOptions options, WarningList warnings, FileSystemRules rules)
{
    // Unix file systems allow 255 bytes; some foreign ones that are mounted, 255 UTF-16 units.
    private const int LongestName = 1024;

    private static readonly EnumerationOptions AllEntries = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private readonly List<string> _leftOut = [];

    private readonly record struct Entry(string Name, FileStatus Status);

    /// <summary>What is there and was passed over because the list has it, but for the signature; sorted once the walk is done.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>The files of the directory, sorted.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="ModelErrors"/>.</exception>
    public ModelFile[] Run(CancellationToken cancellationToken)
    {
        List<ModelFile> files = [];
        Stack<string> directories = new([""]);
        while (directories.TryPop(out string? directory))
        {
            foreach (Entry entry in Entries(directory, cancellationToken))
            {
                if (ignored.Contains(entry.Name))
                {
                    if (entry.Name != ignored.SignatureName)
                    {
                        _leftOut.Add(entry.Name);
                    }

                    continue;
                }

                if (IsUnfinishedSignature(directory, entry.Name))
                {
                    continue;
                }

                if (!ResourceName.IsUnicode(entry.Name) || (entry.Status.Kind == FileKind.Missing && entry.Name.Contains('\uFFFD', StringComparison.Ordinal)))
                {
                    throw NotUnicode(entry.Name);
                }

                RefuseTrap(entry.Name);
                if (entry.Status.Kind == FileKind.Directory)
                {
                    directories.Push(entry.Name + "/");
                }
                else if (Check(entry) is { } length)
                {
                    files.Add(new(entry.Name, length));
                }
            }
        }

        _leftOut.Sort(ResourceNameComparer.Instance);
        return Sorted(files);
    }

    /// <summary>The only file of a single-file model; none when it is ignored.</summary>
    public ModelFile[] SingleFile(string name)
    {
        if (!ResourceName.IsUnicode(name))
        {
            throw NotUnicode(name);
        }

        RefuseTrap(name);
        string full = Path.Join(location.Directory, name);
        return !ignored.Contains(name) && Check(new(name, ModelLocation.StatusOf(full))) is { } length ? [new(name, length)] : [];
    }

    private static ModelFile[] Sorted(List<ModelFile> files)
    {
        ModelFile[] sorted = [.. files];
        Array.Sort(sorted, static (a, b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name));
        for (int index = 1; index < sorted.Length; index++)
        {
            // A name that is not UTF-8 reads as one with U+FFFD, and a file of that very name was there too.
            if (sorted[index].Name == sorted[index - 1].Name)
            {
                throw NotUnicode(sorted[index].Name);
            }
        }

        return sorted;
    }

    private static ModelSigningException NotUnicode(string name) =>
        ModelErrors.FileNameInvalid.At($"The name of '{name}' is not valid UTF-8, so no signature can record it. Rename the file.", name);

    // It was made through the \\?\ prefix, and an ordinary path of that name would open another file; or it is a stream of another file.
    private void RefuseTrap(string name)
    {
        if (rules.IsWindows && !WindowsName.IsUsable(name))
        {
            throw ModelErrors.FileNameInvalid.At($"'{name}' means another file to most programs on Windows. Rename it.", name);
        }
    }

    // The length of a file that is to be signed; null for a link that is passed over.
    private long? Check(Entry entry) => entry.Status.Kind switch
    {
        FileKind.File => entry.Status.Length,
        FileKind.Link => new ModelLink(location, entry.Name).Follow(options.AllowSymlinks, warnings),
        FileKind.Missing => throw HashingErrors.FileVanished.At($"'{entry.Name}' was deleted while the model was listed.", Path.Join(location.Directory, entry.Name)),
        _ => throw ModelErrors.SpecialFile.At(
            $"'{entry.Name}' is a FIFO, a socket or a device. Delete it, or leave it out with -IgnorePath.", Path.Join(location.Directory, entry.Name)),
    };

    private bool IsUnfinishedSignature(string directory, string name) =>
        options.SkipPartialFiles && ignored.SignatureName is { } signature
        && AtomicFile.IsPartial(name.AsSpan(directory.Length)) && signature.LastIndexOf('/') + 1 == directory.Length
        && signature.StartsWith(directory, StringComparison.Ordinal);

    // The entries of one directory, whose name is empty or ends with a slash.
    private List<Entry> Entries(string directory, CancellationToken cancellationToken)
    {
        string full = Path.Join(location.Directory, directory);
        byte[] path = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(full.Length + 1 + LongestName) + 1);
        try
        {
            int prefix = Encoding.UTF8.GetBytes(Path.EndsInDirectorySeparator(full) ? full : full + '/', path);
            return [.. new FileSystemEnumerable<Entry>(full, (ref FileSystemEntry entry) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                FileStatus status = OperatingSystem.IsWindows()
                    ? FileStatus.OfAttributes(entry.Attributes, entry.IsDirectory ? 0 : entry.Length)
                    : UnixStatus(path, prefix, entry.FileName);
                return new Entry(string.Concat(directory, entry.FileName), status);
            }, AllEntries)];
        }
        catch (DirectoryNotFoundException error)
        {
            throw HashingErrors.FileVanished.At($"The folder '{full}' was deleted while the model was listed.", full, error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw ModelErrors.DirectoryUnreadable.At($"The folder '{full}' cannot be listed: {error.Message}", full, error);
        }
        catch (IOException error)
        {
            throw ModelErrors.DirectoryReadFailed.At($"The folder '{full}' cannot be listed: {error.Message}", full, error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(path);
        }
    }

    private static FileStatus UnixStatus(byte[] path, int prefix, ReadOnlySpan<char> name)
    {
        int length = prefix + Encoding.UTF8.GetBytes(name, path.AsSpan(prefix));
        path[length] = 0;
        return FileStatus.OfUnixPath(path.AsSpan(0, length + 1));
    }
}
