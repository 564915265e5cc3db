namespace ModelSigning.Core.Boms;

/// <summary>Identifiers of licences: Hugging Face's to SPDX's. Those that SPDX does not list, such as Llama's, have none.</summary>
internal static class SpdxLicense
{
    private static readonly Dictionary<string, string> Identifiers = ((string[])
    [
        "Apache-2.0", "MIT", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0",
        "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0",
        "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSL-1.0", "MPL-2.0", "ISC", "Zlib", "MS-PL", "OSL-3.0", "AFL-3.0", "Artistic-2.0", "ECL-2.0", "EPL-1.0", "EPL-2.0",
        "EUPL-1.1", "EUPL-1.2", "NCSA", "OFL-1.1", "PostgreSQL", "Unlicense", "WTFPL", "LPPL-1.3c",
    ]).ToDictionary(one => one, StringComparer.OrdinalIgnoreCase);

    // Where the hub's identifier is not SPDX's in small letters. SPDX's own GPL-3.0 means version 3 only.
    private static readonly Dictionary<string, string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gpl-2.0"] = "GPL-2.0-only",
        ["gpl-3.0"] = "GPL-3.0-only",
        ["agpl-3.0"] = "AGPL-3.0-only",
        ["lgpl-2.1"] = "LGPL-2.1-only",
        ["lgpl-3.0"] = "LGPL-3.0-only",
        ["odbl"] = "ODbL-1.0",
        ["odc-by"] = "ODC-By-1.0",
        ["pddl"] = "PDDL-1.0",
        ["c-uda"] = "C-UDA-1.0",
    };

    /// <summary>The identifier of SPDX; null for a licence that it does not list.</summary>
    public static string? Find(string license) => Identifiers.GetValueOrDefault(license) ?? Others.GetValueOrDefault(license);

    /// <summary>An expression that SPDX reads, also for a licence that it does not list.</summary>
    public static string Expression(string license) =>
        Find(license) ?? "LicenseRef-" + string.Concat(license.Select(unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '-' ? unit : '-'));
}
