using System.Globalization;

namespace ModelSigning.Core.Input;

/// <summary>Numbers from outside that consist of decimal digits alone. .NET takes one with zero bytes after it for the number, which other programs read as another one or refuse.</summary>
internal static class DecimalDigits
{
    /// <summary>Reads a number that fits into 63 bits.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return !text.ContainsAnyExceptInRange('0', '9') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
