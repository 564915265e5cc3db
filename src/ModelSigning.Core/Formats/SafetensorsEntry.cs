using System.Buffers.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Formats;

/// <summary>One tensor's entry in a safetensors header: <c>dtype</c>, <c>shape</c> and <c>data_offsets</c>, and nothing else.</summary>
internal static class SafetensorsEntry
{
    // More dimensions than any framework has.
    private const int MaximumExtents = 256;

    // The format's data types and the bits of an element.
    private static readonly Dictionary<string, int> Bits = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 8,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["F4"] = 4,
        ["I16"] = 16,
        ["U16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["I32"] = 32,
        ["U32"] = 32,
        ["F32"] = 32,
        ["I64"] = 64,
        ["U64"] = 64,
        ["F64"] = 64,
        ["C64"] = 64,
    };

    public static Tensor Read(JsonSliceMember member, long dataOffset, string source)
    {
        ModelSigningException Refuse(string why) => SafetensorsFile.Invalid(source, $"the entry of the tensor '{member.Name}' {why}");
        if (Count(member.Value) != 3
            || !member.Value.TryGet("dtype", out JsonSlice type) || type.Kind != JsonValueKind.String
            || !member.Value.TryGet("shape", out JsonSlice shape) || !TryNumbers(shape, out long[] extents)
            || !member.Value.TryGet("data_offsets", out JsonSlice offsets) || !TryNumbers(offsets, out long[] bounds) || bounds.Length != 2)
        {
            throw Refuse("does not have exactly a dtype, a shape and two data_offsets");
        }

        if (!Bits.TryGetValue(type.Text(), out int bits))
        {
            throw Refuse($"has the unknown dtype '{type.Text()}'");
        }

        UInt128 size = (UInt128)bits;
        foreach (long extent in extents)
        {
            size *= (ulong)extent;
            if (size > long.MaxValue)
            {
                throw Refuse("has a shape that is too large for a file");
            }
        }

        long length = bounds[1] - bounds[0];
        return bounds[0] <= bounds[1] && bounds[1] <= long.MaxValue - dataOffset && size == (UInt128)(ulong)length * 8
            ? new Tensor(member.Name, type.Text(), extents, dataOffset + bounds[0], length)
            : throw Refuse(Invariant($"has the bytes {bounds[0]} to {bounds[1]} for {size} bits"));
    }

    private static int Count(JsonSlice entry)
    {
        int count = 0;
        foreach (JsonSliceMember _ in entry.Members)
        {
            count++;
        }

        return count;
    }

    private static bool TryNumbers(JsonSlice array, out long[] numbers)
    {
        numbers = [];
        if (array.Kind != JsonValueKind.Array)
        {
            return false;
        }

        List<long> found = [];
        foreach (JsonSlice item in array.Elements)
        {
            if (found.Count == MaximumExtents || item.Kind != JsonValueKind.Number
                || !Utf8Parser.TryParse(item.Utf8.Span, out long number, out int consumed) || consumed != item.Utf8.Length || number < 0)
            {
                return false;
            }

            found.Add(number);
        }

        numbers = [.. found];
        return true;
    }
}
