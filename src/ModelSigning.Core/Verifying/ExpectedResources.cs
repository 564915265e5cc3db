using ModelSigning.Core.Attestations;
using ModelSigning.Core.Files;
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
    /// on this system.
    /// </exception>
    public static IReadOnlyList<Resource> Of(Manifest manifest, ModelLocation location)
    {
        if (IsSingleFile(manifest))
        {
            string file = location.FileName ?? throw VerifyingErrors.ModelIsNotSingleFile.At(
                $"The signature covers a single file, but '{location.ModelPath}' is a folder.", location.ModelPath);
            Resource[] renamed = [.. manifest.Resources.Select(resource => resource with { Name = file + resource.Name[1..] })];
            Array.Sort(renamed, static (a, b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name));
            return renamed;
        }

        RefuseTraps(FileNames(manifest, location.FileName), location.Rules.IsWindows, location.Rules.FoldsCase);
        return manifest.Resources;
    }

    /// <summary>The files that the resources are of, sorted, each once.</summary>
    /// <param name="manifest">The statement's manifest.</param>
    /// <param name="singleFile">The name of the file at hand, which the name <c>.</c> means; null for a folder.</param>
    public static string[] FileNames(Manifest manifest, string? singleFile)
    {
        if (IsSingleFile(manifest))
        {
            return [singleFile!];
        }

        if (manifest.Serialization.ShardSize is null)
        {
            return [.. manifest.Resources.Select(resource => resource.Name)];
        }

        string[] names = [.. manifest.Resources.Select(resource => FileOf(resource, manifest)).Distinct(StringComparer.Ordinal)];
        Array.Sort(names, ResourceNameComparer.Instance);
        return names;
    }

    /// <summary>Refuses names that mean another file than they spell.</summary>
    /// <param name="files">The signed files' names, each once.</param>
    /// <param name="onWindows">Whether Win32's rules hold.</param>
    /// <param name="ignoringCase">Whether the system's usual volumes do not tell upper from lower case.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="StatementErrors.ResourceNameInvalid"/>.</exception>
    internal static void RefuseTraps(IReadOnlyList<string> files, bool onWindows, bool ignoringCase)
    {
        if (onWindows && files.FirstOrDefault(file => !WindowsName.IsUsable(file)) is { } trap)
        {
            throw StatementErrors.ResourceNameInvalid.At(
                $"The signed file '{trap}' cannot be named on Windows, or means another file there. Verify the model on another system.", trap);
        }

        if (ignoringCase && ResourceName.FindAlias(files) is { } alias)
        {
            throw StatementErrors.ResourceNameInvalid.At(
                $"The name of the signed file '{alias}' and that of another one are the same on this system. Verify the model on another system.", alias);
        }
    }

    /// <summary>The resources of some files.</summary>
    public static Resource[] OfFiles(IReadOnlyList<string> files, IReadOnlyList<Resource> resources, Manifest manifest)
    {
        HashSet<string> wanted = new(files, StringComparer.Ordinal);
        return [.. resources.Where(resource => wanted.Contains(FileOf(resource, manifest)))];
    }

    /// <summary>
    /// Cuts what was found of signed files in shards down to what was signed and one shard more: a file that has become endless is a
    /// difference, whatever its length.
    /// </summary>
    public static void Shorten(List<ModelFile> files, IReadOnlyList<Resource> resources, long? shardSize)
    {
        if (shardSize is not { } size)
        {
            return;
        }

        Dictionary<string, long> shards = new(StringComparer.Ordinal);
        foreach (Resource resource in resources)
        {
            if (ResourceName.TryParseShard(resource.Name, out string file, out long start, out _))
            {
                shards[file] = Math.Max(shards.GetValueOrDefault(file), (start / size) + 1);
            }
        }

        for (int index = 0; index < files.Count; index++)
        {
            if (shards.TryGetValue(files[index].Name, out long signed) && files[index].Length / size > signed)
            {
                files[index] = files[index] with { Length = (signed + 1) * size };
            }
        }
    }

    /// <summary>Whether the statement is of a single file that old releases named '.'; its reader lets that name through for nothing else.</summary>
    public static bool IsSingleFile(Manifest manifest) =>
        manifest.Resources[0].Name is { } first && (first == ResourceName.SingleFile || first.StartsWith(SingleShard, StringComparison.Ordinal))
        && manifest.Resources.All(resource => FileOf(resource, manifest) == ResourceName.SingleFile);

    private static string FileOf(Resource resource, Manifest manifest) =>
        manifest.Serialization.ShardSize is not null && ResourceName.TryParseShard(resource.Name, out string file, out _, out _) ? file : resource.Name;
}
