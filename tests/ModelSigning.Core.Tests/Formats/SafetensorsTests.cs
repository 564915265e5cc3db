using System.Buffers.Binary;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Formats;

public class SafetensorsTests
{
    [Fact]
    public void The_tensors_of_a_file_are_found_with_their_places_in_it()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = SafetensorsBytes.Of("""{"b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  """, 16);
        SafetensorsFile file = SafetensorsFile.Read(folder.Write("m.safetensors", bytes));
        Assert.Equal(bytes.Length - 16, file.DataOffset);
        Assert.Equal([("a", file.DataOffset, 4L), ("b", file.DataOffset + 4, 12L)], file.Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.Length)));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6, "overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}""", 9, "gap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""", 5, "gap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 5, "end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 3, "end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,4]}}""", 4, "bits")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", 4, "bits")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1}}""", 4, "exactly")]
    [InlineData("""{"a":{"dtype":"U9","shape":[4],"data_offsets":[0,4]}}""", 4, "U9")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4000000000,4000000000],"data_offsets":[0,4]}}""", 4, "shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", 4, "")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "__metadata__")]
    [InlineData(""" {}""", 0, "'{'")]
    [InlineData("""[]""", 0, "'{'")]
    [InlineData("""{"a":""", 0, "")]
    public void A_header_that_breaks_the_rules_is_refused(string header, int data, string why)
    {
        byte[] file = SafetensorsBytes.Of(header, data);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => SafetensorsFile.Parse(file, file.Length, "bad.safetensors"));
        Assert.Equal(FormatErrors.SafetensorsInvalid, refusal.Definition);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(11UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_beyond_the_file_or_the_bound_is_refused_before_anything_is_allocated(ulong length)
    {
        byte[] file = new byte[18];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        using TemporaryFolder folder = new();
        string path = folder.Write("bad.safetensors", file);
        Assert.Equal(FormatErrors.SafetensorsInvalid, Assert.Throws<ModelSigningException>(() => SafetensorsFile.Read(path)).Definition);
        Assert.Equal(FormatErrors.SafetensorsInvalid, Assert.Throws<ModelSigningException>(() => SafetensorsFile.Parse(file, file.Length, "x")).Definition);
    }

    [Fact]
    public void A_file_shorter_than_its_prefix_or_not_there_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("short", new byte[7]);
        Assert.Equal(FormatErrors.SafetensorsInvalid, Assert.Throws<ModelSigningException>(() => SafetensorsFile.Read(path)).Definition);
        Assert.Equal(FormatErrors.SafetensorsInvalid, Assert.Throws<ModelSigningException>(() => SafetensorsFile.Read(folder["none"])).Definition);
    }

    [Theory]
    [InlineData("\"a\":[", "[],", "0]")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[", "0,", "0],\"data_offsets\":[0,0]}")]
    [InlineData("\"__metadata__\":{\"x\":[", "0,", "0]}")]
    public void A_header_of_many_values_costs_no_memory_beside_itself(string start, string filler, string end)
    {
        byte[] file = SafetensorsBytes.Of($"{{{start}{string.Concat(Enumerable.Repeat(filler, 1_000_000))}{end}}}", 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelSigningException>(() => SafetensorsFile.Parse(file, file.Length, "bad.safetensors"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }
}
