using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelSigning.Core.Boms;

/// <summary>Writes bills of materials. The same subject gives the same bytes: its number is made of its content.</summary>
internal static class BomWriter
{
    /// <summary>Writes a bill of materials.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="write">Writes the format, given the number of the document.</param>
    public static string Write(BomSubject subject, Action<BomSubject, Guid, Utf8JsonWriter> write)
    {
        ReadOnlySpan<byte> digest = SHA256.HashData(Bytes(subject, Guid.Empty, write));
        Span<byte> number = stackalloc byte[16];
        digest[..16].CopyTo(number);

        // RFC 9562, version 8: a number of one's own making.
        number[6] = (byte)((number[6] & 0x0F) | 0x80);
        number[8] = (byte)((number[8] & 0x3F) | 0x80);
        return Encoding.UTF8.GetString(Bytes(subject, new(number, bigEndian: true), write));
    }

    private static byte[] Bytes(BomSubject subject, Guid number, Action<BomSubject, Guid, Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new() { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            write(subject, number, writer);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A member, unless there is nothing to write.</summary>
    public static void Member(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    /// <summary>A member that is an object.</summary>
    public static void Object(this Utf8JsonWriter writer, string name, Action members)
    {
        writer.WriteStartObject(name);
        members();
        writer.WriteEndObject();
    }

    /// <summary>A member that is a list of objects, unless there are none.</summary>
    public static void Objects<T>(this Utf8JsonWriter writer, string name, IReadOnlyCollection<T> items, Action<T> members)
    {
        if (items.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (T item in items)
        {
            writer.WriteStartObject();
            members(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A member that is a list of texts, unless there are none.</summary>
    public static void Texts(this Utf8JsonWriter writer, string name, IReadOnlyCollection<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (string item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }

    /// <summary>The address of a file beside the document.</summary>
    public static string Address(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
