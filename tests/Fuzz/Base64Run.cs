using System.Text;

namespace ModelSigning.Fuzz;

/// <summary>Edits what a base64 text inside an input says: a certificate in a JSON document, a key in PEM, the claims of a token.</summary>
internal static class Base64Run
{
    private const int Shortest = 24;

    /// <summary>Edits one run of base64; an input without one is edited as it is.</summary>
    public static byte[] Edit(byte[] input, uint which, Edit edit)
    {
        List<Range> runs = Find(input);
        if (runs.Count == 0)
        {
            return edit.Make(input);
        }

        (int start, int length) = runs[(int)(which % (uint)runs.Count)].GetOffsetAndLength(input.Length);
        string text = Encoding.ASCII.GetString(input, start, length);
        string standard = text.Replace("\n", "", StringComparison.Ordinal).Replace('-', '+').Replace('_', '/').TrimEnd('=');
        byte[] decoded = new byte[standard.Length];
        if (!Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), decoded, out int count))
        {
            return edit.Make(input);
        }

        string edited = Convert.ToBase64String(edit.Make(decoded[..count]));
        if (text.AsSpan().IndexOfAny("+/=") < 0)
        {
            edited = edited.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }

        return [.. input.AsSpan(0, start), .. Encoding.ASCII.GetBytes(edited), .. input.AsSpan(start + length)];
    }

    private static List<Range> Find(byte[] input)
    {
        List<Range> runs = [];
        int start = 0;
        for (int i = 0; i <= input.Length; i++)
        {
            if (i < input.Length && (char.IsAsciiLetterOrDigit((char)input[i]) || "+/-_=\n".Contains((char)input[i], StringComparison.Ordinal)))
            {
                continue;
            }

            if (i - start >= Shortest)
            {
                runs.Add(Trim(input, start, i));
            }

            start = i + 1;
        }

        return runs;
    }

    // The dashes and the line ends around the base64 of PEM are not of it.
    private static Range Trim(byte[] input, int start, int end)
    {
        while (start < end && input[start] is (byte)'-' or (byte)'\n')
        {
            start++;
        }

        while (end > start && input[end - 1] is (byte)'-' or (byte)'\n')
        {
            end--;
        }

        return start..end;
    }
}
