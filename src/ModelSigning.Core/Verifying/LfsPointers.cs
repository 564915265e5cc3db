using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>
/// Finds files that are pointers of git LFS: a clone without LFS has a few lines in the place of each large file. It is a hint and changes no verdict.
/// </summary>
internal static class LfsPointers
{
    // What the specification of the pointers allows.
    private const int LongestPointer = 1024;

    private static ReadOnlySpan<byte> Start => "version https://git-lfs.github.com/spec/v1\n"u8;

    /// <summary>The changed files that are pointers.</summary>
    /// <param name="changed">Changed files, whole ones.</param>
    /// <param name="content">Opens them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyList<string> Among(IReadOnlyList<MismatchedResource> changed, HashSource content, CancellationToken cancellationToken) =>
        Pointers(changed.Select(file => file.Name), content, cancellationToken);

    /// <summary>The pointers among the files of a clone, which has <c>.gitattributes</c> if it has any.</summary>
    /// <param name="files">The files that are signed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyList<string> OfClone(ModelFiles files, CancellationToken cancellationToken) =>
        ModelLocation.StatusOf(Path.Join(files.ModelPath, ".gitattributes")).Kind != FileKind.File ? []
        : Pointers(files.Files.Where(file => file.Length > Start.Length && file.Length <= LongestPointer).Select(file => file.Name), files.Content, cancellationToken);

    private static IReadOnlyList<string> Pointers(IEnumerable<string> names, HashSource content, CancellationToken cancellationToken) =>
        [.. names.Take(LineEnds.MaximumFiles).Where(name => IsPointer(name, content, cancellationToken))];

    private static bool IsPointer(string name, HashSource content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using FileReader reader = content.Open(name, LongestPointer);
            byte[] bytes = new byte[LongestPointer + 1];
            int read = reader.Read(bytes, 0);
            return read <= LongestPointer && bytes.AsSpan(0, read).StartsWith(Start) && bytes.AsSpan(0, read).IndexOf("\noid sha256:"u8) > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // It was read a moment ago. If it has changed since, no hint is given.
            return false;
        }
    }
}
