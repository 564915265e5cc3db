using System.Text.RegularExpressions;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>Which folder of the cmdlets' project may know which.</summary>
public sealed partial class FolderTests
{
    // From the bottom up: a folder uses types of itself and of folders before it.
    private static readonly string[] Order =
    [
        "Output", "Loading", "Commands", "Devices", "Keys", "Tokens", "Certificates", "Sigstore", "Claims", "Manifests", "Measuring", "Verifying", "Signing",
        "Policy",
    ];

    private static readonly string Root = Path.Join(SharedData.RepositoryRoot, "src", "ModelSigning");

    [Fact]
    public void No_folder_of_the_cmdlets_uses_one_above_it()
    {
        (string Folder, string File, string Code)[] files =
        [
            .. Order.SelectMany(folder => Directory.GetFiles(Path.Join(Root, folder), "*.cs")
                .Select(file => (folder, Path.GetFileName(file), WithoutTexts().Replace(File.ReadAllText(file), " ")))),
        ];
        Dictionary<string, int> homes = new(StringComparer.Ordinal);
        foreach ((string folder, _, string code) in files)
        {
            foreach (Match type in Declarations().Matches(code))
            {
                homes[type.Groups["name"].Value] = Array.IndexOf(Order, folder);
            }
        }

        Assert.Equal("Verifying", Order[homes["TestModelSignatureCommand"]]);
        string[] wrong =
        [
            .. from file in files
               from word in Words().Matches(file.Code).Select(word => word.Value).Distinct(StringComparer.Ordinal)
               where homes.TryGetValue(word, out int home) && home > Array.IndexOf(Order, file.Folder)
               select $"{file.Folder}/{file.File} uses {word} of {Order[homes[word]]}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_of_the_cmdlets_has_its_place() => Assert.Equal(
        Order.Order(StringComparer.Ordinal),
        Directory.GetDirectories(Root).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal));

    [GeneratedRegex("//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex WithoutTexts();

    [GeneratedRegex(@"\b(?:class|record|struct|enum|interface) (?<name>[A-Z]\w+)")]
    private static partial Regex Declarations();

    // A property may have the name of a type.
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+(?!\w| \{ get| =[^=]| =>)")]
    private static partial Regex Words();
}
