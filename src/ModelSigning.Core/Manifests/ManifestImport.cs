using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>
/// Reads lists of digests: manifest files, and what other programs make of a model: the lists of sha256sum, and tables of Get-ModelManifest. The content says which it is.
/// </summary>
/// <remarks>Nothing protects a list but the file system, as of manifest files.</remarks>
public static class ManifestImport
{
    /// <summary>The source of entries that did not come from a file.</summary>
    internal const string Pipeline = "the pipeline";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly InputRules Rules = new("list of digests", int.MaxValue - 64, ManifestImportErrors.ImportMalformed)
    {
        NotFound = ManifestFileErrors.ManifestFileNotFound,
        Unreadable = ManifestFileErrors.ManifestFileUnreadable,
        TooLarge = ManifestFileErrors.ManifestFileTooLarge,
        Empty = ManifestImportErrors.ImportEmpty,
    };

    /// <summary>Whether a file is meant as a list of digests by its name, and by its first line where the name says little: a model may be a file, too.</summary>
    /// <param name="path">The full path of a file.</param>
    public static bool IsList(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ManifestFileReader.IsManifestFile(path) || IsNamedAsChecksums(path) || (IsNamedAsTable(path) && ManifestTable.Starts(path));
    }

    /// <summary>Whether a file is called as the lists of other programs are, which find lines of their own in whatever it holds.</summary>
    /// <param name="path">The path.</param>
    internal static bool IsNamedAsForeign(string path) => IsNamedAsTable(path) || IsNamedAsChecksums(path);

    private static bool IsNamedAsTable(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsNamedAsChecksums(string path)
    {
        string name = Path.GetFileName(path);
        return ((string[])[".sha256", ".sha256sum", ".sha256sums"]).Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            || ((string[])["SHA256SUM", "SHA256SUMS", "SHA256SUMS.txt"]).Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads a list of any of the forms; of a manifest file, one that is whole.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The manifest. Of a list of sha256sum the lengths are 0, because it does not have any.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestFileErrors"/> or <see cref="ManifestImportErrors"/>.</exception>
    public static ManifestFile Read(string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        ModelLocation.RequireOneFile(path);
        if (Begins(path, start => start.StartsWith("{"u8)))
        {
            return ManifestFileReader.ReadWhole(path, cancellationToken);
        }

        return Parse(BoundedFile.Read(path, Rules, cancellationToken), path, cancellationToken);
    }

    /// <summary>Whether a file is a list of another program, and not a manifest file or a part of one.</summary>
    /// <param name="path">The full path.</param>
    internal static bool IsForeign(string path) => Begins(path, start => !start.StartsWith("{"u8));

    /// <summary>
    /// What a person should know of a list whose names all begin with a folder that lies beside the list: sha256sum was then run above the model, and the names are not those that the
    /// model's files have.
    /// </summary>
    /// <param name="path">The full path of the list.</param>
    /// <param name="file">What it lists.</param>
    /// <returns>A sentence; null where there is nothing to say.</returns>
    internal static string? PrefixNote(string path, ManifestFile file)
    {
        IReadOnlyList<Resource> resources = file.Manifest.Resources;
        int slash = resources[0].Name.IndexOf('/', StringComparison.Ordinal);
        string prefix = resources[0].Name[..(slash + 1)];
        return prefix.Length > 0 && !Begins(path, start => start.StartsWith("{"u8)) && resources[^1].Name.StartsWith(prefix, StringComparison.Ordinal)
            && resources.All(resource => resource.Name.StartsWith(prefix, StringComparison.Ordinal)) && Directory.Exists(Path.Join(Path.GetDirectoryName(path), prefix))
            ? $"Every name in '{path}' begins with '{prefix}'. If that folder is the model, list its files from inside it (cd {QuotedText.Of(prefix[..^1])}), because the names of a model's files do not have its own."
            : null;
    }

    /// <summary>Reads a table, or a list of sha256sum.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="source">The full path that they come from, for the errors and the model's name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestImportErrors"/>.</exception>
    public static ManifestFile Parse(ReadOnlyMemory<byte> utf8, string source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ReadOnlyMemory<byte> text = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

        // sha256sum passes over what it does not read, so it would check other files than those that were read here: it must find the same in a list that may be its own, and its first
        // line has no mark in front of it.
        bool isTable = ManifestTable.IsTable(text.Span);
        return source != Pipeline && isTable != IsNamedAsTable(source) ? throw ManifestImportErrors.ImportMalformed.At(
                isTable ? $"'{source}' is a table whose name does not end in .csv, in which sha256sum could find other lines." : $"'{source}' is called a table, and its first column is not Name.", source)
            : isTable ? ManifestTable.Read(text, source, cancellationToken) : ChecksumList.Read(utf8, source, cancellationToken);
    }

    /// <summary>Whether the first bytes of a file are these.</summary>
    internal static bool Begins(string path, Func<ReadOnlySpan<byte>, bool> has)
    {
        try
        {
            using FileStream stream = RegularFile.Open(path);
            Span<byte> start = stackalloc byte[64];
            return has(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A text of a line.</summary>
    internal static string Text(ReadOnlySpan<byte> utf8, string source, int line)
    {
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException error)
        {
            throw ManifestImportErrors.ImportMalformed.At(At(source, line, "is not text in UTF-8."), source, error);
        }
    }

    /// <summary>A file's name as a manifest has it; a leading <c>./</c>, which many lists have, means the same.</summary>
    internal static string Name(string name, string source, int line)
    {
        string relative = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return ResourceName.IsCanonical(relative) ? relative : throw ManifestImportErrors.ImportName.At(At(source, line, $"has the name '{name}', which is not a path inside the model."), source);
    }

    /// <summary>A digest of the length that its algorithm has.</summary>
    internal static byte[] Digest(string text, DigestAlgorithm algorithm, string source, int line) =>
        Hexadecimal.ReadAnyCase(text) is not { } digest
            ? throw ManifestImportErrors.ImportMalformed.At(At(source, line, "does not have a digest in hexadecimal digits."), source)
            : digest.Length == algorithm.DigestLength() ? digest : throw ManifestImportErrors.ImportDigest.At(
                At(source, line, Invariant($"has a digest of {text.Length} digits, but {algorithm.Identifier()} has {algorithm.DigestLength() * 2}.")), source);

    /// <summary>The manifest of what was read.</summary>
    internal static ManifestFile Made(string modelName, DigestAlgorithm algorithm, List<Resource> resources, List<long> lengths, string source)
    {
        if (resources.Count == 0)
        {
            throw ManifestImportErrors.ImportEmpty.At($"'{source}' lists no file.", source);
        }

        Resource[] sorted = [.. resources];
        long[] ordered = [.. lengths];
        Array.Sort([.. sorted.Select(resource => resource.Name)], ordered, ResourceNameComparer.Instance);
        if (ordered.Aggregate(Int128.Zero, (sum, length) => sum + length) > long.MaxValue)
        {
            throw ManifestFileErrors.ManifestFileTooLarge.At($"The files of '{source}' have more bytes together than can be counted.", source);
        }

        Serialization serialization = new() { HashType = algorithm };
        Manifest manifest = new(modelName, serialization, sorted, out string? twice);
        return twice is null
            ? new(manifest, ordered, ManifestFile.ListingOf(serialization, new DerivedList<Resource, string>(manifest.Resources, resource => resource.Name), ordered), ManifestPart.Whole, Environment.MachineName)
            : throw ManifestImportErrors.ImportTwice.At($"'{source}' lists '{twice}' twice.", source);
    }

    /// <summary>Refuses more resources than a manifest may have.</summary>
    internal static void RefuseMore(int count, string source)
    {
        if (count > HashPlan.MaximumResources)
        {
            throw ManifestFileErrors.ManifestFileTooLarge.At($"'{source}' lists more than {HashPlan.MaximumResources} files, which is the limit.", source);
        }
    }

    /// <summary>A sentence about a line.</summary>
    internal static string At(string source, int line, string what) => source == Pipeline
        ? Invariant($"Entry {line} of the pipeline {what}")
        : Invariant($"Line {line} of '{source}' {what}");
}
