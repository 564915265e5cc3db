using System.Text.Json;
using System.Xml.Linq;

namespace ModelSigning.Packaging.Package;

/// <summary>A package of others whose assemblies are shipped with the module.</summary>
/// <param name="Name">Its name in the registry.</param>
/// <param name="Version">The version that the lock files hold.</param>
/// <param name="ContentHash">SHA-512 of the package, in base64, as the lock files hold it.</param>
/// <param name="License">Its SPDX licence expression, or null where its publisher ships a licence file only.</param>
/// <param name="Assemblies">The file names of its assemblies.</param>
/// <param name="Notices">The full paths of its licence and notice files.</param>
internal sealed record ShippedPackage(
    string Name, string Version, string ContentHash, string? License, IReadOnlySet<string> Assemblies, IReadOnlyList<string> Notices)
{
    private static readonly string[] Projects = ["Core", "Sigstore", "Gpu", "Telemetry"];
    private static readonly string[] NoticeNames = ["LICENSE", "LICENCE", "NOTICE", "THIRD-PARTY"];

    /// <summary>The packages of the module's projects that have an assembly among those staged, in the order of the alphabet.</summary>
    /// <exception cref="PackagingException">An assembly comes from no package, so its licence is not known.</exception>
    public static IReadOnlyList<ShippedPackage> Find(IReadOnlyCollection<string> stagedAssemblies)
    {
        ShippedPackage[] shipped = [.. Projects
            .SelectMany(project => Locked(Checkout.Path($"src/ModelSigning.{project}/packages.lock.json")))
            .DistinctBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .Where(package => package.Assemblies.Overlaps(stagedAssemblies))
            .OrderBy(package => package.Name, StringComparer.Ordinal)];
        string[] strangers = [.. stagedAssemblies.Where(name => !name.StartsWith("ModelSigning.", StringComparison.Ordinal))
            .Except(shipped.SelectMany(package => package.Assemblies))];
        return strangers.Length == 0 ? shipped
            : throw new PackagingException($"No package in the lock files has {string.Join(", ", strangers)}. Rebuild, so that nothing old is staged.");
    }

    private static IEnumerable<ShippedPackage> Locked(string lockFile)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        foreach (JsonProperty package in document.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject())
        {
            if (package.Value.TryGetProperty("contentHash", out JsonElement hash))
            {
                yield return Read(package.Name, package.Value.GetProperty("resolved").GetString()!, hash.GetString()!);
            }
        }
    }

    private static ShippedPackage Read(string name, string version, string contentHash)
    {
        string folder = Path.Join(Root, name.ToLowerInvariant(), version);
        XElement metadata = XDocument.Load(Path.Join(folder, name.ToLowerInvariant() + ".nuspec")).Root!.Elements().Single();
        XElement? license = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        return new ShippedPackage(
            metadata.Elements().Single(element => element.Name.LocalName == "id").Value,
            version,
            contentHash,
            (string?)license?.Attribute("type") == "expression" ? license.Value : null,
            Directory.Exists(Path.Join(folder, "lib"))
                ? Directory.EnumerateFiles(Path.Join(folder, "lib"), "*.dll", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal)
                : [],
            [.. Directory.EnumerateFiles(folder).Where(IsNotice).Order(StringComparer.Ordinal)]);
    }

    private static bool IsNotice(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return Path.GetExtension(path).ToUpperInvariant() is ".TXT" or ".MD" or ""
            && NoticeNames.Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string Root { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
        : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
