using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Models;

/// <summary>Where a model's signature lies.</summary>
public static class SignatureLocation
{
    /// <summary>The signature's name inside a model directory.</summary>
    public const string DefaultName = "model.sig";

    /// <summary>The name that agent skills give it.</summary>
    public const string SkillName = "skill.oms.sig";

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
    /// lies in, <c>model.sig</c>, <c>skill.oms.sig</c>, and the only file that ends in <c>.sig</c>.
    /// </summary>
    /// <inheritdoc cref="Default"/>
    /// <exception cref="ModelSigningException">
    /// <see cref="ModelErrors.ModelNotFound"/>; <see cref="BundleErrors.BundleNotFound"/>: there is none, or more than one that it could be.
    /// </exception>
    public static string Find(string modelPath, string currentDirectory)
    {
        string model = ModelLocation.FullPath(modelPath, currentDirectory);
        if (!Path.Exists(model))
        {
            throw ModelErrors.ModelNotFound.At($"There is no file or folder '{model}'.", model);
        }

        string standard = Default(model, currentDirectory);
        string folder = Path.GetDirectoryName(standard)!;
        string? named = new[] { standard, Path.Join(folder, DefaultName), Path.Join(folder, SkillName) }.FirstOrDefault(File.Exists);
        if (named is not null)
        {
            return named;
        }

        string[] others = Others(folder);
        return others.Length == 1 ? others[0] : throw BundleErrors.BundleNotFound.At(others.Length == 0
            ? $"There is no signature '{standard}'. Name it with -SignaturePath if it lies elsewhere."
            : $"There is no signature '{standard}', and more than one other file ends in .sig. Name the right one with -SignaturePath.", standard);
    }

    /// <summary>The full path of a signature that the caller names.</summary>
    /// <exception cref="ModelSigningException"><see cref="BundleErrors.BundleNotFound"/>: no path at all.</exception>
    internal static string FullPath(string path, string currentDirectory)
    {
        return path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
            ? Path.GetFullPath(path, currentDirectory)
            : throw BundleErrors.BundleNotFound.At("The signature's path is empty or has a zero character.", path);
    }

    private static string[] Others(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.sig").Take(2)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelErrors.DirectoryUnreadable.At($"The folder '{folder}' cannot be listed: {error.Message}", folder, error);
        }
    }
}
