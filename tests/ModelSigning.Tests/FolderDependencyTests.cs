using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>
/// The list of folders in docs/architecture.md, held against the compiled assemblies and their files: a line a folder, the lowest first, each with the
/// folders that it uses. Folders below one that is listed belong to it. To write the list and the picture again:
/// <c>UPDATE_FOLDERS=1 dotnet test tests/ModelSigning.Tests --filter FolderDependency</c>.
/// </summary>
public sealed partial class FolderDependencyTests
{
    private const string ListOpening = "```text\nfolder: uses\n", PictureOpening = "```mermaid\nflowchart TD\n";

    private static readonly string PagePath = Path.Join(SharedData.RepositoryRoot, "docs", "architecture.md");
    private static readonly Lazy<Architecture> Compiled = new(() => new ArchLoader()
        .LoadFilteredDirectory(Path.Join(SharedData.RepositoryRoot, "module", "bin", "net10.0"), "ModelSigning*.dll", SearchOption.AllDirectories).Build());
    private static readonly Lazy<SortedDictionary<string, SortedSet<string>>> Found = new(FindUses);
    private static string Page = File.ReadAllText(PagePath).ReplaceLineEndings("\n");
    private static IReadOnlyList<(string Folder, string[] Uses)> Listed = ReadList();

    static FolderDependencyTests()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_FOLDERS") == "1")
        {
            Update();
        }
    }

    [Fact]
    public void A_folder_uses_only_folders_that_are_listed_before_it()
    {
        HashSet<string> before = [];
        foreach ((string folder, string[] uses) in Listed)
        {
            Assert.True(uses.All(before.Contains), $"{folder} uses {string.Join(", ", uses.Where(use => !before.Contains(use)))}, which the page lists after it or not at all.");
            Assert.True(before.Add(folder), $"The page lists {folder} twice.");
        }
    }

    [Fact]
    public void The_page_lists_the_folders_and_what_each_uses_as_they_were_compiled() =>
        Assert.Equal(
            Found.Value.Select(folder => Line(folder.Key, folder.Value)),
            Listed.OrderBy(listed => listed.Folder, StringComparer.Ordinal).Select(listed => Line(listed.Folder, listed.Uses.Order(StringComparer.Ordinal))));

    [Fact]
    public void The_picture_shows_every_listed_use_that_does_not_follow_from_others() =>
        Assert.Equal(Picture(), Block(PictureOpening));

    [Fact]
    public void Only_one_class_of_the_cmdlets_uses_the_gpu_assembly()
    {
        string[] knowing = [.. Compiled.Value.Types
            .Where(type => type.Namespace?.FullName == "ModelSigning" && type.Dependencies.Any(dependency => dependency.Target.FullName.StartsWith("ModelSigning.Gpu.", StringComparison.Ordinal)))
            .Select(type => type.Name.Split('+', '/')[0]).Distinct()];
        Assert.Equal(["GpuDevices"], knowing);
    }

    // As what a request says where its caller says nothing else; the cmdlets are the callers.
    [Fact]
    public void The_engine_takes_the_rules_of_the_file_system_as_a_parameter() =>
        Assert.DoesNotContain(new[] { "ModelSigning.Core", "ModelSigning.Gpu", "ModelSigning.Sigstore", "ModelSigning.Telemetry" }
            .SelectMany(Sources).Where(source => source.Folder != "Files").SelectMany(source => source.Text.Split('\n')).Select(line => line.Trim()),
            line => line.Contains("FileSystemRules.Current", StringComparison.Ordinal) && !Default().IsMatch(line));

    private static string Line(string folder, IEnumerable<string> uses) => $"{folder}: {string.Join(", ", uses)}";

    private static string Picture()
    {
        Dictionary<string, HashSet<string>> reachable = [];
        List<string> lines = [];
        foreach ((string folder, string[] uses) in Listed)
        {
            lines.AddRange(uses.Where(use => !uses.Any(other => other != use && reachable[other].Contains(use))).Select(use => $"    {folder} --> {use}"));
            reachable[folder] = [.. uses, .. uses.SelectMany(use => reachable[use])];
        }

        return string.Join('\n', lines);
    }

    // The order of the page as far as it still holds, new folders behind what they use.
    private static void Update()
    {
        List<string> open = [.. Listed.Select(listed => listed.Folder).Union(Found.Value.Keys).Where(Found.Value.ContainsKey)];
        List<(string Folder, string[] Uses)> order = [];
        while (open.Find(folder => Found.Value[folder].All(use => order.Exists(placed => placed.Folder == use))) is { } next)
        {
            open.Remove(next);
            order.Add((next, [.. Found.Value[next]]));
        }

        Assert.True(open.Count == 0, $"These folders use each other in a circle: {string.Join(", ", open)}.");
        Page = Page.Replace(Block(ListOpening), string.Join('\n', order.Select(placed => Line(placed.Folder, placed.Uses).TrimEnd())), StringComparison.Ordinal);
        Listed = order;
        Page = Page.Replace(Block(PictureOpening), Picture(), StringComparison.Ordinal);
        File.WriteAllText(PagePath, Page);
    }

    private static string Block(string opening)
    {
        int start = Page.IndexOf(opening, StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/architecture.md has no block that opens with '{opening}'.");
        start += opening.Length;
        return Page[start..Page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    private static (string Folder, string[] Uses)[] ReadList() =>
        [.. Block(ListOpening).Split('\n').Select(line => line.Split(':')).Select(parts => (parts[0].Trim(), parts[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))];

    private static SortedDictionary<string, SortedSet<string>> FindUses()
    {
        Dictionary<string, string> cmdletFolders = CmdletFolders();
        string[] folders = [.. Listed.Select(listed => listed.Folder)];
        string? FolderOf(IType type) => type.Namespace?.FullName switch
        {
            "ModelSigning" => cmdletFolders.GetValueOrDefault(type.Name.Split('`', '+', '/')[0]),
            { } name when name.StartsWith("ModelSigning.", StringComparison.Ordinal) => OfNamespace(name),
            _ => null,
        };
        string Within(string folder) => folders.Where(listed => folder == listed || folder.StartsWith(listed + "/", StringComparison.Ordinal)).MaxBy(listed => listed.Length) ?? folder;
        string? Listing(IType type) => FolderOf(type) is { } folder ? Within(folder) : null;

        SortedDictionary<string, SortedSet<string>> found = new(StringComparer.Ordinal);
        foreach (IType type in Compiled.Value.Types)
        {
            if (Listing(type) is { } from)
            {
                Uses(from).UnionWith(type.Dependencies.Select(dependency => Listing(dependency.Target)).OfType<string>().Where(to => to != from));
            }
        }

        // Of a constant nothing is left in the assembly but its value: the file that reads it says where it comes from.
        foreach (string project in new[] { "ModelSigning.Core", "ModelSigning.Gpu", "ModelSigning.Sigstore", "ModelSigning.Telemetry", "ModelSigning" })
        {
            foreach ((string folder, string text) in Sources(project))
            {
                string from = Within(project == "ModelSigning" ? "Cmdlets/" + folder : OfNamespace(project) + (folder == "." ? "" : "/" + folder));
                Uses(from).UnionWith(Using().Matches(text).Select(line => Within(OfNamespace(line.Groups[1].Value))).Where(to => to != from));
            }
        }

        return found;

        SortedSet<string> Uses(string from) => found.TryGetValue(from, out SortedSet<string>? known) ? known : found[from] = new SortedSet<string>(StringComparer.Ordinal);
    }

    private static string OfNamespace(string name) => name["ModelSigning.".Length..].Replace('.', '/');

    /// <summary>The cmdlets' assembly has one namespace, so its types are placed by the file that declares them.</summary>
    private static Dictionary<string, string> CmdletFolders()
    {
        Dictionary<string, string> folders = new(StringComparer.Ordinal);
        foreach ((string folder, string text) in Sources("ModelSigning"))
        {
            foreach (Match declared in Declaration().Matches(text))
            {
                folders[declared.Groups[1].Value] = "Cmdlets/" + folder;
            }
        }

        return folders;
    }

    /// <summary>The texts of a project's files, each with its folder.</summary>
    private static IEnumerable<(string Folder, string Text)> Sources(string project)
    {
        string root = Path.Join(SharedData.RepositoryRoot, "src", project);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Folder: Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/'), file))
            .Where(source => source.Folder.Split('/')[0] is not ("bin" or "obj"))
            .Select(source => (source.Folder, File.ReadAllText(source.file)));
    }

    [GeneratedRegex(@"^(internal FileSystemRules Rules \{ get; init; \} = FileSystemRules\.Current;|: this\(.*, FileSystemRules\.Current\)|(public static .* => )?\w+\(.*, FileSystemRules\.Current\b.*\);)$")]
    private static partial Regex Default();

    [GeneratedRegex(@"^using (ModelSigning\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^(?:public|internal) (?:[a-z]+ )*(?:class|struct|record|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
