using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests.Input;

/// <summary>The examples of RFC 6901, section 5, and what is not a pointer.</summary>
public class JsonPointerTests
{
    private const string Document = """
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """;

    private static readonly InputRules Rules = new("document", 1000, new ErrorDefinition("Test", ErrorKind.InvalidData, "A.", "B."));

    [Theory]
    [InlineData("/foo", "[\"bar\",\"baz\"]")]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/foo/1", "\"baz\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/foo/2", null)]
    [InlineData("/foo/-", null)]
    [InlineData("/foo/01", null)]
    [InlineData("/foo/+1", null)]
    [InlineData("/foo/99999999999", null)]
    [InlineData("/foo/0/x", null)]
    [InlineData("/Foo", null)]
    public void A_pointer_leads_to_one_value_or_to_none(string path, string? value)
    {
        JsonSlice found = JsonPointer.Parse(path)!.Find(StrictJson.Read(Encoding.UTF8.GetBytes(Document), "document", Rules));
        Assert.Equal(value, found.Kind == JsonValueKind.Undefined ? null : Encoding.UTF8.GetString(found.Utf8.Span));
    }

    [Fact]
    public void An_empty_pointer_is_the_whole_document() =>
        Assert.Equal(JsonValueKind.Object, JsonPointer.Parse("")!.Find(StrictJson.Read(Encoding.UTF8.GetBytes(Document), "document", Rules)).Kind);

    [Theory]
    [InlineData("foo")]
    [InlineData("#/foo")]
    [InlineData("/a~")]
    [InlineData("/a~2b")]
    public void A_text_that_is_no_pointer_is_none(string text) => Assert.Null(JsonPointer.Parse(text));
}
