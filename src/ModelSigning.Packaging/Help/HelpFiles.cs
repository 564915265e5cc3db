using System.Text;
using System.Xml;

namespace ModelSigning.Packaging.Help;

/// <summary>Makes the help that <c>Get-Help</c> shows, its topic on errors among it, and a page for each cmdlet in <c>docs/cmdlets</c>, from the same source.</summary>
internal static class HelpFiles
{
    /// <summary>Describes the staged module's cmdlets and writes both.</summary>
    /// <param name="comments">The documentation file that the compiler wrote of the cmdlets' assembly.</param>
    /// <param name="helpFile">The MAML file to write.</param>
    /// <param name="writePages">Whether the pages are written; otherwise one that differs from what would be written is refused.</param>
    /// <exception cref="PackagingException">A text is missing, or a page is not current.</exception>
    public static void Make(string comments, string helpFile, bool writePages)
    {
        IReadOnlyList<CmdletDescription> cmdlets = ModuleDescription.Read(Checkout.Path("ModelSigning.psd1"), DocumentationComments.Load(comments));
        string[] missing = [.. cmdlets.SelectMany(cmdlet => cmdlet.MissingTexts())];
        if (missing.Length > 0)
        {
            throw new PackagingException("Documentation comments are missing: " + string.Join("; ", missing));
        }

        Dictionary<string, string> pages = cmdlets.ToDictionary(cmdlet => cmdlet.Name + ".md", MarkdownPage.Of);
        string folder = Checkout.Path("docs/cmdlets");
        if (writePages)
        {
            Write(folder, pages);
        }
        else
        {
            Compare(folder, pages);
        }

        string staged = Path.GetDirectoryName(helpFile)!;
        Directory.CreateDirectory(staged);
        File.WriteAllText(Path.Join(staged, ErrorTopic.FileName), ErrorTopic.Of(File.ReadAllLines(Checkout.Path("docs/errors.md"))));

        // Last, because the build takes it for the sign that all is done.
        using XmlWriter writer = XmlWriter.Create(helpFile, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) });
        MamlDocument.Of(cmdlets).Save(writer);
    }

    private static void Write(string folder, Dictionary<string, string> pages)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, string text) in pages.Where(page => !IsCurrent(folder, page)))
        {
            File.WriteAllText(Path.Join(folder, name), text);
        }

        foreach (string name in Stale(folder, pages))
        {
            File.Delete(Path.Join(folder, name));
        }
    }

    private static void Compare(string folder, Dictionary<string, string> pages)
    {
        string[] wrong = [.. pages.Where(page => !IsCurrent(folder, page)).Select(page => page.Key), .. Stale(folder, pages)];
        if (wrong.Length > 0)
        {
            throw new PackagingException($"docs/cmdlets is not what the documentation comments say: {string.Join(", ", wrong)}. Build, and commit what the build writes.");
        }
    }

    private static bool IsCurrent(string folder, KeyValuePair<string, string> page) =>
        File.Exists(Path.Join(folder, page.Key)) && File.ReadAllText(Path.Join(folder, page.Key)).ReplaceLineEndings("\n") == page.Value;

    private static string[] Stale(string folder, Dictionary<string, string> pages) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.md").Select(path => Path.GetFileName(path)).Where(name => !pages.ContainsKey(name))];
}
