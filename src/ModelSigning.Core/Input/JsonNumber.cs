using System.Globalization;

namespace ModelSigning.Core.Input;

/// <summary>The exact value of a number in JSON: no type of the runtime holds all of them without rounding.</summary>
/// <param name="IsNegative">Whether it is less than zero.</param>
/// <param name="Digits">Its digits without zeros at the ends; empty for zero.</param>
/// <param name="Exponent">The power of ten of the last digit.</param>
internal readonly record struct JsonNumber(bool IsNegative, string Digits, long Exponent)
{
    private const long MostExponent = long.MaxValue / 2;

    /// <summary>Reads a number as JSON writes it.</summary>
    /// <returns>Null for an exponent beyond 2^62.</returns>
    public static JsonNumber? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = text.AsSpan().IndexOfAny('e', 'E');
        string mantissa = (end < 0 ? text : text[..end]).TrimStart('-'), all = mantissa.Replace(".", "", StringComparison.Ordinal), digits = all.TrimEnd('0');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal), fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        long exponent = 0;
        return digits.Length == 0 ? default(JsonNumber) with { Digits = "" }
            : end >= 0 && !(long.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && exponent is > -MostExponent and < MostExponent) ? null
            : new(text[0] == '-', digits.TrimStart('0'), exponent - fraction + (all.Length - digits.Length));
    }
}
