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

    /// <summary>Why the file may be another one of the signed folder, or not of it at all.</summary>
    /// <param name="manifest">What was signed; not a single file.</param>
    /// <param name="listed">The signed files' names, sorted.</param>
    /// <param name="signaturePath">The full path of the signature.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A clause; null where it is certain.</returns>
    public string? Doubt(Manifest manifest, string[] listed, string signaturePath, FileSystemRules rules, CancellationToken cancellationToken)
    {
        // Where the file lies deeper than the signature, that may lie beside the signed folder, and not in it.
        bool isIn = !Name.Contains('/', StringComparison.Ordinal)
            || (SignatureName is { } signature && manifest.Serialization.IgnorePaths.Contains(signature) && ((string[])[Folder, ResolvedPath.Of(Folder)]).Any(folder => System.IO.Path.GetFileName(folder) == manifest.ModelName));
        return isIn ? new SignedFolder(Folder, signaturePath, rules).Doubt(manifest, listed, [Name], cancellationToken)
            : $"nothing tells that the signature lies in the signed folder, '{manifest.ModelName}', and not beside it";
    }

    /// <summary>Whether a statement is of the file as a model of its own, and not of its folder.</summary>
    public bool IsModelOf(Manifest manifest, FileSystemRules rules)
    {
        string file = ResolvedPath.SpeltName(Path, rules);
        return ExpectedResources.IsSingleFile(manifest)
            || (manifest.ModelName == file && ExpectedResources.FileNames(manifest, file) is [{ } only] && only == file);
    }
}
