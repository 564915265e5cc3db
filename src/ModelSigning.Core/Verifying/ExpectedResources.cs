using ModelSigning.Core.Bundles;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>The resources of a verified statement, named as the model at hand names its files.</summary>
internal static class ExpectedResources
{
    private const string SingleShard = ResourceName.SingleFile + ":";

    /// <summary>
    /// The resources, sorted; the name <c>.</c> that old releases gave to the only file of a model becomes the file's own
    /// (OMS v1.0, 6.1.3).
    /// </summary>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="VerifyingErrors.ModelIsNotSingleFile"/>; <see cref="StatementErrors.ResourceNameInvalid"/>: a name means another file
    /// on Windows.
    /// </exception>
    public static IReadOnlyList<Resource> Of(Manifest manifest, ModelLocation location)
    {
        if (IsSingleFile(manifest))
        {
            string file = location.FileName ?? throw VerifyingErrors.ModelIsNotSingleFile.At(
                $"The signature covers a single file, and '{location.ModelPath}' is a folder. Give the path of the file.", location.ModelPath);
            Resource[] renamed = [.. manifest.Resources.Select(resource => resource with { Name = file + resource.Name[1..] })];
            Array.Sort(renamed, static (a, b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name));
            return renamed;
        }

        if (OperatingSystem.IsWindows() && manifest.Resources.FirstOrDefault(resource => !ResourceName.IsUsableOnWindows(FileOf(resource, manifest))) is { Name: not null } trap)
        {
            throw StatementErrors.ResourceNameInvalid.At(
                $"The signed resource '{trap.Name}' cannot be named on Windows, or means another file there. Verify the model on another system.", trap.Name);
        }

        return manifest.Resources;
    }

    /// <summary>The files that the resources are of, sorted, each once.</summary>
    public static string[] FileNames(Manifest manifest, ModelLocation location)
    {
        if (IsSingleFile(manifest))
        {
            return [location.FileName!];
        }

        if (manifest.Serialization.ShardSize is null)
        {
            return [.. manifest.Resources.Select(resource => resource.Name)];
        }

        string[] names = [.. manifest.Resources.Select(resource => FileOf(resource, manifest)).Distinct(StringComparer.Ordinal)];
        Array.Sort(names, ResourceNameComparer.Instance);
        return names;
    }

    // The statement's reader lets '.' through for single files only.
    private static bool IsSingleFile(Manifest manifest) =>
        manifest.Resources[0].Name is { } first && (first == ResourceName.SingleFile || first.StartsWith(SingleShard, StringComparison.Ordinal))
        && manifest.Resources.All(resource => FileOf(resource, manifest) == ResourceName.SingleFile);

    private static string FileOf(Resource resource, Manifest manifest) =>
        manifest.Serialization.ShardSize is not null && ResourceName.TryParseShard(resource.Name, out string file, out _, out _) ? file : resource.Name;
}
