using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Loaded;

namespace ModelSigning.Core.Tests.Loaded;

public class LoadedTensorsReaderTests
{
    private const string Uuid = "00112233445566778899aabbccddeeff";
    private const string Tensor = """{"file":"a/m.safetensors","name":"w","type":"BF16","shape":[2,3],"memory":0,"offset":16,"length":12}""";

    private static readonly string Handle = new('a', 128);
    private static readonly string Memory = $$"""{"kind":"malloc","device":"{{Uuid}}","handle":"{{Handle}}","length":100}""";

    [Fact]
    public void A_list_is_read()
    {
        LoadedTensors list = Read(List());
        Assert.Equal(4242, list.Process);
        ExportedMemory memory = Assert.Single(list.Memory);
        Assert.Equal((Uuid, 100, 64), (memory.Device, memory.Length, memory.Handle.Length));
        LoadedTensor tensor = Assert.Single(list.Tensors);
        Assert.Equal(("a/m.safetensors", "w", "BF16", 0, 16, 12), (tensor.File, tensor.Name, tensor.Type, tensor.Memory, tensor.Offset, tensor.Length));
        Assert.Equal([2, 3], tensor.Shape);
    }

    public static TheoryData<string> Lies =>
    [
        "", "[]", "{}", "{", "null",
        List().Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal),
        List().Replace("\"version\":1", "\"version\":1.0", StringComparison.Ordinal),
        List().Replace("4242", "0", StringComparison.Ordinal),
        List().Replace("4242", "99999999999", StringComparison.Ordinal),
        List().Replace("\"version\"", "\"extra\":1,\"version\"", StringComparison.Ordinal),
        List().Replace("\"version\"", "\"version\":1,\"version\"", StringComparison.Ordinal),
        List(Memory + "," + Memory), // one allocation under two numbers
        List(Memory.Replace("malloc", "other", StringComparison.Ordinal)),
        List(Memory.Replace(Handle, Handle[1..], StringComparison.Ordinal)),
        List(Memory.Replace(Handle, Handle.ToUpperInvariant(), StringComparison.Ordinal)),
        List(Memory.Replace(Uuid, Uuid[1..], StringComparison.Ordinal)),
        List(Memory.Replace(":100", ":0", StringComparison.Ordinal)),
        List(Memory.Replace("\"length\"", "\"path\":\"/etc/passwd\",\"length\"", StringComparison.Ordinal)),
        List(Memory, Tensor + "," + Tensor), // twice
        List(Memory, Tensor + "," + Tensor.Replace("\"w\"", "\"v\"", StringComparison.Ordinal)), // the same bytes under two names
        List(Memory, Tensor + "," + Tensor.Replace("\"w\"", "\"v\"", StringComparison.Ordinal).Replace(":16", ":27", StringComparison.Ordinal)), // one byte in common
        List(Memory, Tensor.Replace("\"length\":12", "\"length\":85", StringComparison.Ordinal)), // beyond the memory
        List(Memory, Tensor.Replace("\"length\":12", "\"length\":9223372036854775807", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"length\":12", "\"length\":-1", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"offset\":16", "\"offset\":-16", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"memory\":0", "\"memory\":1", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"memory\":0", "\"memory\":-1", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("[2,3]", "[2,-3]", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("[2,3]", "6", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("a/m.", "../m.", StringComparison.Ordinal)), // foreign files
        List(Memory, Tensor.Replace("a/m.", "/etc/m.", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"w\"", "\"\"", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"w\"", "7", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"type\":\"BF16\",", "", StringComparison.Ordinal)),
        List(Memory, Tensor.Replace("\"type\"", "\"url\":\"x\",\"type\"", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Lies))]
    public void What_is_unknown_missing_or_could_be_two_things_is_refused(string text) =>
        Assert.Equal(LoadedErrors.LoadedListInvalid, Assert.Throws<ModelSigningException>(() => Read(text)).Definition);

    [Theory]
    [InlineData("virtual")]
    [InlineData("async")]
    [InlineData("managed")]
    public void Memory_that_has_no_handle_is_refused_by_its_name(string kind)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Read(List($$"""{"kind":"{{kind}}"}""", "")));
        Assert.Equal(LoadedErrors.LoadedMemoryKind, refusal.Definition);
        Assert.Contains(kind, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_not_there_is_refused() => Assert.Equal(
        LoadedErrors.LoadedListNotFound, Assert.Throws<ModelSigningException>(() => LoadedTensorsReader.Read("/nowhere/tensors.json", TestContext.Current.CancellationToken)).Definition);

    private static string List(string? memory = null, string tensors = Tensor) =>
        $$"""{"version":1,"process":4242,"memory":[{{memory ?? Memory}}],"tensors":[{{tensors}}]}""";

    private static LoadedTensors Read(string text) => LoadedTensorsReader.Read(Encoding.UTF8.GetBytes(text), "tensors.json", TestContext.Current.CancellationToken);
}
