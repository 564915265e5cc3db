using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Formats;

public class GgufTests
{
    private static GgufHeader Read(byte[] file) => GgufHeader.Read(new MemoryStream(file), file.Length, "m.gguf");

    private static GgufBytes Usual(bool isBigEndian = false, uint version = 3) => new GgufBytes(isBigEndian) { Version = version }
        .Value("general.architecture", "llama").Value("llama.context_length", 8192U).Value("tokenizer.ggml.tokens", "a", "b")
        .Tensor("token_embd.weight", 12, 288, 256, 2).Tensor("norm", 0, 12, 3);

    private static void Refused(ErrorDefinition definition, byte[] file, string why)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Read(file));
        Assert.Equal(definition, refusal.Definition);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2U)]
    [InlineData(false, 3U)]
    [InlineData(true, 3U)]
    public void Metadata_and_tensors_are_read_in_either_byte_order(bool isBigEndian, uint version)
    {
        byte[] file = Usual(isBigEndian, version).ToArray();
        GgufHeader header = Read(file);
        Assert.Equal((isBigEndian, (int)version, 32), (header.IsBigEndian, header.Version, header.Alignment));
        Assert.Equal("llama", header.Metadata["general.architecture"].Value);
        Assert.Equal(8192UL, header.Metadata["llama.context_length"].Value);
        GgufArray tokens = Assert.IsType<GgufArray>(header.Metadata["tokenizer.ggml.tokens"].Value);
        Assert.Equal(("string", 2L), (tokens.ElementType, tokens.Count));
        Assert.Equal(["a", "b"], tokens.First);
        Assert.Equal(
            [("token_embd.weight", "Q4_K", "2,256", header.DataOffset, 288L), ("norm", "F32", "3", header.DataOffset + 288, 12L)],
            header.Tensors.Select(tensor => (tensor.Name, tensor.Type, string.Join(',', tensor.Shape), tensor.Offset, tensor.Length)));
        Assert.Equal(file.Length, header.Tensors[1].Offset + 32);
    }

    [Fact]
    public void A_text_with_a_zero_byte_is_refused_because_ggml_reads_it_to_there()
    {
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Value("general.alignment\0", 8U).ToArray(), "zero byte");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Value("general.license", "mit\0proprietary").ToArray(), "zero byte");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Tensor("norm\0", 0, 12, 3).ToArray(), "zero byte");
        // A token of a vocabulary is looked up by its length.
        Assert.Equal(["\0", "a"], Assert.IsType<GgufArray>(Read(new GgufBytes().Value("tokenizer.ggml.tokens", "\0", "a").ToArray()).Metadata["tokenizer.ggml.tokens"].Value).First);
    }

    [Fact]
    public void A_long_array_keeps_its_first_elements_and_the_digest_of_all()
    {
        string[] tokens = [.. Enumerable.Range(0, 1000).Select(index => $"t{index}")];
        GgufArray first = (GgufArray)Read(new GgufBytes().Value("t", tokens).ToArray()).Metadata["t"].Value;
        tokens[999] = "other";
        GgufArray second = (GgufArray)Read(new GgufBytes().Value("t", tokens).ToArray()).Metadata["t"].Value;
        Assert.Equal(1000, first.Count);
        Assert.Equal(GgufArray.MostKept, first.First.Count);
        Assert.Equal(first.First, second.First);
        Assert.NotEqual(first.Digest, second.Digest);
    }

    [Fact]
    public void Numbers_that_no_header_can_have_are_refused_before_anything_is_allocated()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(FormatErrors.GgufTooLarge, new GgufBytes { AnnouncedTensors = ulong.MaxValue }.ToArray(), "tensors");
        Refused(FormatErrors.GgufTooLarge, new GgufBytes { AnnouncedValues = 1UL << 40 }.ToArray(), "values");
        GgufBytes hostile = new();
        Refused(FormatErrors.GgufInvalid, hostile.Raw("a", 9, [.. hostile.Encoded(0, 4), .. hostile.Encoded(ulong.MaxValue, 8)]).ToArray(), "elements");
        hostile = new();
        Refused(FormatErrors.GgufInvalid, hostile.Raw("a", 8, hostile.Encoded(1000, 8)).ToArray(), "announced");
        hostile = new();
        Refused(FormatErrors.GgufTooLarge, hostile.Raw("a", 8, hostile.Encoded(ulong.MaxValue, 8)).ToArray(), "text");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void Arrays_that_nest_without_end_are_refused()
    {
        GgufBytes file = new();
        Refused(FormatErrors.GgufTooLarge, file.Raw("a", 9, [.. Enumerable.Repeat((byte[])[.. file.Encoded(9, 4), .. file.Encoded(1, 8)], 5000).SelectMany(one => one)]).ToArray(), "levels");
    }

    [Fact]
    public void What_breaks_the_format_is_refused_with_its_reason()
    {
        byte[] usual = Usual().ToArray();
        Refused(FormatErrors.GgufInvalid, [.. "GGUX"u8, .. usual[4..]], "begin");
        Refused(FormatErrors.GgufInvalid, usual[..40], "");
        Refused(FormatErrors.GgufInvalid, usual[..^64], "ends after");
        Refused(FormatErrors.GgufInvalid, [.. usual, 0], "follow the last tensor");
        Refused(FormatErrors.GgufNotSupported, new GgufBytes { Version = 1 }.ToArray(), "version 1");
        Refused(FormatErrors.GgufNotSupported, new GgufBytes { Version = 4 }.ToArray(), "version 4");
        Refused(FormatErrors.GgufNotSupported, new GgufBytes().Tensor("t", 31, 32, 32).ToArray(), "31");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Value("a", 1U).Value("a", 2U).ToArray(), "twice");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Tensor("t", 0, 4, 1).Tensor("t", 0, 4, 1).ToArray(), "twice");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Raw("a", 13, 0).ToArray(), "type 13");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Raw("a", 7, 2).ToArray(), "bool");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Raw("a", 8, [.. new GgufBytes().Encoded(1, 8), 0xFF]).ToArray(), "UTF-8");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Value("general.alignment", 12U).ToArray(), "alignment");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().TensorAt(0, "a", 0, 4, 1).TensorAt(0, "b", 0, 4, 1).ToArray(), "offset");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Tensor("t", 0, 4, 1, 1, 1, 1, 1).ToArray(), "dimensions");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Tensor("t", 0, 4, 1UL << 32, 1UL << 32, 1UL << 32, 1UL << 32).ToArray(), "elements");
        Refused(FormatErrors.GgufInvalid, new GgufBytes().Tensor("t", 12, 144, 255).ToArray(), "255");
    }

    [Fact]
    public void A_stream_that_ends_before_its_length_is_refused()
    {
        byte[] file = Usual().ToArray();
        Assert.Equal(FormatErrors.GgufInvalid, Assert.Throws<ModelSigningException>(() => GgufHeader.Read(new MemoryStream(file[..100]), file.Length, "m")).Definition);
    }
}
