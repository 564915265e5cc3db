using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Atlas;

/// <summary>How a file that a manifest lists fared.</summary>
public enum AtlasFileStatus
{
    /// <summary>There was no folder to look in.</summary>
    NotChecked,

    /// <summary>The file is there and has the digest.</summary>
    Matches,

    /// <summary>The file is there and has another digest.</summary>
    Differs,

    /// <summary>The file does not exist.</summary>
    Missing,
}

/// <summary>Compares the files of a folder with what a manifest lists.</summary>
public static class AtlasFiles
{
    private const int BlockLength = 1024 * 1024;

    /// <summary>
    /// Hashes the file of an ingredient. A relative path starts at the folder; of a full path, which is one of the machine where the manifest was made, each end counts that is a file
    /// of the folder. Links are not followed.
    /// </summary>
    /// <param name="folder">The full path of the folder with the files, or of the only file.</param>
    /// <param name="ingredient">The file as the manifest lists it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="AtlasErrors.AtlasUnreadable"/>.</exception>
    public static AtlasFileStatus Check(string folder, AtlasIngredient ingredient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(ingredient);
        if (Look(folder) != FileKind.Directory)
        {
            return Compare(folder, ingredient, cancellationToken);
        }

        AtlasFileStatus[] found = [.. AtlasPath.EndsAmong(ingredient.Path, end => Look(Path.Join(folder, end)) != FileKind.Missing).Select(end => Compare(Below(folder, end), ingredient, cancellationToken))];
        return found.Length == 0 ? AtlasFileStatus.Missing : found.Max();
    }

    private static AtlasFileStatus Compare(string path, AtlasIngredient ingredient, CancellationToken cancellationToken) =>
        Look(path) != FileKind.File ? AtlasFileStatus.Missing : CryptographicOperations.FixedTimeEquals(Hash(path, ingredient.Algorithm, cancellationToken), ingredient.Digest.Span) ? AtlasFileStatus.Matches
            : AtlasFileStatus.Differs;

    private static string Below(string folder, string name)
    {
        string path = folder;
        foreach (string component in name.Split('/'))
        {
            path = Path.Join(path, component);
            if (Look(path) == FileKind.Link)
            {
                throw AtlasErrors.AtlasUnreadable.At($"'{path}' is a link, and links are not followed.", path);
            }
        }

        return path;
    }

    private static FileKind Look(string path)
    {
        try
        {
            return FileStatus.Of(path).Kind;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtlasErrors.AtlasUnreadable.At($"'{path}' cannot be read: {error.Message}", path, error);
        }
    }

    private static byte[] Hash(string path, AtlasDigest algorithm, CancellationToken cancellationToken)
    {
        try
        {
            using FileStream stream = RegularFile.Open(path, followLinks: false);
            using IncrementalHash hash = IncrementalHash.CreateHash(algorithm.Name);
            byte[] block = new byte[BlockLength];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(block, 0, read);
            }

            return hash.GetHashAndReset();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw AtlasErrors.AtlasUnreadable.At($"'{path}' cannot be read: {error.Message}", path, error);
        }
    }
}
