namespace ModelSigning.Core.Content;

/// <summary>
/// Files that were read in one piece and inspected at once, so that nothing of a million small files is kept but their names and what was found in them. A file whose bytes are
/// wanted afterwards, for the card or because it names others, is not among them.
/// </summary>
internal sealed class SettledFiles
{
    // Whatever is read in one piece is small; this bounds the copy that is inspected.
    private const int MostOfFile = 256 * 1024, SmallFile = 16 * 1024;

    // What is inspected is gone when the file is settled, so that each thread uses the same memory for all files.
    [ThreadStatic]
    private static byte[]? Buffer;

    private readonly Lock _lock = new();
    private readonly List<Settled> _files = [];
    private readonly List<Executable> _executables = [];
    private readonly List<Uninspected> _uninspected = [];

    /// <summary>Their names; one that was read twice is there twice.</summary>
    public IEnumerable<string> Names => _files.Select(file => file.Name);

    /// <summary>Inspects a file, if all that will be asked of it is in these bytes.</summary>
    /// <param name="file">The file, without its bytes.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="wanted">How many of them are checked.</param>
    /// <returns>Whether it was.</returns>
    public bool TryAdd(CapturedFile file, ReadOnlySpan<byte> bytes, int wanted)
    {
        if (bytes.Length > MostOfFile || !IsAlone(file, bytes))
        {
            return false;
        }

        byte[] buffer = Buffer is { } last && last.Length >= bytes.Length ? last : Buffer = new byte[Math.Max(bytes.Length, SmallFile)];
        int count = Math.Min(bytes.Length, wanted);
        bytes[..count].CopyTo(buffer);
        ModelInspection found = ModelInspection.OfOne(file with { Head = buffer.AsMemory(0, count) });
        HashCode digest = default;
        digest.AddBytes(bytes);
        lock (_lock)
        {
            _files.Add(new(file.Name, digest.ToHashCode(), _uninspected.Count, found.Uninspected.Count));
            _executables.AddRange(found.Executables);
            _uninspected.AddRange(found.Uninspected);
        }

        return true;
    }

    /// <summary>Hands over what was found.</summary>
    /// <param name="kept">The files of which parts were kept as well. One of them that is among these was read a second time.</param>
    /// <returns>What runs, and what could not be inspected, both in the order of the files: a file that was read twice and was not the same is among the second.</returns>
    public (IEnumerable<Executable> Executables, IEnumerable<Uninspected> Uninspected) Finish(IEnumerable<string> kept)
    {
        _files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        HashSet<string> again = new(StringComparer.Ordinal), changed = new(StringComparer.Ordinal);
        for (int index = 1; index < _files.Count; index++)
        {
            if (_files[index].Name == _files[index - 1].Name)
            {
                again.Add(_files[index].Name);
                if (_files[index].Digest != _files[index - 1].Digest)
                {
                    changed.Add(_files[index].Name);
                }
            }
        }

        changed.UnionWith(kept.Where(IsSettled));
        IEnumerable<Executable> executables = _executables.OrderBy(one => one.File, StringComparer.Ordinal);
        return again.Count + changed.Count == 0
            ? (executables, UninspectedInOrder())
            : (executables.Where(one => !changed.Contains(one.File)).Distinct(),
                _uninspected.Where(one => !changed.Contains(one.File)).Distinct().Concat(changed.Select(name => new Uninspected(name, ModelInspection.NotKept))).OrderBy(one => one.File, StringComparer.Ordinal));
    }

    /// <summary>Puts what was found in kept files and in settled ones together, both in the order of the files.</summary>
    public static List<T> Merge<T>(List<T> found, IEnumerable<T> more, Func<T, string> file)
    {
        List<T> all = new(found.Count);
        int next = 0;
        foreach (T one in more)
        {
            while (next < found.Count && string.CompareOrdinal(file(found[next]), file(one)) <= 0)
            {
                all.Add(found[next++]);
            }

            all.Add(one);
        }

        all.AddRange(found[next..]);
        return all;
    }

    private IEnumerable<Uninspected> UninspectedInOrder()
    {
        foreach (Settled file in _files)
        {
            for (int index = file.First; index < file.First + file.Count; index++)
            {
                yield return _uninspected[index];
            }
        }
    }

    // Once they are sorted.
    private bool IsSettled(string name)
    {
        int low = 0, high = _files.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(_files[middle].Name, name) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < _files.Count && _files[low].Name == name;
    }

    // A file, with the place of what is said of it among what could not be inspected.
    private readonly record struct Settled(string Name, int Digest, int First, int Count);

    // The card is made of weights and of files at the top; configurations and graphs name other files.
    private static bool IsAlone(CapturedFile file, ReadOnlySpan<byte> bytes) =>
        file.Extension is not (".json" or ".ipynb" or ".onnx" or ".safetensors" or ".gguf" or ".md" or ".jinja" or ".xml")
        && FileKinds.Of(bytes) is not (FileKind.Gguf or FileKind.Safetensors or FileKind.Json)
        && (file.Name.Contains('/', StringComparison.Ordinal) || !FileKinds.IsNamedLikePickle(file));
}
