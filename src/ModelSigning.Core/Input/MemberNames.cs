using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>
/// The names of the members that the open objects of a document have so far, to find one that comes twice. A table for each level of
/// nesting holds where in the text a name stands and nothing else, so that a name costs a few bytes however the document is made.
/// </summary>
/// <param name="utf8">The document: valid JSON as far as it has been read.</param>
internal sealed class MemberNames(ReadOnlyMemory<byte> utf8)
{
    private const int Smallest = 16;

    // A table that one object made larger is not kept for the next: clearing it would cost every small object what the largest did.
    private const int LargestKept = 64;

    private readonly List<Table> _tables = [];
    private byte[] _unescaped = [], _unescapedOther = [];

    /// <summary>How often two names were compared or a name was hashed: the work, which must grow as the document does.</summary>
    internal long Steps { get; private set; }

    /// <summary>How many members an open object has so far.</summary>
    public int Count(int depth) => _tables[depth].Count;

    /// <summary>Begins an object.</summary>
    /// <param name="depth">How many objects and arrays it stands in.</param>
    public void Open(int depth)
    {
        while (_tables.Count <= depth)
        {
            _tables.Add(new(new int[Smallest]));
        }

        Table table = _tables[depth];
        table.Count = 0;
        if (table.Slots.Length > LargestKept)
        {
            table.Slots = new int[Smallest];
        }
        else
        {
            Array.Clear(table.Slots);
        }
    }

    /// <summary>Adds a member's name.</summary>
    /// <param name="depth">How many objects and arrays its object stands in.</param>
    /// <param name="start">Where its first character stands in the text.</param>
    /// <returns>Whether the object has no member of this name yet, under any spelling.</returns>
    public bool Add(int depth, int start)
    {
        Table table = _tables[depth];
        if (4 * (table.Count + 1) > 3 * table.Slots.Length)
        {
            Grow(table);
        }

        if (!Place(table.Slots, start))
        {
            return false;
        }

        table.Count++;
        return true;
    }

    private void Grow(Table table)
    {
        int[] larger = new int[2 * table.Slots.Length];
        foreach (int start in table.Slots)
        {
            if (start != 0)
            {
                Place(larger, start);
            }
        }

        table.Slots = larger;
    }

    // No name stands at the text's first byte, so that 0 marks an empty slot.
    private bool Place(int[] slots, int start)
    {
        ReadOnlySpan<byte> name = Name(start, ref _unescaped);
        int at = Hash(name) & (slots.Length - 1);
        Steps++;
        for (; slots[at] != 0; at = (at + 1) & (slots.Length - 1))
        {
            Steps++;
            if (Name(slots[at], ref _unescapedOther).SequenceEqual(name))
            {
                return false;
            }
        }

        slots[at] = start;
        return true;
    }

    // The hash of strings, because it is keyed: nobody can choose names that meet in one slot.
    private static int Hash(ReadOnlySpan<byte> name) => HashCode.Combine(
        string.GetHashCode(MemoryMarshal.Cast<byte, char>(name), StringComparison.Ordinal), name.Length, name.IsEmpty ? 0 : name[^1]);

    private ReadOnlySpan<byte> Name(int start, ref byte[] buffer)
    {
        ReadOnlySpan<byte> text = utf8.Span[start..];
        int end = text.IndexOfAny((byte)'"', (byte)'\\');
        if (text[end] == (byte)'"')
        {
            return text[..end];
        }

        Utf8JsonReader reader = new(utf8.Span[(start - 1)..], isFinalBlock: false, default);
        reader.Read();
        if (buffer.Length < reader.ValueSpan.Length)
        {
            buffer = new byte[Math.Max(reader.ValueSpan.Length, 2 * buffer.Length)];
        }

        return buffer.AsSpan(0, reader.CopyString(buffer));
    }

    private sealed class Table(int[] slots)
    {
        public int[] Slots { get; set; } = slots;

        public int Count { get; set; }
    }
}
