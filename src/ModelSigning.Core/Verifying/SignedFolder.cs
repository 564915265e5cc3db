using ModelSigning.Core.Bundles;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>
/// The folder that is taken for the signed one where only some of its files are verified. The files that are not looked at would show another one; so it must be certain without them, because whoever can write in a model
/// could put one signed file in the place of another, and a copy of the signature beside it.
/// </summary>
/// <param name="Path">The folder's full path.</param>
/// <param name="SignaturePath">The full path of the signature.</param>
/// <param name="Rules">How the file system reads names.</param>
internal sealed record SignedFolder(string Path, string SignaturePath, FileSystemRules Rules)
{
    private static readonly string[] SignatureNames = [SignatureLocation.DefaultName, SignatureLocation.SkillName, SignatureLocation.KaggleName];

    /// <summary>Why another folder may be the signed one, or the files may be others of it.</summary>
    /// <param name="manifest">What was signed.</param>
    /// <param name="listed">The signed files' names, sorted.</param>
    /// <param name="names">The names of the files in the folder that are verified.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A clause; null where it is certain.</returns>
    public string? Doubt(Manifest manifest, string[] listed, string[] names, CancellationToken cancellationToken)
    {
        string[] paths = [.. new[] { Path, ResolvedPath.Of(Path) }.Distinct(StringComparer.Ordinal)], above = [.. paths.SelectMany(Above)];
        if (paths.Select(path => Below(path, listed, cancellationToken)).FirstOrDefault(other => other is not null) is { } other)
        {
            return $"the signature lists '{other}', so it can be the folder of the signed one that has this file";
        }

        // In it, it is the folder's own, or a copy.
        if (NameIn(Path) is not null)
        {
            return Array.Find(above, HasCopy) is { } original ? $"'{original}' has the same signature" : null;
        }

        return Array.Find(above, folder => NameIn(folder) is { } name && manifest.Serialization.IgnorePaths.Contains(name)) is { } signed ? $"the signature lies in '{signed}', as its signer left it"
            : Array.Find(above, folder => Holds(folder, names, cancellationToken)) is { } holder ? $"'{holder}' has a file of the same name where the signature lists it"
            : null;
    }

    // A signed file below an end of the folder's path: the folder may be that one of the signed folder. In whatever case and form, because a volume may fold them that is mounted here.
    private static string? Below(string path, string[] listed, CancellationToken cancellationToken)
    {
        string[] parts = path.Split(System.IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (int first = parts.Length - 1; first >= 0; first--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string folder = Folded(string.Join('/', parts[first..]) + "/");
            if (Array.Find(listed, name => Folded(name).StartsWith(folder, StringComparison.OrdinalIgnoreCase)) is { } other)
            {
                return other;
            }
        }

        return null;
    }

    private static string Folded(string name) => RawName.IsUnicode(name) ? name.Normalize() : name;

    // The signature's name in a folder.
    private string? NameIn(string folder) => ResolvedPath.RelativeName(folder, SignaturePath, Rules) ?? ResolvedPath.RelativeName(ResolvedPath.Of(folder), ResolvedPath.OfParent(SignaturePath), Rules);

    private static bool Holds(string folder, string[] names, CancellationToken cancellationToken) => names.ToLookup(name => name.Split('/', 2)[0], StringComparer.Ordinal).Any(below =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        return System.IO.Path.Exists(System.IO.Path.Join(folder, below.Key)) && below.Any(name => File.Exists(System.IO.Path.Join(folder, name)));
    });

    private bool HasCopy(string folder) => SignatureNames.Append(System.IO.Path.GetFileName(SignaturePath)).Any(name => IsCopy(System.IO.Path.Join(folder, name)));

    private bool IsCopy(string path)
    {
        try
        {
            if (FileStatus.Of(path) is not { Kind: FileKind.File } status || status.Length != new FileInfo(SignaturePath).Length)
            {
                return false;
            }

            using FileStream one = RegularFile.Open(path, followLinks: false), other = RegularFile.Open(SignaturePath, followLinks: true);
            byte[] mine = new byte[64 * 1024], its = new byte[mine.Length];
            for (int count; (count = one.ReadAtLeast(mine, mine.Length, throwOnEndOfStream: false)) > 0;)
            {
                if (other.ReadAtLeast(its, its.Length, throwOnEndOfStream: false) != count || !mine.AsSpan(0, count).SequenceEqual(its.AsSpan(0, count)))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It cannot be told, and may be.
            return true;
        }
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (string? above = System.IO.Path.GetDirectoryName(folder); above is not null; above = System.IO.Path.GetDirectoryName(above))
        {
            yield return above;
        }
    }
}
