using System.Text.RegularExpressions;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>The pages for contributors lead to files and tests that exist.</summary>
public sealed partial class NamedFileTests
{
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    public void Every_file_folder_and_test_that_a_page_for_contributors_names_exists(string page)
    {
        string text = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, page));
        string[] files = [.. new[] { "src", "tests", "docs", "module" }.SelectMany(folder => Directory.EnumerateFiles(Path.Join(SharedData.RepositoryRoot, folder), "*", SearchOption.AllDirectories))
            .Select(path => "/" + Path.GetRelativePath(SharedData.RepositoryRoot, path).Replace('\\', '/'))];
        string[] named = [.. Names().Matches(text).Select(name => name.Value.Trim('`')).Where(name => !Placeholder().IsMatch(name)).Distinct()];
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(
            name.EndsWith("Tests", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal) ? files.Any(file => file.EndsWith($"/{name}.cs", StringComparison.Ordinal))
            : name.Contains('/', StringComparison.Ordinal) ? Path.Exists(Path.Join(SharedData.RepositoryRoot, name)) || files.Any(file => file.EndsWith("/" + name, StringComparison.Ordinal))
            : files.Any(file => file.EndsWith("/" + name, StringComparison.Ordinal)),
            $"{page} names '{name}', which does not exist."));
    }

    // In backticks: a path below a folder of the checkout, the name of a source file, or the name of a class of tests.
    [GeneratedRegex(@"`((src|tests|docs|module)/[\w./-]+|[\w.-]+\.(cs|ps1|psd1|md|json)|\w+Tests)`")]
    private static partial Regex Names();

    // METHOD, NAME and such stand for what a contributor adds, module/bin is built, and some files are a program's own.
    [GeneratedRegex(@"\b(METHOD|NAME)\b|^module/bin|^(errors|OTEL_DIAGNOSTICS|VERSIONING|trusted_root|root|README|CHANGELOG|CONTRIBUTING|build|ModelSigning)\.\w+$")]
    private static partial Regex Placeholder();
}
