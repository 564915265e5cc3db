using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>A file that is verified by itself. Its signature may be its own, or that of a folder that it lies in.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Folder">
/// The full path of the folder that the signature is of, if it is a folder's: the one that the signature lies in where the file lies below it,
/// else the file's own. Paths alone
/// decide, so that no content of a signature chooses a rule of a policy.
/// </param>
/// <param name="Name">The file's name in that folder, as a statement lists it.</param>
internal sealed record SingleFile(string Path, string Folder, string Name)
{
    /// <summary>Whether the signature has the name of a file's own: where nothing of the signature is known, it is taken for the file's.</summary>
    public bool HasSignatureOfItsOwn { get; private init; }

    /// <summary>The signature's name in <see cref="Folder"/>; null where it lies elsewhere.</summary>
    public string? SignatureName { get; init; }

    /// <summary>What is asked about, unless it is a folder.</summary>
    /// <param name="modelPath">A full path.</param>
    /// <param name="signaturePath">The full path of the signature.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <returns>The file; null for a folder.</returns>
    public static SingleFile? Of(string modelPath, string signaturePath, FileSystemRules rules)
    {
        if (Directory.Exists(modelPath))
        {
            return null;
        }

        string own = System.IO.Path.GetDirectoryName(modelPath)!, signed = System.IO.Path.GetDirectoryName(signaturePath)!;
        string? below = ResolvedPath.RelativeName(signed, modelPath, rules) ?? ResolvedPath.RelativeName(ResolvedPath.Of(signed), ResolvedPath.OfParent(modelPath), rules);
        return new(modelPath, below is null ? own : signed, below ?? ResolvedPath.SpeltName(modelPath, rules))
        {
            // In whatever case: on some file systems it is the same file.
            SignatureName = below is null ? null : System.IO.Path.GetFileName(signaturePath),
            HasSignatureOfItsOwn = System.IO.Path.GetFileName(signaturePath).Equals(System.IO.Path.GetFileName(modelPath) + ".sig", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>
    /// Whether it is certain that <see cref="Folder"/> is the signed one. Where the file lies deeper, the signature may be of a folder between them, beside which it lies: it is not if the signer left out a signature of this
    /// name, and no folder between has the name that the signed one had.
    /// </summary>
    /// <param name="manifest">What was signed.</param>
    public bool IsFolderCertain(Manifest manifest)
    {
        string[] between = Name.Split('/')[..^1];
        return between.Length == 0 || (SignatureName is { } signature && manifest.Serialization.IgnorePaths.Contains(signature)
            && (!between.Contains(manifest.ModelName) || System.IO.Path.GetFileName(Folder) == manifest.ModelName));
    }

    /// <summary>
    /// Another end of the file's path that a statement lists too. The folder that the signature is of may be one above, of which nothing tells where the signature lies elsewhere, or where somebody put a copy of it. It may
    /// also be one below, unless the other file is where the signature's folder has it.
    /// </summary>
    /// <param name="listed">The signed files' names, sorted.</param>
    /// <param name="rules">How the file system reads names.</param>
    public string? OtherNameAmong(string[] listed, FileSystemRules rules)
    {
        int own = Name.Split('/').Length;
        foreach (string path in new[] { Path, ResolvedPath.OfParent(Path) })
        {
            string[] parts = path.Split(System.IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            for (int count = 1; count <= parts.Length; count++)
            {
                string end = string.Join('/', parts[^count..]);
                if (count != own
                    && (rules.FoldsCase || rules.FoldsForms ? Array.Find(listed, name => rules.IsSame(name, end)) : Array.BinarySearch(listed, end, ResourceNameComparer.Instance) >= 0 ? end : null) is { } other
                    && !(count < own && File.Exists(System.IO.Path.Join(Folder, other))))
                {
                    return other;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// A folder above the file's own that is more likely the signed one, because a signed file is where it has it. With the signature elsewhere nothing else tells, and a file that nobody signed
    /// could be a copy of the one of its last name.
    /// </summary>
    /// <param name="listed">The signed files' names, sorted.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public string? FolderAbove(string[] listed, CancellationToken cancellationToken)
    {
        if (SignatureName is not null)
        {
            return null;
        }

        ILookup<string, string> byFirst = listed.ToLookup(name => name.Split('/', 2)[0], StringComparer.Ordinal);
        foreach (string path in new[] { Path, ResolvedPath.OfParent(Path) })
        {
            for (string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path)); folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            {
                foreach (IGrouping<string, string> names in byFirst)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (System.IO.Path.Exists(System.IO.Path.Join(folder, names.Key)) && names.Any(name => File.Exists(System.IO.Path.Join(folder, name))))
                    {
                        return folder;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Whether a statement is of the file as a model of its own, and not of its folder.</summary>
    public bool IsModelOf(Manifest manifest, FileSystemRules rules)
    {
        string file = ResolvedPath.SpeltName(Path, rules);
        return ExpectedResources.IsSingleFile(manifest)
            || (manifest.ModelName == file && ExpectedResources.FileNames(manifest, file) is [{ } only] && only == file);
    }
}
