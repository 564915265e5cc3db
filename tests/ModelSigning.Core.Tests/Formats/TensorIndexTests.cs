using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;

namespace ModelSigning.Core.Tests.Formats;

public class TensorIndexTests
{
    private static TensorIndex Read(string text) => TensorIndex.Read(Encoding.UTF8.GetBytes(text), "model.safetensors.index.json");

    private static Dictionary<string, IReadOnlyList<Tensor>> Shards(params (string Shard, string Tensor)[] tensors) => tensors
        .GroupBy(one => one.Shard).ToDictionary(shard => shard.Key, shard => (IReadOnlyList<Tensor>)[.. shard.Select(one => new Tensor(one.Tensor, "U8", [1], 0, 1))]);

    [Fact]
    public void The_shards_and_the_totals_are_read_as_they_stand()
    {
        TensorIndex index = Read("""{"metadata":{"total_size":16.0,"total_parameters":8},"weight_map":{"b":"2.safetensors","a":"1.safetensors","c":"1.safetensors"}}""");
        Assert.Equal(["1.safetensors", "2.safetensors"], index.Shards);
        Assert.Equal(("16.0", "8"), (index.TotalSize, index.TotalParameters));
        index.Require(Shards(("1.safetensors", "a"), ("1.safetensors", "c"), ("2.safetensors", "b")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData(@"a\\b")]
    [InlineData("C:x")]
    [InlineData("..")]
    [InlineData("")]
    public void A_file_that_is_not_beside_the_index_is_refused(string file) => Assert.Equal(FormatErrors.TensorIndexInvalid,
        Assert.Throws<ModelSigningException>(() => Read("{\"weight_map\":{\"a\":\"" + file + "\"}}")).Definition);

    [Theory]
    [InlineData("1", "a", "is missing")]
    [InlineData("2", "a", "not only in")]
    [InlineData("2", "x", "not in the index")]
    [InlineData("2", null, "is not in '2'")]
    public void Shards_that_do_not_have_what_the_index_says_are_refused(string shard, string? tensor, string why)
    {
        TensorIndex index = Read("""{"weight_map":{"a":"1","b":"2"}}""");
        Dictionary<string, IReadOnlyList<Tensor>> shards = Shards(("1", "a"), ("2", "b"));
        if (tensor is null)
        {
            shards["2"] = [];
        }
        else if (shard == "1")
        {
            shards.Remove("1");
        }
        else
        {
            shards = Shards(("1", "a"), ("2", "b"), (shard, tensor));
        }

        Assert.Contains(why, Assert.Throws<ModelSigningException>(() => index.Require(shards)).Message, StringComparison.Ordinal);
    }
}
