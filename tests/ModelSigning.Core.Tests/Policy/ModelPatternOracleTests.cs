using System.Text;
using System.Text.RegularExpressions;
using ModelSigning.Core.Files;
using ModelSigning.Core.Policy;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>Random patterns and paths of few letters, against the words of the documentation put into recursion and regular expressions.</summary>
public class ModelPatternOracleTests
{
    private const int PairsOfASeed = 20_000;

    private static readonly string[] PatternParts = ["a", "b", "A", "*", "?", "a*", "*b", "a?", "?*b", "*a*b*", "**", "**", ".", "..", "a**", "é", "e\u0301"];

    private static readonly string[] PathParts = ["a", "b", "A", "ab", "aab", "abab", "ba", "c", "*", "?", "**", "é", "e\u0301", "a\\b"];

    private static readonly string[] Folders = ["/p", "/p/q", "/a*b", "/a?b/**", "/", "/x\\y"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_pattern_fits_what_the_documentation_says(int seed)
    {
        Random random = new(seed);
        int fitting = 0;
        for (int number = 0; number < PairsOfASeed; number++)
        {
            bool isName = random.Next(4) == 0;
            string text = isName ? Parts(random, PatternParts, 1) : (random.Next(2) == 0 ? "/" : "./") + Parts(random, PatternParts, random.Next(1, 6));
            string folder = Folders[random.Next(Folders.Length)];
            string path = (random.Next(3) == 0 ? folder.TrimEnd('/') : "") + "/" + Parts(random, PathParts, random.Next(1, 6));
            foreach (FileSystemRules rules in (FileSystemRules[])[FileSystemRules.Unix, FileSystemRules.MacOS])
            {
                bool expected = Expected(text, folder, path, rules);
                fitting += expected ? 1 : 0;
                Assert.True(expected == new ModelPattern(text, folder, rules).Fits(path), $"'{text}' of '{folder}' and '{path}', {rules}: {!expected}");
            }
        }

        // Neither side is all there is.
        Assert.InRange(fitting, PairsOfASeed / 20, PairsOfASeed);
    }

    private static string Parts(Random random, string[] parts, int count) =>
        string.Join('/', Enumerable.Range(0, count).Select(_ => parts[random.Next(parts.Length)]));

    private static bool Expected(string text, string folder, string path, FileSystemRules rules)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return FitsName(text, names[^1], rules);
        }

        List<Func<string, bool>?> components = [];
        if (text[0] != '/')
        {
            components.AddRange(folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(literal => (Func<string, bool>)(name => IsSame(literal, name, rules))));
        }

        foreach (string part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == ".." && !(components.Count > 0 && (components[^1] is null || components[^1] == Never)))
            {
                components.RemoveRange(Math.Max(components.Count - 1, 0), Math.Min(components.Count, 1));
                continue;
            }

            components.Add(part == "**" ? null : part == ".." ? Never : name => FitsName(part, name, rules));
        }

        return FitsAll(components, 0, names, 0);
    }

    private static readonly Func<string, bool> Never = _ => false;

    private static bool FitsAll(List<Func<string, bool>?> components, int c, string[] names, int n) =>
        c == components.Count ? n == names.Length
        : components[c] is not { } component ? FitsAll(components, c + 1, names, n) || (n < names.Length && FitsAll(components, c, names, n + 1))
        : n < names.Length && component(names[n]) && FitsAll(components, c + 1, names, n + 1);

    private static bool FitsName(string pattern, string name, FileSystemRules rules)
    {
        StringBuilder regex = new("^");
        foreach (char character in Form(pattern, rules))
        {
            regex.Append(character switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(character.ToString()) });
        }

        return Regex.IsMatch(Form(name, rules), regex.Append("\\z").ToString(),
            RegexOptions.CultureInvariant | RegexOptions.Singleline | (rules.FoldsCase ? RegexOptions.IgnoreCase : RegexOptions.None));
    }

    private static bool IsSame(string one, string other, FileSystemRules rules) => string.Equals(Form(one, rules), Form(other, rules), rules.FoldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static string Form(string text, FileSystemRules rules) => rules.FoldsForms ? text.Normalize() : text;
}
