using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests.Input;

public class StrictJsonTests
{
    private static readonly ErrorDefinition Malformed = new("TestMalformed", ErrorKind.InvalidData, "Malformed.", "None.");

    private static readonly InputRules Rules = new("document", 64 * 1024 * 1024, Malformed)
    {
        DuplicateMember = new("TestDuplicate", ErrorKind.InvalidData, "Duplicate.", "None."),
        TooLarge = new("TestTooLarge", ErrorKind.InvalidData, "Too large.", "None."),
        MaximumMembers = 1_000_000,
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Members(int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(index => string.Create(CultureInfo.InvariantCulture, $"\"{index:x}\":0")));

    [Fact]
    public void One_large_object_and_many_small_ones_cost_twice_as_much_when_they_are_twice_as_many()
    {
        static long Steps(int count) => StrictJson.CountSteps(
            Bytes($"{{\"x\":[{{{Members(count)}}},{string.Join(',', Enumerable.Repeat("{\"\":0}", count))}]}}"), Rules);
        long once = Steps(20_000), twice = Steps(40_000);
        Assert.InRange(once, 40_000, 400_000);
        Assert.InRange(twice, once, 2.5 * once);
    }

    [Theory]
    [InlineData("{}/*")]
    [InlineData("{}/* never closed\n, {}")]
    [InlineData("{/*")]
    [InlineData("{}/")]
    public void A_comment_without_an_end_is_malformed(string text) =>
        Assert.Equal(Malformed, Assert.Throws<ModelSigningException>(
            () => StrictJson.Parse(Bytes(text), "test", Rules with { AcceptsComments = true }).Dispose()).Definition);

    [Fact]
    public void Finding_equal_members_takes_a_few_bytes_for_each()
    {
        static long Cost(int count)
        {
            byte[] document = Bytes($"{{{Members(count)}}}");
            long before = GC.GetAllocatedBytesForCurrentThread();
            StrictJson.Read(document, "test", Rules);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Cost(10);
        Assert.InRange(Cost(200_000), 0, 200_000 * 24);
        Assert.InRange(Cost(400_000), 0, 400_000 * 24);
    }

    [Fact]
    public void An_object_of_more_members_than_the_rules_allow_is_refused()
    {
        InputRules rules = Rules with { MaximumMembers = 100 };
        Assert.Equal(JsonValueKind.Object, StrictJson.Read(Bytes($"{{{Members(100)}}}"), "test", rules).Kind);
        Assert.Equal(rules.TooLarge, Assert.Throws<ModelSigningException>(() => StrictJson.Read(Bytes($"{{{Members(101)}}}"), "test", rules)).Definition);
    }

    [Fact]
    public void Small_objects_cost_nothing_each()
    {
        byte[] document = Bytes($"{{\"x\":[{string.Join(',', Enumerable.Repeat("{\"name\":0,\"digest\":1,\"algorithm\":2}", 50_000))}]}}");
        StrictJson.Read(document, "test", Rules);
        long before = GC.GetAllocatedBytesForCurrentThread();
        StrictJson.Read(document, "test", Rules);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024);
    }

    [Theory]
    [InlineData("\"a\":1,\"a\":2")]
    [InlineData("\"a\":1,\"\\u0061\":2")]
    [InlineData("\"\\u0061\":1,\"a\":2")]
    [InlineData("\"\\u0061\":1,\"\\u0061\":2")]
    [InlineData("\"\\ud83d\\ude00\":1,\"😀\":2")]
    [InlineData("\"\":1,\"\":2")]
    [InlineData("\"\\\"\":1,\"\\u0022\":2")]
    [InlineData("\"/\":1,\"\\/\":2")]
    public void Equal_members_are_found_under_every_spelling_and_among_many(string members)
    {
        string many = Members(1000);
        foreach (string text in (string[])[$"{{{members}}}", $"{{{many},{members}}}", $"{{{members},{many}}}", $"{{\"x\":[{{{many}}},{{{members}}}]}}"])
        {
            Assert.Equal(Rules.DuplicateMember, Assert.Throws<ModelSigningException>(() => StrictJson.Read(Bytes(text), "test", Rules)).Definition);
            Assert.Equal(Rules.DuplicateMember, Assert.Throws<ModelSigningException>(() => StrictJson.Parse(Bytes(text), "test", Rules)).Definition);
        }
    }

    [Theory]
    [InlineData("{\"a\":1,\"A\":2}")]
    [InlineData("{\"e\\u0301\":1,\"\\u00e9\":2}")]
    [InlineData("{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}},\"b\":{\"a\":1}}")]
    public void Members_that_differ_are_not_duplicates(string text) => Assert.Equal(JsonValueKind.Object, StrictJson.Read(Bytes(text), "test", Rules).Kind);

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800x\"")]
    [InlineData("\"\\ud800\\n\"")]
    [InlineData("\"\\ud800\\ud800\"")]
    [InlineData("\"\\ud800\\u0041\"")]
    [InlineData("\"x\\\\\\udc00\"")]
    public void Half_a_character_is_refused(string text)
    {
        Assert.Equal(Malformed, Assert.Throws<ModelSigningException>(() => StrictJson.Read(Bytes($"{{\"a\":{text}}}"), "test", Rules)).Definition);
        Assert.Equal(Malformed, Assert.Throws<ModelSigningException>(() => StrictJson.Read(Bytes($"{{{text}:1}}"), "test", Rules)).Definition);
    }

    [Theory]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"\\\\ud800\"", "\\ud800")]
    [InlineData("\"\\uD83D\\uDE00\\ud83d\\ude00\\\\\"", "😀😀\\")]
    public void Whole_characters_are_read(string text, string expected)
    {
        Assert.True(StrictJson.Read(Bytes($"{{\"a\":{text}}}"), "test", Rules).TryGet("a", out JsonSlice value));
        Assert.Equal(expected, value.Text());
        Assert.True(value.TextEquals(expected));
    }

    [Fact]
    public void A_document_of_more_values_than_its_length_allows_is_not_stored()
    {
        byte[] document = Bytes($"{{\"x\":[{string.Concat(Enumerable.Repeat("[],", 100_000))}0]}}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Rules.TooLarge, Assert.Throws<ModelSigningException>(() => StrictJson.Parse(document, "test", Rules)).Definition);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        StrictJson.Parse(Bytes($"{{\"x\":[{string.Concat(Enumerable.Repeat("[],", 1_000))}0]}}"), "test", Rules).Dispose();
    }

    [Fact]
    public void A_member_of_a_very_long_name_is_refused() => Assert.Equal(Rules.TooLarge, Assert.Throws<ModelSigningException>(() =>
        StrictJson.Read(Bytes($"{{\"{new string('a', StrictJson.MaximumNameLength + 1)}\":1}}"), "test", Rules)).Definition);

    [Fact]
    public void Reading_asks_whether_it_was_cancelled()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        byte[] document = Bytes($"{{{Members(10_000)}}}");
        Assert.Throws<OperationCanceledException>(() => StrictJson.Read(document, "test", Rules, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => StrictJson.Parse(document, "test", Rules, cancelled.Token));
    }

    [Theory]
    [InlineData("\"name\"", "name", "nam")]
    [InlineData("\"n\\u0061me\"", "name", "n\\u0061me")]
    [InlineData("\"\"", "", "a")]
    [InlineData("\"é\"", "é", "e")]
    [InlineData("\"\\u00e9\"", "é", "\\u00e9")]
    [InlineData("\"a\\\\b\"", "a\\b", "a\\\\b")]
    [InlineData("\"\uD83D\uDE00\"", "\uD83D\uDE00", "\uD83D")]
    public void A_text_is_what_it_says_with_and_without_escapes(string json, string text, string other)
    {
        Assert.True(StrictJson.Read(Bytes($"{{\"a\":{json}}}"), "test", Rules).TryGet("a", out JsonSlice value));
        Assert.Equal(text, value.Text());
        Assert.True(value.TextEquals(text));
        Assert.False(value.TextEquals(other));
        Assert.False(value.TextEquals(text + "x"));
        JsonSlice root = StrictJson.Read(Bytes($"{{{json}:1}}"), "test", Rules);
        Assert.True(root.TryGet(text, out _));
        Assert.False(root.TryGet(other, out _));
    }

    [Fact]
    public void A_slice_finds_members_and_elements_where_the_text_has_them()
    {
        JsonSlice root = StrictJson.Read(Bytes(" { \"a\" : [ 1 , {\"x\":[]} , \"t\" ] , \"\\u0062\" : { } } "), "test", Rules);
        Assert.True(root.TryGet("a", out JsonSlice array));
        List<string> elements = [];
        foreach (JsonSlice element in array.Elements)
        {
            elements.Add(Encoding.UTF8.GetString(element.Utf8.Span));
        }

        Assert.Equal(["1", "{\"x\":[]}", "\"t\""], elements);
        Assert.True(root.TryGet("b", out JsonSlice empty));
        Assert.Equal(JsonValueKind.Object, empty.Kind);
        Assert.False(empty.Members.MoveNext());
        Assert.False(array.TryGet("x", out _));
        Assert.False(root.TryGet("c", out JsonSlice none));
        Assert.Equal(JsonValueKind.Undefined, none.Kind);
    }
}
