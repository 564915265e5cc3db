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
    private readonly List<(string Name, int Digest)> _files = [];
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
            _files.Add((file.Name, digest.ToHashCode()));
            _executables.AddRange(found.Executables);
            _uninspected.AddRange(found.Uninspected);
        }

        return true;
    }

    /// <summary>Hands over what was found.</summary>
    /// <param name="isKept">Whether parts of a file were kept as well, which then was read a second time.</param>
    /// <returns>What runs, and what could not be inspected: a file that was read twice and was not the same is among these.</returns>
    public (IEnumerable<Executable> Executables, IEnumerable<Uninspected> Uninspected) Finish(Func<string, bool> isKept)
    {
        _files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        HashSet<string> again = new(StringComparer.Ordinal), changed = new(StringComparer.Ordinal);
        for (int index = 0; index < _files.Count; index++)
        {
            bool isAgain = index > 0 && _files[index].Name == _files[index - 1].Name;
            if (isAgain)
            {
                again.Add(_files[index].Name);
            }

            if ((isAgain && _files[index].Digest != _files[index - 1].Digest) || isKept(_files[index].Name))
            {
                changed.Add(_files[index].Name);
            }
        }

        return again.Count + changed.Count == 0 ? (_executables, _uninspected)
            : (_executables.Where(one => !changed.Contains(one.File)).Distinct(),
                [.. _uninspected.Where(one => !changed.Contains(one.File)).Distinct(), .. changed.Select(name => new Uninspected(name, ModelInspection.NotKept))]);
    }

    // The card is made of weights and of files at the top; configurations and graphs name other files.
    private static bool IsAlone(CapturedFile file, ReadOnlySpan<byte> bytes) =>
        file.Extension is not (".json" or ".ipynb" or ".onnx" or ".safetensors" or ".gguf" or ".md" or ".jinja")
        && FileKinds.Of(bytes) is not (FileKind.Gguf or FileKind.Safetensors or FileKind.Json)
        && (file.Name.Contains('/', StringComparison.Ordinal) || !FileKinds.IsNamedLikePickle(file));
}
