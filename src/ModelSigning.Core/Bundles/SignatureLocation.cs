using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Bundles;

/// <summary>Where a model's signature lies.</summary>
public static class SignatureLocation
{
    /// <summary>The signature's name inside a model directory.</summary>
    public const string DefaultName = "model.sig";

    /// <summary>The name that agent skills give it.</summary>
    public const string SkillName = "skill.oms.sig";

    /// <summary>Where Kaggle's hub keeps the signature of a model that it downloads.</summary>
    public const string KaggleName = ".kaggle/signing.json";

    /// <summary>Where a signature of a model is written: <c>model.sig</c> inside a directory, <c>‹file›.sig</c> beside a file.</summary>
    /// <param name="modelPath">The model; a relative path starts at <paramref name="currentDirectory"/>.</param>
    /// <param name="currentDirectory">A full path.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.ModelNotFound"/>.</exception>
    public static string Default(string modelPath, string currentDirectory)
    {
        string model = ModelLocation.FullPath(modelPath, currentDirectory);
        return Directory.Exists(model) ? Path.Join(model, DefaultName) : model + ".sig";
    }

    /// <summary>
    /// Finds the signature of a model: where <see cref="Default"/> says; then, in the model's directory or the one that a single file
    /// lies in, <c>model.sig</c>, <c>skill.oms.sig</c>, <c>.kaggle/signing.json</c>, and the only file that ends in <c>.sig</c>.
    /// </summary>
    /// <inheritdoc cref="Default"/>
    /// <exception cref="ModelSigningException">
    /// <see cref="ModelErrors.ModelNotFound"/>; <see cref="BundleErrors.BundleNotFound"/>: there is none, more than one that it could be, or what is
    /// given as the model is the signature itself.
    /// </exception>
    public static string Find(string modelPath, string currentDirectory)
    {
        string model = ModelLocation.FullPath(modelPath, currentDirectory);
        if (!Path.Exists(model))
        {
            throw ModelErrors.ModelNotFound.At($"'{model}' does not exist.", model);
        }

        string standard = Default(model, currentDirectory);
        string folder = Path.GetDirectoryName(standard)!;
        string[] found = File.Exists(standard) ? [standard] : Named(folder) is { } named ? [named] : Others(folder);
        if (found.Length == 1 && found[0] != model)
        {
            return found[0];
        }

        (string message, string? cure) = found.Length switch
        {
            0 when HoldsSignedModels(folder) => (
                $"No signature was found at '{standard}', but folders in '{folder}' have one.", "Specify these folders, as Get-ChildItem -Directory lists them."),
            0 when SnapshotFolder.IsRepository(model) => (
                $"No signature was found at '{standard}'. The folder is a repository in the cache of the Hugging Face hub.", "Use -Source HuggingFace to work with the model in it."),
            0 => ($"No signature was found at '{standard}'.", null),
            1 => ($"'{model}' is a signature, not a model.", "Specify the model it belongs to: its folder, or the file that was signed."),
            _ => ($"No signature was found at '{standard}', and more than one other file ends in .sig.", "Specify the right one with -SignaturePath."),
        };
        throw BundleErrors.BundleNotFound.At(message, standard, cure: cure);
    }

    /// <summary>A signature's name in a model's folder, with <c>/</c> between components; null when it lies elsewhere or the model is a single file.</summary>
    /// <param name="modelPath">The model; a relative path starts at <paramref name="currentDirectory"/>.</param>
    /// <param name="signaturePath">The signature's full path.</param>
    /// <param name="currentDirectory">A full path.</param>
    public static string? NameIn(string modelPath, string signaturePath, string currentDirectory) => NameIn(modelPath, signaturePath, currentDirectory, FileSystemRules.Current);

    /// <inheritdoc cref="NameIn(string, string, string)"/>
    internal static string? NameIn(string modelPath, string signaturePath, string currentDirectory, FileSystemRules rules)
    {
        string model = ModelLocation.FullPath(modelPath, currentDirectory);
        return Directory.Exists(model) && ResolvedPath.RelativeName(ResolvedPath.Of(model), ResolvedPath.OfParent(signaturePath), rules) is { Length: > 0 } name ? name : null;
    }

    /// <summary>The full path of a signature that the caller names.</summary>
    /// <exception cref="ModelSigningException"><see cref="BundleErrors.BundleNotFound"/>: no path at all, or on Windows one of no ordinary file.</exception>
    internal static string FullPath(string path, string currentDirectory)
    {
        return path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
            ? ResolvedPath.Ordinary(Path.GetFullPath(path, currentDirectory)) ?? throw BundleErrors.BundleNotFound.At(
                $"The signature's path '{path}' is not an ordinary file on Windows: it is a device, an alternate stream, a reserved name, or ends in a dot or a space.", path)
            : throw BundleErrors.BundleNotFound.At("The signature's path is empty or contains a null character.", path);
    }

    private static string? Named(string folder) =>
        new[] { DefaultName, SkillName, KaggleName.Replace('/', Path.DirectorySeparatorChar) }.Select(name => Path.Join(folder, name)).FirstOrDefault(File.Exists);

    private static string[] Others(string folder) => Look(folder, () => Directory.EnumerateFiles(folder, "*.sig").Take(2).ToArray());

    // The first ones are enough to tell a store of models from a model. Links lead elsewhere.
    private static bool HoldsSignedModels(string folder)
    {
        EnumerationOptions readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Look(folder, () => Directory.EnumerateFileSystemEntries(folder, "*", readable).Take(1000).Where(Directory.Exists)
            .Any(model => Named(model) is not null || Directory.EnumerateFileSystemEntries(model, "*", readable).Take(100).Any(entry => entry.EndsWith(".sig", StringComparison.OrdinalIgnoreCase))));
    }

    private static T Look<T>(string folder, Func<T> list)
    {
        try
        {
            return list();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelErrors.DirectoryUnreadable.At($"The folder '{folder}' cannot be listed: {error.Message}", folder, error);
        }
    }
}
