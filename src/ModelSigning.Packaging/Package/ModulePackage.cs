using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ModelSigning.Packaging.Package;

/// <summary>
/// The folder that a gallery publishes and an administrator copies to a module path: manifest, module, help, licences and bill of
/// materials. Two builds of one commit make the same bytes.
/// </summary>
internal static partial class ModulePackage
{
    private static readonly string[] Texts = ["LICENSE", "THIRD-PARTY-NOTICES.md", "CHANGELOG.md", "README.md", "docs/trust-policy.schema.json"];

    /// <summary>Makes a module's folder again.</summary>
    /// <exception cref="PackagingException">Something is not staged, or its origin is not known.</exception>
    public static void Make(string folder, ModuleManifest manifest)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Copy(Checkout.Path("ModelSigning.psd1"), Path.Join(folder, "ModelSigning.psd1"));
        CopyModule(Path.Join(folder, "module"));
        foreach (string text in Texts)
        {
            Copy(Checkout.Path(text), Path.Join(folder, Path.GetFileName(text)));
        }

        string readme = Path.Join(folder, "README.md");
        File.WriteAllText(readme, WithoutDeadLinks(File.ReadAllText(readme), folder));
        IReadOnlyList<ShippedPackage> packages = ShippedPackage.Find(
            [.. Directory.EnumerateFiles(Path.Join(folder, "module/bin/net10.0/dependencies"), "*.dll").Select(path => Path.GetFileName(path))]);
        foreach (ShippedPackage package in packages)
        {
            foreach (string notice in package.Notices)
            {
                Copy(notice, Path.Join(folder, "licenses", package.Name, Path.GetFileName(notice)));
            }
        }

        File.WriteAllBytes(Path.Join(folder, "sbom.cdx.json"), BillOfMaterials.Write(manifest, OwnAssemblies(folder), packages));
    }

    // What is linked to in the repository and not shipped keeps its name, and a picture goes with its line.
    private static string WithoutDeadLinks(string text, string folder) => Link().Replace(text, link =>
        link.Groups["target"].Value is var target && (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('#') || Path.Exists(Path.Join(folder, target.Split('#')[0])))
            ? link.Value
            : link.Groups["picture"].Success ? "" : link.Groups["text"].Value);

    [GeneratedRegex(@"(?<picture>!)?\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    private static void CopyModule(string target)
    {
        string module = Checkout.Path("module");
        string help = Path.Join(module, "bin/net10.0/en-US/ModelSigning.dll-Help.xml");
        if (!File.Exists(help))
        {
            throw new PackagingException($"'{help}' is missing. Build the solution first.");
        }

        foreach (string path in Directory.EnumerateFiles(module, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(path) is ".psd1" or ".psm1" or ".ps1xml" or ".dll" or ".xml" or ".txt" or ".json")
            {
                Copy(path, Path.Join(target, Path.GetRelativePath(module, path)));
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Sha256)> OwnAssemblies(string folder) => Directory
        .EnumerateFiles(folder, "ModelSigning*.dll", SearchOption.AllDirectories)
        .Select(path => (Path.GetFileName(path), SHA256.HashData(File.ReadAllBytes(path))))
        .OrderBy(assembly => assembly.Item1, StringComparer.Ordinal);

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(source, target);
    }
}
