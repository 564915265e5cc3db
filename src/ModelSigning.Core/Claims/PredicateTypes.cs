using System.Buffers;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Claims;

/// <summary>What claims say, by the URIs that the formats' specifications publish, and the short names of the common ones.</summary>
public static class PredicateTypes
{
    private const string CycloneDx = "https://cyclonedx.org/bom", Spdx = "https://spdx.dev/Document", OmsPrefix = "https://model_signing/";

    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.");

    // The short name, what is written for it, and what is looked for. Both kinds of bills of materials are seen with and without a version.
    private static readonly (string Name, string Written, string Wanted)[] Known =
    [
        ("cyclonedx", CycloneDx, CycloneDx),
        ("slsa-provenance", "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v1"),
        ("spdx", Spdx + "/v3", Spdx),
        ("test-result", "https://in-toto.io/attestation/test-result/v0.1", "https://in-toto.io/attestation/test-result/v0.1"),
    ];

    /// <summary>The short names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>The type that a claim gets.</summary>
    /// <param name="type">A short name or a URI.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.PredicateTypeInvalid"/>.</exception>
    public static string ToWrite(string type) => Resolve(type, known => known.Written);

    /// <summary>The type that is looked for, for <see cref="Matches"/>.</summary>
    /// <inheritdoc cref="ToWrite"/>
    public static string ToFind(string type) => Resolve(type, known => known.Wanted);

    /// <summary>Whether a claim's type is the wanted one: the same URI, or a version of a bill of materials that was asked for without one.</summary>
    /// <param name="wanted">A URI.</param>
    /// <param name="actual">The claim's.</param>
    public static bool Matches(string wanted, string actual)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(actual);
        return wanted == actual
            || (wanted is CycloneDx or Spdx && actual.StartsWith(wanted + "/v", StringComparison.Ordinal)
                && actual.AsSpan(wanted.Length + 2) is { Length: > 0 } version && version.IndexOfAnyExcept(VersionCharacters) < 0);
    }

    /// <summary>Whether a type is that of a model's signature, of any version, which is never a claim.</summary>
    internal static bool IsOfOms(string type) => type.StartsWith(OmsPrefix, StringComparison.Ordinal);

    /// <summary>What is wrong with a URI as the type of a claim; null for nothing.</summary>
    internal static string? Fault(string uri) =>
        IsOfOms(uri) ? $"'{uri}' is the predicate type of a model's own signature, which New-ModelSignature makes."
        : !Uri.IsWellFormedUriString(uri, UriKind.Absolute) ? $"'{uri}' is not an absolute URI, and the short names are {string.Join(", ", Names)}."
        : null;

    private static string Resolve(string type, Func<(string Name, string Written, string Wanted), string> uri)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Known.FirstOrDefault(known => known.Name.Equals(type, StringComparison.OrdinalIgnoreCase)) is { Name: not null } known ? uri(known)
            : Fault(type) is { } fault ? throw ClaimErrors.PredicateTypeInvalid.At(fault, type)
            : type;
    }
}
