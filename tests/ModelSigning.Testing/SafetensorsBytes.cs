using System.Buffers.Binary;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>Makes safetensors files.</summary>
public static class SafetensorsBytes
{
    /// <summary>A valid file of tensors that follow one another.</summary>
    public static byte[] Of(params (string Name, string Type, int[] Shape, int Length)[] tensors)
    {
        List<string> entries = [];
        int offset = 0;
        foreach ((string name, string type, int[] shape, int length) in tensors)
        {
            entries.Add($$"""
                "{{name}}":{"dtype":"{{type}}","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{offset}},{{offset + length}}]}
                """);
            offset += length;
        }

        return Of("{" + string.Join(',', entries) + "}", offset);
    }

    /// <summary>Any header, followed by as many bytes of data.</summary>
    public static byte[] Of(string header, int data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        new Random(5).NextBytes(file.AsSpan(8 + json.Length));
        return file;
    }
}
