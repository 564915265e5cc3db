using System.Text;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// The name in the block of a tar's entry whose whole name is in a record before it. Programs that do not read records, as Perl's, write the file under it, so it must be nothing else than what the programs that
/// write tars make of the whole name.
/// </summary>
internal static class BlockName
{
    // GNU tar, Python and Go fill the field; libarchive leaves room for a zero byte.
    private static readonly int[] Lengths = [TarHeader.NameLength, TarHeader.NameLength - 1];

    /// <summary>Whether a name is the first bytes of another one, its letters beyond ASCII as they are, left out or replaced, and has no role that the whole one has not (<see cref="RoleNames"/>).</summary>
    /// <param name="inBlock">The name in the block.</param>
    /// <param name="name">The name in the record.</param>
    public static bool IsOf(string inBlock, string name)
    {
        byte[] field = Encoding.UTF8.GetBytes(inBlock.TrimEnd('/'));
        return (!RoleNames.Fits(inBlock) || RoleNames.Fits(name)) && Forms(name).Select(Encoding.UTF8.GetBytes)
            .Any(form => Lengths.Any(length => form.AsSpan(0, Math.Min(length, form.Length)).TrimEnd((byte)'/').SequenceEqual(field)));
    }

    // As they are: GNU tar. Go leaves them out, Python writes one question mark for each, others one for each half of it in UTF-16, or a line.
    private static string[] Forms(string name) =>
    [
        name,
        string.Concat(name.Where(char.IsAscii)),
        string.Concat(name.EnumerateRunes().Select(rune => rune.IsAscii ? (char)rune.Value : '?')),
        string.Concat(name.Select(letter => char.IsAscii(letter) ? letter : '?')),
        string.Concat(name.EnumerateRunes().Select(rune => rune.IsAscii ? (char)rune.Value : '_')),
    ];
}
