namespace ModelSigning.Core.Models;

/// <summary>
/// The order of resources (OMS v1.0, 6.3.2): by code point, which is the order of the names' UTF-8 bytes. The order of UTF-16 units,
/// <see cref="StringComparer.Ordinal"/>, puts U+E000 to U+FFFF behind the supplementary characters.
/// </summary>
internal sealed class ResourceNameComparer : IComparer<string>
{
    private ResourceNameComparer()
    {
    }

    /// <summary>The only one.</summary>
    public static ResourceNameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        int common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length)
        {
            return x.Length.CompareTo(y.Length);
        }

        char a = x[common], b = y[common];
        // Of the units that differ, a surrogate stands for a code point above U+FFFF, hence above every unit that is none.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
