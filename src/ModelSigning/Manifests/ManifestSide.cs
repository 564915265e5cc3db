using System.Globalization;
using System.Management.Automation;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>One side of a comparison: a manifest that is written down somewhere, or a model that is still to be hashed.</summary>
internal sealed class ManifestSide
{
    private ManifestSide(Manifest? manifest, string? model) => (Manifest, Model) = (manifest, model);

    /// <summary>The manifest; null for a model.</summary>
    internal Manifest? Manifest { get; }

    /// <summary>The model's full path; null for a manifest.</summary>
    internal string? Model { get; }

    /// <summary>Takes a parameter's value: one path, or the objects of a manifest.</summary>
    /// <param name="command">Whose paths they are.</param>
    /// <param name="values">The value.</param>
    /// <param name="serialization">How a manifest was made, as far as its objects do not say it.</param>
    /// <param name="read">Reads the manifest that a signature file claims.</param>
    internal static ManifestSide Of(ModuleCommand command, PSObject[] values, Serialization serialization, Func<string, Manifest> read) => values switch
    {
        [{ BaseObject: string path }] => OfPath(command, command.ExistingFileSystemPath(path), read),
        [{ BaseObject: FileSystemInfo item }] => OfPath(command, item.FullName, read),
        _ => OfObjects(values, serialization),
    };

    /// <summary>Takes a full path: of a signature file, whose claims are read, or of a model.</summary>
    internal static ManifestSide OfPath(ModuleCommand command, string path, Func<string, Manifest> read)
    {
        if (File.Exists(path) && ManifestImport.IsList(path))
        {
            Manifest listed = read(path);
            return !ListsOnly(listed, Path.GetFileName(path)) ? new ManifestSide(listed, null) : throw CommandErrors.ManifestUnusable.At(
                $"'{path}' has the form of a list, and the only file that it lists has its own name. It is not clear whether it is a list or the model itself, so it was not compared.", path);
        }

        if (!SignatureFile.Is(path))
        {
            return new ManifestSide(null, path);
        }

        command.WriteWarning($"'{path}' is not verified. It is compared as it is. Use Test-ModelSignature to verify it.");
        return new ManifestSide(read(path), null);
    }

    // No list has a digest of itself. A model that is one file could be replaced by a list of what it was before, and would be equal to it.
    private static bool ListsOnly(Manifest listed, string name) => listed.Resources.All(resource => resource.Name == name
        || (listed.Serialization.ShardSize is not null && ResourceName.TryParseShard(resource.Name, out string file, out _, out _) && file == name));

    /// <summary>Takes the objects that Get-ModelManifest wrote, as they were or as a file kept them.</summary>
    internal static ManifestSide OfObjects(PSObject[] values, Serialization serialization)
    {
        string[] algorithms = [.. values.Select(value => Text(value, "Algorithm")).Distinct()];
        if (algorithms is not [string identifier] || !DigestAlgorithms.TryParse(identifier, out DigestAlgorithm algorithm))
        {
            throw CommandErrors.ManifestUnusable.At(
                $"The objects have the digest algorithms '{string.Join(", ", algorithms)}'. Use the whole output of one Get-ModelManifest command.");
        }

        if (serialization.ShardSize is null && values.FirstOrDefault(IsShard) is { } shard)
        {
            throw CommandErrors.ManifestUnusable.At(
                $"The object '{Text(shard, "Name")}' is one of a shard, and without -ShardSize it would be compared with a file of that name. Specify the -ShardSize that the objects were made with.");
        }

        IEnumerable<Resource> resources = values.Select(value => new Resource(Text(value, "Name"), Digest(value, algorithm)));
        return new ManifestSide(Core.Models.Manifest.Of("manifest", serialization with { HashType = algorithm }, resources), null);
    }

    // By its length, where the object has one: a file may be called like a shard.
    private static bool IsShard(PSObject value) => ResourceName.TryParseShard(Text(value, "Name"), out _, out long start, out long end)
        && !(long.TryParse(value.Properties["Length"]?.Value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) && length != end - start);

    private static byte[] Digest(PSObject value, DigestAlgorithm algorithm)
    {
        string text = Text(value, "Digest");
        return Hexadecimal.ReadAnyCase(text) is { } digest && digest.Length == algorithm.DigestLength()
            ? digest
            : throw CommandErrors.ManifestUnusable.At($"The digest '{text}' of '{Text(value, "Name")}' is not one of {algorithm.Identifier()} in hexadecimal digits.");
    }

    private static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString()
        ?? throw CommandErrors.ManifestUnusable.At(
            $"An object of type {value.TypeNames[0]} has no {property}. Use a path, or the whole output of one Get-ModelManifest command.");
}
