namespace ModelSigning.Fuzz;

/// <summary>What an edit does to an input.</summary>
internal enum EditKind
{
    FlipBit,
    SetByte,
    Cut,
    CutEnd,
    Insert,
    Repeat,

    /// <summary>A member of a JSON object a second time, perhaps elsewhere.</summary>
    RepeatMember,

    /// <summary>An ASN.1 element's length byte becomes another one's.</summary>
    SwapLengths,

    /// <summary>Something that decides in one of the formats, in the place of what is there.</summary>
    Word,

    /// <summary>The next edit is made inside a base64 text, which stays one.</summary>
    InsideBase64,
}

/// <summary>One change of an input. Every value of every member is an edit of every input, so that a failure shrinks to few of them.</summary>
internal readonly record struct Edit(EditKind Kind, uint At, uint Other, byte Value)
{
    private static readonly byte[][] Words =
    [
        "null"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "-1"u8.ToArray(), "9223372036854775808"u8.ToArray(), "1e999"u8.ToArray(), "\"\""u8.ToArray(), "\\ud800"u8.ToArray(),
        "\\u0000"u8.ToArray(), "%"u8.ToArray(), "%00"u8.ToArray(), "\n\n"u8.ToArray(), "\r"u8.ToArray(), "="u8.ToArray(), [0xFF], [0xC0, 0x80], [0x30, 0x80], [0x00, 0x00],
        [0x84, 0x7F, 0xFF, 0xFF, 0xFF], [0x02, 0x01, 0x80], [0x05, 0x00], [0x06, 0x00], "9999-12-31T23:59:59Z"u8.ToArray(), "0000-00-00T00:00:00Z"u8.ToArray(),
    ];

    /// <summary>Makes edits one after another.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> input, ReadOnlySpan<Edit> edits)
    {
        byte[] current = input.ToArray();
        for (int i = 0; i < edits.Length; i++)
        {
            if (edits[i].Kind != EditKind.InsideBase64)
            {
                current = edits[i].Make(current);
            }
            else if (++i < edits.Length)
            {
                current = Base64Run.Edit(current, edits[i - 1].At, edits[i]);
            }
        }

        return current;
    }

    internal byte[] Make(byte[] input)
    {
        if (input.Length == 0)
        {
            return [Value];
        }

        int at = (int)(At % (uint)input.Length), other = (int)(Other % (uint)input.Length);
        ReadOnlySpan<byte> before = input.AsSpan(0, at), after = input.AsSpan(at);
        int length = Math.Min(1 + (int)(Other % 64), after.Length);
        return Kind switch
        {
            EditKind.FlipBit => Set(input, at, (byte)(input[at] ^ (1 << (Value % 8)))),
            EditKind.SetByte => Set(input, at, Value),
            EditKind.Cut => [.. before, .. after[length..]],
            EditKind.CutEnd => [.. before],
            EditKind.Insert => [.. before, Value, .. after],
            EditKind.Repeat => [.. before, .. after[..length], .. after],
            EditKind.RepeatMember => RepeatMember(input, at, other),
            EditKind.SwapLengths => Set(input, at, input[other]),
            _ => [.. before, .. Words[Value % Words.Length], .. after[Math.Min((int)(Other % 8), after.Length)..]],
        };
    }

    private static byte[] Set(byte[] input, int at, byte value)
    {
        byte[] changed = [.. input];
        changed[at] = value;
        return changed;
    }

    private static byte[] RepeatMember(byte[] input, int at, int other)
    {
        int start = input.AsSpan(at).IndexOf((byte)'"'), brace = input.AsSpan(other).IndexOf((byte)'{');
        if (start < 0 || brace < 0)
        {
            return input;
        }

        ReadOnlySpan<byte> member = input.AsSpan(at + start);
        int end = member.IndexOfAny((byte)',', (byte)'}');
        int target = other + brace + 1;
        return end < 0 ? input : [.. input.AsSpan(0, target), .. member[..end], (byte)',', .. input.AsSpan(target)];
    }
}
