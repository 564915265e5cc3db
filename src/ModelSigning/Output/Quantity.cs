using System.Globalization;

namespace ModelSigning;

/// <summary>Numbers with their units, for a person: right for one and for many, and the same in every culture.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>A count of things, such as <c>1 file</c> or <c>12 files</c>.</summary>
    internal static string Of(long count, string thing) => Invariant($"{count} {thing}{(count == 1 ? "" : "s")}");

    /// <summary>A duration in seconds, such as <c>1.25 s</c>.</summary>
    internal static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    /// <summary>A duration in milliseconds, such as <c>12.5 ms</c>.</summary>
    internal static string Milliseconds(TimeSpan duration) => duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    /// <summary>A number of bytes, such as <c>12 B</c> or <c>1.5 GB</c>.</summary>
    internal static string Size(double bytes)
    {
        int unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            (bytes, unit) = (bytes / 1000, unit + 1);
        }

        return bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
