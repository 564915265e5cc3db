using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Boms;

/// <summary>A package URL: <c>pkg:type/namespace/name@version?qualifiers#subpath</c>.</summary>
/// <param name="Text">The URL.</param>
/// <param name="Namespace">The namespace, decoded; null without one.</param>
/// <param name="Name">The name, decoded.</param>
/// <param name="Version">The version, decoded; null without one.</param>
internal sealed partial record PackageUrl(string Text, string? Namespace, string Name, string? Version)
{
    /// <summary>Reads a package URL.</summary>
    /// <exception cref="ModelSigningException"><see cref="BomErrors.PackageUrlInvalid"/>.</exception>
    public static PackageUrl Parse(string text, string? version)
    {
        Match match = Form().Match(text);
        if (!match.Success)
        {
            throw BomErrors.PackageUrlInvalid.At($"'{text}' is not a package URL.");
        }

        string[] path = match.Groups["path"].Value.Split('/');
        string? named = match.Groups["version"].Success ? Uri.UnescapeDataString(match.Groups["version"].Value) : null;
        return named is null || version is null || named == version
            ? new(text, path.Length > 1 ? string.Join('/', path[..^1].Select(Uri.UnescapeDataString)) : null, Uri.UnescapeDataString(path[^1]), named ?? version)
            : throw BomErrors.PackageUrlInvalid.At($"The package URL '{text}' has the version '{named}', and -Version is '{version}'.");
    }

    /// <summary>The package URL of a model that has no place of publication.</summary>
    public static PackageUrl Generic(string name, string? version) =>
        new($"pkg:generic/{Uri.EscapeDataString(name)}{(version is null ? "" : "@" + Uri.EscapeDataString(version))}", null, name, version);

    /// <summary>The package URL of a repository that a card names; null for anything else that stands there, such as a folder of the person who trained it.</summary>
    public static string? OfRepository(string name) => Repository().IsMatch(name) ? "pkg:huggingface/" + name : null;

    /// <summary>The address of a dataset that a card names, because package URLs have no type for datasets; null for anything else.</summary>
    public static string? DatasetAddress(string name) => Repository().IsMatch(name) ? "https://huggingface.co/datasets/" + name : null;

    [GeneratedRegex(@"\Apkg:[A-Za-z][A-Za-z0-9.+-]*/(?<path>[A-Za-z0-9._~%:+-]+(/[A-Za-z0-9._~%:+-]+)*)(@(?<version>[A-Za-z0-9._~%:+-]+))?(\?[A-Za-z0-9._~%:/=&+-]+)?(#[A-Za-z0-9._~%:/+-]+)?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Repository();
}
