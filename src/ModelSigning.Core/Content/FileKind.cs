using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelSigning.Core.Content;

/// <summary>What a file is, by its first bytes.</summary>
internal enum FileKind
{
    Other,
    Safetensors,
    Gguf,
    Json,
    Pickle,
    Numpy,
    Zip,
    Hdf5,
    Elf,
    Pe,
    MachO,
    WebAssembly,
    PythonBytecode,
    Script,
    Compressed,
    Tar,
}

/// <summary>Tells what a file is.</summary>
internal static class FileKinds
{
    private const int JoblibHeader = 21;

    private static readonly SearchValues<byte> JoblibLength = SearchValues.Create("0123456789abcdefABCDEFxX_+- \t\r\n\v\fL"u8);

    private static readonly HashSet<string> PickleExtensions = new(StringComparer.Ordinal)
        { ".pkl", ".pickle", ".bin", ".pt", ".pth", ".ckpt", ".joblib", ".dill", ".mar", ".npy" };

    private static readonly SearchValues<byte> OfNumber = SearchValues.Create("0123456789abcdefABCDEFxX+- \t\r\n\v\f\0"u8);

    private static ReadOnlySpan<byte> Base64 => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    // What a pickle of protocol 0 or 1 can begin with, if it names a class: a mark, a class, an empty collection, a text, a number or nothing.
    private const string OldPickleStart = "(c]}SVXUTKMJIFLNGBC)";

    /// <summary>The kind that the first bytes tell.</summary>
    public static FileKind Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, >= 2 and <= 5, ..] => FileKind.Pickle,
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => FileKind.Numpy,
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => FileKind.Zip,
        [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A, ..] => FileKind.Hdf5,
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => FileKind.Elf,
        [(byte)'M', (byte)'Z', ..] => FileKind.Pe,
        [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] or [0xCA, 0xFE, 0xBA, 0xBE or 0xBF, ..] => FileKind.MachO,
        [0, (byte)'a', (byte)'s', (byte)'m', ..] => FileKind.WebAssembly,
        [_, _, 0x0D, 0x0A, _, 0, 0, 0, ..] => FileKind.PythonBytecode,
        [(byte)'#', (byte)'!', ..] => FileKind.Script,
        [0x1F, 0x8B, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xFD, (byte)'7', (byte)'z', ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..]
            or [4, 0x22, 0x4D, 0x18, ..] or [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] or [0x5D, 0, _, _, _, ..] or [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => FileKind.Compressed,
        [(byte)'Z', (byte)'F', ..] when IsOldJoblib(head) => FileKind.Compressed,
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => FileKind.Gguf,
        [_, _, _, _, _, _, _, _, (byte)'{', ..] => FileKind.Safetensors,
        [(byte)'{' or (byte)'[', ..] => FileKind.Json,
        _ => IsTar(head) ? FileKind.Tar : FileKind.Other,
    };

    // joblib up to 0.9.3: a pickle packed by zlib, which can be text, behind its length in hexadecimal digits as Python reads them, padded with blanks.
    private static bool IsOldJoblib(ReadOnlySpan<byte> head) =>
        head.Length >= JoblibHeader && !head[2..JoblibHeader].ContainsAnyExcept(JoblibLength);

    /// <summary>
    /// Whether bytes begin like a tar archive: the sum of the header's bytes stands in it, its own field taken as spaces; the oldest archives have nothing else that tells
    /// them. Readers accept a sum of bytes with or without a sign, written in many ways.
    /// </summary>
    public static bool IsTar(ReadOnlySpan<byte> head)
    {
        const int length = 512, sumAt = 148, sumLength = 8;
        if (head.Length < length)
        {
            return false;
        }

        // In vectors, because this looks at every file of a dataset that is nothing else: 64 times 255 is less than a lane of 16 bits holds, and 32 less than one of 8.
        Vector128<ushort> sums = default;
        Vector128<sbyte> signs = default;
        foreach (Vector128<byte> piece in MemoryMarshal.Cast<byte, Vector128<byte>>(head[..length]))
        {
            sums += Vector128.WidenLower(piece) + Vector128.WidenUpper(piece);
            signs -= Vector128.LessThan(piece.AsSByte(), default);
        }

        int bytes = (int)Vector128.Sum(Vector128.WidenLower(sums) + Vector128.WidenUpper(sums));
        int negative = Vector128.Sum(Vector128.WidenLower(signs) + Vector128.WidenUpper(signs));
        ReadOnlySpan<byte> sum = head.Slice(sumAt, sumLength);
        foreach (byte value in sum)
        {
            bytes -= value;
            negative -= value >> 7;
        }

        long unsigned = bytes + (sumLength * ' '), signed = unsigned - (256 * negative);
        return IsWritten(sum, unsigned) || IsWritten(sum, signed);
    }

    /// <summary>Whether an HDF5 file begins after a block of its user, which has 512 bytes or a power of two more.</summary>
    public static bool HasHdf5(ReadOnlySpan<byte> bytes)
    {
        for (long at = 512; at < bytes.Length; at *= 2)
        {
            if (Of(bytes[(int)at..]) == FileKind.Hdf5)
            {
                return true;
            }
        }

        return false;
    }

    // Python and Perl pass over lines between digits. A field without a digit is zero to some.
    private static bool IsWritten(ReadOnlySpan<byte> field, long sum)
    {
        Span<byte> plain = stackalloc byte[field.Length];
        int count = 0;
        foreach (byte letter in field)
        {
            if (letter != '_')
            {
                plain[count++] = letter;
            }
        }

        return IsNumber(field, sum) || (count < field.Length && IsNumber(plain, sum)) || (sum == 0 && !field.ContainsAnyExcept(" \0"u8));
    }

    // Readers take all octal digits of the field, or those up to the first other byte, behind blanks or anything else, also behind a sign; Perl's takes hexadecimal digits behind an x as well, and GNU's what its first versions wrote in base 64
    // behind a sign. So any part of the field counts, but a single digit only in a field of nothing else: among bytes that mean something else there are many.
    private static bool IsNumber(ReadOnlySpan<byte> field, long sum)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(field[4..]) == sum)
        {
            return true;
        }

        sum = Math.Abs(sum);
        long all = 0;
        int count = 0, least = field.ContainsAnyExcept(OfNumber) ? 2 : 1;
        for (int start = 0; start < field.Length; start++)
        {
            (all, count) = IsDigit(field[start], 8) ? ((all * 8) + Digit(field[start]), count + 1) : (all, count);
            if (Begins(field[start..], 8, sum, least) || (field[start] is (byte)'x' or (byte)'X' && Begins(field[(start + 1)..], 16, sum, least))
                || (field[start] is (byte)'+' or (byte)'-' && Begins(field[(start + 1)..], 64, sum, least)))
            {
                return true;
            }
        }

        return all == sum && count >= least;
    }

    private static bool Begins(ReadOnlySpan<byte> digits, int radix, long number, int least)
    {
        long value = 0;
        for (int count = 0; count < digits.Length && IsDigit(digits[count], radix); count++)
        {
            value = (value * radix) + (radix == 64 ? Base64.IndexOf(digits[count]) : Digit(digits[count]));
            if (value == number && count + 1 >= least)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDigit(byte letter, int radix) => radix switch
    {
        8 => letter is >= (byte)'0' and <= (byte)'7',
        16 => char.IsAsciiHexDigit((char)letter),
        _ => Base64.Contains(letter),
    };

    private static int Digit(byte letter) => letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10;

    /// <summary>Whether a file may be a pickle without saying so in its first bytes.</summary>
    public static bool MayBePickle(CapturedFile file, ReadOnlySpan<byte> head) =>
        PickleExtensions.Contains(file.Extension) || (head.Length > 0 && file.Extension is not (".md" or ".txt" or ".json" or ".py")
            && OldPickleStart.Contains((char)head[0], StringComparison.Ordinal) && new PickleScan(head).Globals.Count > 0);

    /// <summary>Whether pickles usually have such a name.</summary>
    public static bool IsNamedLikePickle(CapturedFile file) => PickleExtensions.Contains(file.Extension);
}
