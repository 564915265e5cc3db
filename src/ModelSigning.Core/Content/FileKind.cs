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
    private static readonly HashSet<string> PickleExtensions = new(StringComparer.Ordinal)
        { ".pkl", ".pickle", ".bin", ".pt", ".pth", ".ckpt", ".joblib", ".dill", ".mar", ".npy" };

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
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => FileKind.Gguf,
        [_, _, _, _, _, _, _, _, (byte)'{', ..] => FileKind.Safetensors,
        [(byte)'{' or (byte)'[', ..] => FileKind.Json,
        _ => IsTar(head) ? FileKind.Tar : FileKind.Other,
    };

    /// <summary>
    /// Whether bytes begin like a tar archive: the sum of the header's bytes stands in it, its own field taken as spaces; the oldest archives have nothing else that tells
    /// them. Readers accept a sum of bytes with or without a sign, in octal, which some read up to the first zero, or in base 256.
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
        int zero = sum.IndexOf((byte)0);
        ReadOnlySpan<long> written = [Octal(sum), Octal(zero < 0 ? sum : sum[..zero]), BinaryPrimitives.ReadInt32BigEndian(sum[4..])];
        return written.Contains(unsigned) || written.Contains(signed);
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

    private static long Octal(ReadOnlySpan<byte> digits)
    {
        long value = 0;
        foreach (byte digit in digits)
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + (digit - '0') : value;
        }

        return value;
    }

    /// <summary>Whether a file may be a pickle without saying so in its first bytes.</summary>
    public static bool MayBePickle(CapturedFile file, ReadOnlySpan<byte> head) =>
        PickleExtensions.Contains(file.Extension) || (head.Length > 0 && file.Extension is not (".md" or ".txt" or ".json" or ".py")
            && OldPickleStart.Contains((char)head[0], StringComparison.Ordinal) && new PickleScan(head).Globals.Count > 0);

    /// <summary>Whether pickles usually have such a name.</summary>
    public static bool IsNamedLikePickle(CapturedFile file) => PickleExtensions.Contains(file.Extension);
}
