using System.Buffers.Binary;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>A message of Protocol Buffers without its schema: what a field holds is what its reader asks for.</summary>
public sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    /// <summary>Reads a message.</summary>
    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            ulong tag = Varint(bytes.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Add(tag, Varint(bytes.Span, ref at), default);
                    break;
                case 1:
                    Add(tag, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), default);
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(bytes.Span, ref at);
                    Add(tag, 0, bytes.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    Add(tag, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), default);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"A field has the wire type {tag & 7}.");
            }
        }
    }

    /// <summary>All messages in a field.</summary>
    public IReadOnlyList<ProtoMessage> Messages(int field) => [.. _fields.Where(one => one.Field == field).Select(one => new ProtoMessage(one.Bytes))];

    /// <summary>The only message in a field.</summary>
    public ProtoMessage Message(int field) => Messages(field).Single();

    /// <summary>The text in a field; null when it is not there.</summary>
    public string? Text(int field) => Bytes(field) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>The bytes in a field; null when it is not there.</summary>
    public ReadOnlyMemory<byte>? Bytes(int field) => _fields.Where(one => one.Field == field).Select(one => (ReadOnlyMemory<byte>?)one.Bytes).SingleOrDefault();

    /// <summary>The number in a field; null when it is not there.</summary>
    public ulong? Number(int field) => _fields.Where(one => one.Field == field).Select(one => (ulong?)one.Number).SingleOrDefault();

    private void Add(ulong tag, ulong number, ReadOnlyMemory<byte> bytes) => _fields.Add(((int)(tag >> 3), number, bytes));

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if ((one & 0x80) == 0)
            {
                return value;
            }
        }
    }
}
