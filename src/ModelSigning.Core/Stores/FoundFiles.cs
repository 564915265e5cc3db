using System.Globalization;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>The files that a store has, within bounds for their number and their names, and the digests of those that were read once.</summary>
/// <param name="store">The store's path, for the errors.</param>
internal sealed class FoundFiles(string store)
{
    /// <summary>The most files, the most characters of all names together, and the most components of a name.</summary>
    public const int MaximumFiles = TarReader.MaximumEntries, MaximumCharacters = TarReader.MaximumCharacters, MaximumDepth = 64, MaximumMarks = 64;

    // Before the first combining character.
    private const char LastUnmarked = '\u02FF';

    private readonly HashSet<string> _packed = new(StringComparer.Ordinal);
    private long _characters;

    /// <summary>The files, in the order in which they were found.</summary>
    public List<ModelFile> Files { get; } = [];

    /// <summary>The folders that have entries of their own, such as empty ones.</summary>
    public HashSet<string> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>Digests, by the file's name and the shard's first byte.</summary>
    public Dictionary<(string Name, long Offset), ReadOnlyMemory<byte>> Digests { get; } = [];

    /// <summary>The bytes of all compressed layers so far, each blob counted once, however often it is unpacked.</summary>
    public long Packed { get; private set; }

    /// <summary>The bytes that they unpacked to.</summary>
    public long Unpacked { get; set; }

    /// <summary>Counts a compressed layer.</summary>
    public void AddPacked(OciDescriptor layer) => Packed += _packed.Add(layer.Digest) ? layer.Size : 0;

    /// <summary>Adds a file.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.StoredNameInvalid"/>, <see cref="StoreErrors.ManifestInvalid"/>.</exception>
    public void Add(ModelFile file)
    {
        if (!ResourceName.IsCanonical(file.Name))
        {
            throw StoreErrors.StoredNameInvalid.At($"'{store}' contains the file name '{file.Name}', which leads outside the model.", store);
        }

        Count(file.Name);
        Files.Add(file);
    }

    /// <summary>Adds a folder.</summary>
    /// <inheritdoc cref="Add"/>
    public void AddFolder(string name)
    {
        Count(name);
        Folders.Add(name);
    }

    private static int LongestRunOfMarks(string name)
    {
        if (!name.AsSpan().ContainsAnyExceptInRange('\0', LastUnmarked))
        {
            return 0;
        }

        int longest = 0, run = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            run = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private void Count(string name)
    {
        if (name.AsSpan().Count('/') >= MaximumDepth)
        {
            throw StoreErrors.StoredNameInvalid.At($"'{store}' contains the name '{name}', which is nested too deeply.", store);
        }

        // To bring a text into one form takes time by the square of such a run, and no script has long ones (the Stream-Safe Text Format of Unicode Standard Annex 15 has at most 30).
        if (name.Length > TarReader.LongestName || LongestRunOfMarks(name) > MaximumMarks)
        {
            throw StoreErrors.StoredNameInvalid.At(Invariant($"'{store}' contains a name of more than {TarReader.LongestName} characters, or with more than {MaximumMarks} combining characters in a row."), store);
        }

        _characters += name.Length;
        if (Files.Count == MaximumFiles || Folders.Count == MaximumFiles || _characters > MaximumCharacters)
        {
            throw StoreErrors.ManifestInvalid.At(Invariant($"'{store}' has more than {MaximumFiles} files or folders, or names of more than {MaximumCharacters} characters."), store);
        }
    }
}
