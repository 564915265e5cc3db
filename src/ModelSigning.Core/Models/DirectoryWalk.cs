using System.Runtime.ExceptionServices;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Models;

/// <summary>
/// Lists the regular files below a model's directory, by the names that the file system has. An entry costs its name and one question to the operating system, so that a million of them take
/// seconds.
/// </summary>
internal sealed class DirectoryWalk(ModelLocation location, IgnoreList ignored, ModelFilesOptions options, WarningList warnings)
{
    // A name costs its whole path, and the paths of deep folders can be a thousand times what they take on the disk.
    private const long FreeCharacters = 1L << 27;

    // Threads are started for as many folders at once, and only where there are many files: a small model is listed sooner without.
    private const int FoldersTogether = 256, EntriesOfSmall = 2048;

    private readonly Lazy<bool> _isOnNetwork = new(() => LocalFolders.IsOnNetwork(location.Directory));
    private readonly List<ModelFile> _files = [];

    // Where each run of files begins: those of one folder between two folders of it, in the order of their names. Nothing of the model comes between the files of a run, so that the runs are
    // put in order and not the files.
    private readonly List<int> _runs = [];
    private readonly Stack<string> _folders = new();
    private readonly List<string> _leftOut = [], _unnamed = [], _folderLinks = [];
    private long _entries, _characters;

    private bool LeavesOut => options.Uncovered == UncoveredEntries.LeaveOut;

    /// <summary>What is there and was passed over, but for the signature; sorted once the walk is done.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>What was passed over because its name is not Unicode text, spelt for people.</summary>
    public IReadOnlyList<string> Unnamed => _unnamed;

    /// <summary>Links to folders, with <see cref="UncoveredEntries.Report"/>.</summary>
    public IReadOnlyList<string> FolderLinks => _folderLinks;

    /// <summary>The files of the directory, sorted.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="ModelErrors"/>.</exception>
    public ModelFile[] Run(CancellationToken cancellationToken)
    {
        _folders.Push("");
        while (_folders.Count > 0)
        {
            string[] folders = [.. Enumerable.Range(0, Math.Min(_folders.Count, _entries > EntriesOfSmall ? FoldersTogether : 1)).Select(_ => _folders.Pop())];
            Listed[] listed = folders.Length > 1 && options.Hashing is { } settings ? ReadTogether(folders, settings, cancellationToken) : [];
            for (int index = 0; index < folders.Length; index++)
            {
                _runs.Add(_files.Count);
                foreach (FolderEntry entry in Entries(folders[index], listed.ElementAtOrDefault(index), cancellationToken))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _entries++;
                    _characters += entry.Name.Length;
                    Visit(folders[index], entry);
                }
            }
        }

        foreach (List<string> names in new[] { _leftOut, _unnamed, _folderLinks })
        {
            names.Sort(ResourceNameComparer.Instance);
        }

        return Sorted();
    }

    /// <summary>The only file of a single-file model; none when it is ignored.</summary>
    public ModelFile[] SingleFile(string name)
    {
        RefuseTrap(name);
        FileStatus status = ModelLocation.StatusOf(Path.Join(location.Directory, name));
        return !ignored.Contains(name) && Length(new(name, true, status)) is { } length ? [new(name, length)] : [];
    }

    private void Visit(string folder, FolderEntry entry)
    {
        if (HasGotItsName(folder, entry))
        {
            return;
        }

        if (!entry.IsUnicode)
        {
            _unnamed.Add(LeavesOut ? entry.Name : throw NotUnicode(entry.Name));
        }
        else if (ignored.Contains(entry.Name) && !IsInPlaceOfSignature(entry))
        {
            if (entry.Name != ignored.SignatureName)
            {
                _leftOut.Add(entry.Name);
            }
        }
        else if (entry.Status.Kind == FileKind.Directory && !IsTrap(entry.Name))
        {
            _folders.Push(entry.Name + "/");
            _runs.Add(_files.Count);
        }
        else if (LeavesOut && (entry.Status.Kind != FileKind.File || IsTrap(entry.Name)))
        {
            _leftOut.Add(entry.Name);
        }
        else if (!IsUnfinishedSignature(folder, entry))
        {
            RefuseTrap(entry.Name);
            if (Length(entry) is { } length)
            {
                _files.Add(new(entry.Name, length));
            }
            else
            {
                _folderLinks.Add(entry.Name);
            }
        }
    }

    private ModelFile[] Sorted()
    {
        _runs.Add(_files.Count);
        (int Start, int End)[] runs = [.. _runs.Zip(_runs.Skip(1)).Where(run => run.First < run.Second)];
        Array.Sort(runs, (a, b) => ResourceNameComparer.Instance.Compare(_files[a.Start].Name, _files[b.Start].Name));
        ModelFile[] sorted = new ModelFile[_files.Count];
        int count = 0;
        foreach ((int start, int end) in runs)
        {
            _files.CopyTo(start, sorted, count, end - start);
            count += end - start;
        }

        for (int index = 1; index < sorted.Length; index++)
        {
            if (ResourceNameComparer.Instance.Compare(sorted[index - 1].Name, sorted[index].Name) >= 0)
            {
                string name = sorted[index].Name;
                throw ModelErrors.DirectoryReadFailed.At(
                    $"'{name}' was listed twice, which can happen when a network drive changes.", Path.Join(location.Directory, name));
            }
        }

        return sorted;
    }

    private static ModelSigningException NotUnicode(string name) =>
        ModelErrors.FileNameInvalid.At($"The name '{name}' is not valid Unicode (UTF-8), so a signature cannot record it.", name);

    // It was made through the \\?\ prefix, and an ordinary path of that name would open another file; or it is a stream of another file.
    private bool IsTrap(string name) => location.Rules.IsWindows && !WindowsName.IsUsable(name);

    private void RefuseTrap(string name)
    {
        if (IsTrap(name))
        {
            throw ModelErrors.FileNameInvalid.At($"'{name}' means another file to most programs on Windows.", name);
        }
    }

    // The length of a file that is to be signed; null for a link to a folder that is to be reported.
    private long? Length(FolderEntry entry)
    {
        FileStatus status = entry.Status.Kind != FileKind.Link ? entry.Status
            : options.StoreLinks?.Follow(entry.Name) ?? new ModelLink(location, entry.Name).Follow(options.AllowSymlinks, warnings);
        return status.Kind switch
        {
            FileKind.File => status.Length,
            FileKind.Directory => options.Uncovered == UncoveredEntries.Report ? null : throw ModelErrors.SymlinkToFolder.At(
                $"The symbolic link '{entry.Name}' leads to a folder or forms a loop, which a signature does not cover.", FullPath(entry)),
            FileKind.Missing => throw HashingErrors.FileVanished.At($"'{entry.Name}' was deleted while the model was listed.", FullPath(entry)),
            _ => throw ModelErrors.SpecialFile.At(
                $"'{entry.Name}' is a FIFO, socket or device.", FullPath(entry)),
        };
    }

    // A link to the signature is the signature, and a link to a folder is not.
    private bool IsInPlaceOfSignature(FolderEntry entry) =>
        ignored.IsRecordedSignature(entry.Name) ? !IsFile(entry) && !(entry.Status.Kind == FileKind.Link && IgnoreList.IsModelFileName(entry.Name) && LeadsToFile(entry)) : ignored.IsSignature(entry.Name) && Directory.Exists(FullPath(entry));

    private bool IsFile(FolderEntry entry) =>
        entry.Status.Kind == FileKind.File || (entry.Status.Kind == FileKind.Link && options.StoreLinks?.Follow(entry.Name).Kind == FileKind.File);

    private bool LeadsToFile(FolderEntry entry)
    {
        try
        {
            return new ModelLink(location, entry.Name).Follow(allowed: true, new WarningList()).Kind == FileKind.File;
        }
        catch (ModelSigningException)
        {
            // It leads to nothing, or to what a model cannot have.
            return false;
        }
    }

    private string FullPath(FolderEntry entry) => Path.Join(location.Directory, entry.Name);

    // A folder of such a name is like any other.
    private bool IsUnfinishedSignature(string folder, FolderEntry entry) =>
        options.SkipPartialFiles && entry.Status.Kind == FileKind.File && ignored.SignatureName is { } signature
        && AtomicFile.IsPartial(entry.Name.AsSpan(folder.Length)) && signature.LastIndexOf('/') + 1 == folder.Length
        && signature.StartsWith(folder, StringComparison.Ordinal);

    // What another signing was writing when the folder was listed, and has renamed since.
    private static bool HasGotItsName(string folder, FolderEntry entry) =>
        entry.Status.Kind == FileKind.Missing && AtomicFile.IsPartial(entry.Name.AsSpan(folder.Length));

    private long Room => FreeCharacters + (_entries * FolderListing.CharactersForEntry) - _characters;

    // What the operating system waits for, or counts, is most of the work. What went wrong with a folder is told in its turn.
    private Listed[] ReadTogether(string[] folders, HashSettings settings, CancellationToken cancellationToken)
    {
        Listed[] listed = new Listed[folders.Length];
        int next = -1;
        Crew.Run(Math.Min(settings.Threads ?? HashSettings.DefaultThreads(_isOnNetwork.Value), folders.Length), ReadSome, waiting: null, settings.Throttle, cancellationToken);
        return listed;

        void ReadSome(CancellationToken token)
        {
            for (int index; (index = Interlocked.Increment(ref next)) < folders.Length;)
            {
                try
                {
                    // Names that are too long together are read again, and refused, one folder after another.
                    listed[index] = new(Read(Path.Join(location.Directory, folders[index]), folders[index], Room / folders.Length, token), null);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    listed[index] = new(null, ExceptionDispatchInfo.Capture(error));
                }
            }
        }
    }

    // In the order that what is in them has, by their whole names.
    private static List<FolderEntry>? Read(string path, string prefix, long room, CancellationToken cancellationToken)
    {
        List<FolderEntry>? entries = FolderListing.Read(path, prefix, room, cancellationToken);
        entries?.Sort(static (a, b) => ResourceNameComparer.Compare(a.Name, a.Status.Kind == FileKind.Directory, b.Name, b.Status.Kind == FileKind.Directory));
        return entries;
    }

    // The entries of one folder, whose name is empty or ends with a slash.
    private List<FolderEntry> Entries(string folder, Listed listed, CancellationToken cancellationToken)
    {
        string full = Path.Join(location.Directory, folder);
        try
        {
            listed.Fault?.Throw();
            return listed.Entries ?? Read(full, folder, Room, cancellationToken) ?? throw ModelErrors.TooManyResources.At(
                $"The names in the model '{location.ModelPath}' are too long for this module: it has many files in deep folders.", location.ModelPath,
                cure: "Move the model's folders up, or delete what was added to it.");
        }
        catch (Exception error) when (LeavesOut && error is IOException or UnauthorizedAccessException)
        {
            // Its signed files are looked up one by one.
            _leftOut.Add(folder.Length > 0 ? folder[..^1] : ResourceName.SingleFile);
            return [];
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
    }

    // What was read of a folder before its turn; nothing for one that was not read.
    private readonly record struct Listed(List<FolderEntry>? Entries, ExceptionDispatchInfo? Fault);
}
