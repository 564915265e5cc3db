using System.Buffers.Binary;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>Makes GGUF files, valid ones and others: what is added is written as it stands.</summary>
/// <param name="isBigEndian">Whether numbers have their most significant byte first.</param>
public sealed class GgufBytes(bool isBigEndian = false)
{
    private readonly List<byte> _values = [], _tensors = [];
    private ulong _valueCount, _tensorCount, _dataLength;

    /// <summary>The version that is written.</summary>
    public uint Version { get; init; } = 3;

    /// <summary>The number of tensors that is written; null for how many there are.</summary>
    public ulong? AnnouncedTensors { get; init; }

    /// <summary>The number of values that is written; null for how many there are.</summary>
    public ulong? AnnouncedValues { get; init; }

    /// <summary>Bytes of the type and the value that follow a key.</summary>
    public GgufBytes Raw(string key, uint type, params byte[] value)
    {
        Text(_values, key);
        Number(_values, type, 4);
        _values.AddRange(value);
        _valueCount++;
        return this;
    }

    /// <summary>A text.</summary>
    public GgufBytes Value(string key, string value) => Raw(key, 8, Encoded(value));

    /// <summary>A number of 32 bits.</summary>
    public GgufBytes Value(string key, uint value) => Raw(key, 4, Encoded(value, 4));

    /// <summary>A number of 64 bits.</summary>
    public GgufBytes Value(string key, ulong value) => Raw(key, 10, Encoded(value, 8));

    /// <summary>An array of texts.</summary>
    public GgufBytes Value(string key, params string[] values) =>
        Raw(key, 9, [.. Encoded(8, 4), .. Encoded((ulong)values.Length, 8), .. values.SelectMany(Encoded)]);

    /// <summary>A tensor behind those before it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The number of its type.</param>
    /// <param name="bytes">The bytes that it has.</param>
    /// <param name="lengths">Its dimensions, the fastest first.</param>
    public GgufBytes Tensor(string name, uint type, ulong bytes, params ulong[] lengths) => TensorAt(_dataLength, name, type, bytes, lengths);

    /// <summary>As <see cref="Tensor"/>, with an offset that may be wrong.</summary>
    public GgufBytes TensorAt(ulong offset, string name, uint type, ulong bytes, params ulong[] lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        Text(_tensors, name);
        Number(_tensors, (ulong)lengths.Length, 4);
        foreach (ulong length in lengths)
        {
            Number(_tensors, length, 8);
        }

        Number(_tensors, type, 4);
        Number(_tensors, offset, 8);
        _dataLength += (bytes + 31) / 32 * 32;
        _tensorCount++;
        return this;
    }

    /// <summary>A number's bytes.</summary>
    public byte[] Encoded(ulong value, int bytes)
    {
        byte[] all = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        byte[] some = all[..bytes];
        if (isBigEndian)
        {
            Array.Reverse(some);
        }

        return some;
    }

    /// <summary>A text's length and bytes.</summary>
    public byte[] Encoded(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. Encoded((ulong)bytes.Length, 8), .. bytes];
    }

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        byte[] header =
        [
            .. "GGUF"u8, .. Encoded(Version, 4), .. Encoded(AnnouncedTensors ?? _tensorCount, 8), .. Encoded(AnnouncedValues ?? _valueCount, 8),
            .. _values, .. _tensors,
        ];
        return [.. header, .. new byte[((header.Length + 31) / 32 * 32) - header.Length + (int)_dataLength]];
    }

    private void Number(List<byte> stream, ulong value, int bytes) => stream.AddRange(Encoded(value, bytes));

    private void Text(List<byte> stream, string text) => stream.AddRange(Encoded(text));
}
