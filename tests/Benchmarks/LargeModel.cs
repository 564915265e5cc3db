using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Content;

namespace ModelSigning.Benchmarks;

/// <summary>A model of 70 billion parameters in the shape of Llama's, as hashing hands its bytes over: the headers are real, the tensors are zero and have no files.</summary>
internal sealed class LargeModel
{
    /// <summary>How many files of weights there are.</summary>
    public const int Shards = 30;

    private const int Layers = 80, Width = 8192, Inner = 28_672, Keys = 1024, Vocabulary = 128_256, Block = 8 << 20;

    private readonly byte[] _zeros = new byte[Block];
    private readonly List<(string Name, byte[] Start, long Length)> _files = [];

    public LargeModel()
    {
        (string Name, long[] Shape)[] tensors = [.. Names()];
        Tensors = tensors.Length;
        long perShard = tensors.Sum(Bytes) / Shards;
        Dictionary<string, string> map = [];
        List<(string Name, long[] Shape)>[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new List<(string, long[])>())];
        long before = 0;
        foreach ((string Name, long[] Shape) tensor in tensors)
        {
            int shard = (int)Math.Min(before / perShard, Shards - 1);
            shards[shard].Add(tensor);
            map[tensor.Name] = ShardName(shard);
            before += Bytes(tensor);
        }

        for (int number = 0; number < Shards; number++)
        {
            byte[] header = Header(shards[number]);
            _files.Add((ShardName(number), [.. BitConverter.GetBytes((long)header.Length), .. header], 8 + header.Length + shards[number].Sum(Bytes)));
        }

        AddText("README.md", "---\nlicense: llama3\nbase_model: meta-llama/base\npipeline_tag: text-generation\nlanguage: [en, de, fr]\n---\n" + new string('x', 40_000));
        AddText("config.json", $$"""{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":{{Width}},"num_hidden_layers":{{Layers}},"vocab_size":{{Vocabulary}},"max_position_embeddings":8192,"torch_dtype":"bfloat16"}""");
        AddText("model.safetensors.index.json", JsonSerializer.Serialize(new { metadata = new { total_size = tensors.Sum(Bytes) }, weight_map = map }));
        AddText("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","model_max_length":8192}""");
    }

    /// <summary>How many tensors there are.</summary>
    public int Tensors { get; }

    /// <summary>The bytes of all files.</summary>
    public long Length => _files.Sum(file => file.Length);

    /// <summary>Hands every byte over, as hashing does.</summary>
    public void Observe(ContentCapture capture)
    {
        foreach ((string name, byte[] start, long length) in _files)
        {
            byte[] first = [.. start, .. _zeros.AsSpan(0, (int)Math.Min(length - start.Length, Block - start.Length))];
            capture.Observe(name, 0, length, first);
            for (long offset = first.Length; offset < length; offset += Block)
            {
                capture.Observe(name, offset, length, _zeros.AsSpan(0, (int)Math.Min(Block, length - offset)));
            }
        }
    }

    private static string ShardName(int number) => string.Create(CultureInfo.InvariantCulture, $"model-{number + 1:d5}-of-{Shards:d5}.safetensors");

    private static long Bytes((string Name, long[] Shape) tensor) => 2 * tensor.Shape.Aggregate(1L, (product, one) => product * one);

    private static IEnumerable<(string, long[])> Names()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Width]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.");
            yield return (prefix + "input_layernorm.weight", [Width]);
            yield return (prefix + "self_attn.q_proj.weight", [Width, Width]);
            yield return (prefix + "self_attn.k_proj.weight", [Keys, Width]);
            yield return (prefix + "self_attn.v_proj.weight", [Keys, Width]);
            yield return (prefix + "self_attn.o_proj.weight", [Width, Width]);
            yield return (prefix + "post_attention_layernorm.weight", [Width]);
            yield return (prefix + "mlp.gate_proj.weight", [Inner, Width]);
            yield return (prefix + "mlp.up_proj.weight", [Inner, Width]);
            yield return (prefix + "mlp.down_proj.weight", [Width, Inner]);
        }

        yield return ("model.norm.weight", [Width]);
        yield return ("lm_head.weight", [Vocabulary, Width]);
    }

    private static byte[] Header(List<(string Name, long[] Shape)> tensors)
    {
        long offset = 0;
        Dictionary<string, object> header = new() { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        foreach ((string Name, long[] Shape) tensor in tensors)
        {
            header[tensor.Name] = new { dtype = "BF16", shape = tensor.Shape, data_offsets = new[] { offset, offset += Bytes(tensor) } };
        }

        return JsonSerializer.SerializeToUtf8Bytes(header);
    }

    private void AddText(string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _files.Add((name, bytes, bytes.Length));
    }
}
