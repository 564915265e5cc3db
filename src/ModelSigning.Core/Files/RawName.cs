using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelSigning.Core.Files;

/// <summary>
/// Names as a file system has them: any bytes on Unix, any UTF-16 units on Windows. Such a name can be recorded and opened by its text only if
/// it is valid Unicode; .NET reads
/// everything else as U+FFFD, which is the name of another file.
/// </summary>
internal static class RawName
{
    /// <summary>What .NET reads in place of bytes that are not UTF-8.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>Whether a text has no half of a surrogate pair alone, so that it has a UTF-8 form.</summary>
    public static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and int at)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out int consumed) != OperationStatus.Done)
            {
                return false;
            }

            text = text[(at + consumed)..];
        }

        return true;
    }

    /// <summary>Spells a name for people, with <c>\xFF</c> for each byte that is not UTF-8. It opens nothing.</summary>
    public static string Spell(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new();
        while (name.Length > 0)
        {
            bool valid = Rune.DecodeFromUtf8(name, out Rune rune, out int consumed) == OperationStatus.Done;
            if (valid)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte one in name[..consumed])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{one:X2}");
                }
            }

            name = name[consumed..];
        }

        return text.ToString();
    }

    /// <summary>Spells a name for people, with <c>\uD800</c> for each half of a surrogate pair. It opens nothing.</summary>
    public static string Spell(ReadOnlySpan<char> name)
    {
        StringBuilder text = new();
        while (name.Length > 0)
        {
            bool valid = Rune.DecodeFromUtf16(name, out Rune rune, out int consumed) == OperationStatus.Done;
            text.Append(valid ? rune.ToString() : Invariant($"\\u{(int)name[0]:X4}"));
            name = name[consumed..];
        }

        return text.ToString();
    }
}
