using System.Text;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Cards;

public class CardTests
{
    private static readonly string[] Languages = ["no", "en"];

    private const string Tensors = """{"a":{"dtype":"BF16","shape":[4,8],"data_offsets":[0,64]},"b":{"dtype":"F32","shape":[2],"data_offsets":[64,72]}}""";

    private static Card Read(params (string Name, byte[] Bytes)[] files)
    {
        ContentCapture capture = new();
        foreach ((string name, byte[] bytes) in files)
        {
            capture.Observe(name, 0, bytes.Length, bytes);
        }

        return CardReader.Read(capture.Files(), CancellationToken.None);
    }

    private static (string, byte[]) File(string name, string text) => (name, Encoding.UTF8.GetBytes(text));

    private static Card ReadMe(string matter) => Read(File("README.md", $"---\n{matter}\n---\ntext"));

    private static void Refused(ErrorDefinition definition, Card card)
    {
        Assert.Equal(definition, Assert.Single(card.Refusals).Definition);
        Assert.Empty(card.Statements);
        Assert.Empty(card.Files);
    }

    [Fact]
    public void Front_matter_is_text_as_it_is_written()
    {
        Card card = ReadMe("license: no\nlanguage: [no, en]\nbase_model: &b a/b\nbase_model_relation: null\ndatasets:\n- https://huggingface.co/datasets/x/y\n- 1.0\ntags: [*b]");
        Assert.Equal("no", card.Value(CardProperty.License));
        Assert.Equal(Languages, card.Values(CardProperty.Languages));
        Assert.Null(card.Value(CardProperty.BaseModelRelation));
        Assert.Equal(["x/y", "1.0"], card.Values(CardProperty.Datasets));
        Assert.Equal(["a/b"], card.Values(CardProperty.Tags));
        Assert.Empty(card.Refusals);
    }

    [Fact]
    public void The_prior_of_a_pipeline_is_a_base_model_too()
    {
        Card card = ReadMe("base_model: a/b\nprior: [c/d, https://huggingface.co/e/f]");
        Assert.Equal(["a/b", "c/d", "e/f"], card.Values(CardProperty.BaseModels));
        Assert.Empty(card.Conflicts);
    }

    [Theory]
    [InlineData("\uFEFF---\r\nlicense: mit\r\n---\r\n", "mit")]
    [InlineData("\n\n---\nlicense: mit\n---", "mit")]
    [InlineData("---\rlicense: mit\r---\n# t\n", "mit")]
    [InlineData("---\r\rlicense: mit\r\r---", "mit")]
    [InlineData("\u00A0\f\v\u0085\u2028\u001C---\nlicense: mit\n---\n", "mit")]
    [InlineData("---\n\uFEFFlicense: mit\n---\n", "mit")]
    [InlineData("---\r\n\n\uFEFFlicense: mit\n---\n", "mit")]
    [InlineData("---\nlicense: mit\n--- \n# No other line of hyphens", "mit")]
    [InlineData("---\nlicense: mit\n---\n# t\n\n---\nlicense: other\n---\n", "mit")]
    [InlineData("---\n\n---\n", null)]
    [InlineData("---\n---\n", null)]
    [InlineData("# Card\n---\nlicense: mit\n---\n", null)]
    [InlineData("---\nA line and then text without an end", null)]
    [InlineData("", null)]
    public void Front_matter_stands_between_two_lines_of_hyphens_at_the_start(string text, string? license)
    {
        Card card = Read(File("README.md", text));
        Assert.Equal(license, card.Value(CardProperty.License));
        Assert.Empty(card.Refusals);
    }

    [Theory]
    [InlineData("---\n# c\n--- \nbase_model: a/b\n---\n")]
    [InlineData("---\n# c\n---\t\r\nbase_model: a/b\r\n---")]
    [InlineData("---\n---\nbase_model: a/b\n---\n")]
    [InlineData("---\r# c\r---\rbase_model: a/b\r---\n")]
    public void Front_matter_whose_end_tools_find_in_different_places_is_refused(string text) => Refused(CardErrors.FrontMatterInvalid, Read(File("README.md", text)));

    [Theory]
    [InlineData("base_model: {name: a/b}")]
    [InlineData("base_model: [[a/b]]")]
    [InlineData("base_model: [a/b, {name: c/d}]")]
    [InlineData("prior: {name: a/b}")]
    [InlineData("license: !!python/object/apply:os.system [id]")]
    [InlineData("license: !x mit")]
    [InlineData("a: &a {b: c}\n<<: *a")]
    [InlineData("- a")]
    [InlineData("just text")]
    [InlineData("license: [mit")]
    [InlineData("license: mit\n...\nother: document")]
    [InlineData("? [a, b]\n: c")]
    [InlineData("a: \"\\q\"")]
    [InlineData("%TAG ! tag:example.org,2000:\nlicense: mit")]
    public void Front_matter_that_is_ambiguous_or_makes_objects_is_refused(string matter) => Refused(CardErrors.FrontMatterInvalid, ReadMe(matter));

    [Theory]
    [InlineData("license: mit\nlicense: other")]
    [InlineData("a: {b: 1, b: 2}")]
    public void Front_matter_with_a_key_twice_is_refused_as_such(string matter) => Refused(CardErrors.FrontMatterKeyTwice, ReadMe(matter));

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a {b: &b [*a]}")]
    [InlineData("a: *b")]
    public void An_alias_of_what_contains_it_is_refused(string matter) => Refused(CardErrors.FrontMatterCyclic, ReadMe(matter));

    [Fact]
    public void Front_matter_that_grows_is_refused_in_little_memory()
    {
        StringBuilder bomb = new("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int level = 1; level < 30; level++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        string text = bomb.ToString();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(CardErrors.FrontMatterBomb, ReadMe(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Front_matter_that_is_too_deep_is_refused(string open) =>
        Refused(CardErrors.FrontMatterBomb, ReadMe("a:\n  " + string.Concat(Enumerable.Repeat(open, 20_000))));

    [Fact]
    public void Front_matter_without_an_end_in_what_is_read_is_refused()
    {
        Refused(CardErrors.FrontMatterTooLarge, Read(File("README.md", "---\nlicense: mit\n" + new string('#', FrontMatter.MaximumLength) + "\n---\n")));
        Refused(CardErrors.FrontMatterTooLarge, CardReader.Read([new("README.md", "---\nlicense: mit\n"u8.ToArray(), 1L << 30)], CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"model_type":"a","model_type":"b"}""")]
    [InlineData("""["llama"]""")]
    [InlineData("""{"model_type":NaN}""")]
    public void A_configuration_that_is_not_strict_json_is_refused(string text) => Refused(CardErrors.ConfigurationInvalid, Read(File("config.json", text)));

    [Fact]
    public void A_file_that_was_not_kept_whole_is_refused()
    {
        Refused(CardErrors.ConfigurationTooLarge, CardReader.Read([new("config.json", "{}"u8.ToArray(), 3_000_000)], CancellationToken.None));
        Refused(CardErrors.ConfigurationTooLarge, CardReader.Read([new("m.safetensors", SafetensorsBytes.Of(Tensors, 72).AsMemory(0, 20), 1000)], CancellationToken.None));
        Refused(CardErrors.CardFileNotKept, CardReader.Read([new("README.md", default, 3)], CancellationToken.None));
    }

    [Fact]
    public void Configurations_say_what_loaders_read()
    {
        Card card = Read(
            File("config.json", """{"architectures":["LlamaForCausalLM"],"model_type":"llama","text_config":{"max_position_embeddings":4096},"quantization_config":{"quant_method":"gptq","bits":4}}"""),
            File("adapter_config.json", """{"peft_type":"LORA","base_model_name_or_path":"a/b"}"""),
            File("tokenizer_config.json", """{"tokenizer_class":"T","model_max_length":1000000000000000019884624838656,"chat_template":"{{x}}"}"""),
            File("generation_config.json", """{"temperature":0.6,"eos_token_id":[1]}"""),
            File("sub/config.json", """{"model_type":"other"}"""));
        Assert.Equal("LlamaForCausalLM", card.Value(CardProperty.Architecture));
        Assert.Equal("llama", card.Value(CardProperty.ModelType));
        Assert.Equal("4096", card.Value(CardProperty.ContextLength));
        Assert.Equal("gptq 4 bit", card.Value(CardProperty.Quantization));
        Assert.Equal(("a/b", "adapter", "LORA"), (card.Value(CardProperty.BaseModels), card.Value(CardProperty.BaseModelRelation), card.Value(CardProperty.AdapterType)));
        Assert.True(card.HasChatTemplate);
        Assert.Equal("0.6", Assert.Single(card.Generation).Value);
        Assert.Empty(card.Conflicts);
    }

    [Theory]
    [InlineData(false, 2U)]
    [InlineData(false, 3U)]
    [InlineData(true, 3U)]
    public void A_gguf_file_speaks_for_itself_in_either_byte_order(bool isBigEndian, uint version)
    {
        GgufBytes file = new GgufBytes(isBigEndian) { Version = version }
            .Value("general.architecture", "llama").Value("general.name", "Tiny").Value("general.license", "mit").Value("general.file_type", 15U).Value("llama.context_length", 8192U)
            .Value("general.base_model.count", 1U).Value("general.base_model.0.repo_url", "https://huggingface.co/a/b").Value("general.languages", "no", "en")
            .Value("general.dataset.count", 1U).Value("general.dataset.0.organization", "x").Value("general.dataset.0.name", "y")
            .Tensor("w", 12, 288, 256, 2).Tensor("norm", 0, 12, 3);
        Card card = Read(("tiny.gguf", file.ToArray()));
        Assert.Equal(("Tiny", "mit", "a/b", "x/y"), (card.Value(CardProperty.Name), card.Value(CardProperty.License), card.Value(CardProperty.BaseModels), card.Value(CardProperty.Datasets)));
        Assert.Equal(Languages, card.Values(CardProperty.Languages));
        Assert.Equal(("8192", "Q4_K_M", "515"), (card.Value(CardProperty.ContextLength), card.Value(CardProperty.Quantization), card.Value(CardProperty.Parameters)));
        Assert.Equal([new("Q4_K", 1, 512, 288), new("F32", 1, 3, 12)], Assert.Single(card.Weights).Types);
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(4, 1)]
    public void Base_models_of_a_gguf_file_are_read_whatever_it_says_of_their_number(uint type, byte count)
    {
        GgufBytes file = new GgufBytes().Raw("general.base_model.count", type, count, 0, 0, 0)
            .Value("general.base_model.0.repo_url", "https://huggingface.co/a/b").Value("general.base_model.1.repo_url", "https://huggingface.co/c/d");
        Assert.Equal(["a/b", "c/d"], Read(("m.gguf", file.Tensor("w", 0, 136, 34).ToArray())).Statements.Single(one => one.Property == CardProperty.BaseModels).Values);
    }

    [Theory]
    [InlineData("general.base_model.0.repo_url", "", "general.base_model.0.name", "b", "b")]
    [InlineData("general.base_model.0.url", "https://huggingface.co/a/b", "general.base_model.0.author", "somebody", "a/b")]
    [InlineData("general.base_model.0.author", "somebody", "general.base_model.7.repo_url", "https://huggingface.co/a/b", "a/b")]
    [InlineData("general.base_model.300.name", "b", "general.base_model.300.organization", "a", "a/b")]
    [InlineData("general.base_model.0.doi", "10.1/2", "general.base_model.0.author", "somebody", "10.1/2")]
    [InlineData("general.type", "mmproj", "general.base_model.0.repo_url", "https://huggingface.co/a/b", "a/b")]
    public void A_gguf_file_names_a_base_model_in_any_of_these_ways(string key, string value, string otherKey, string otherValue, string expected)
    {
        Card card = Read(("m.gguf", new GgufBytes().Value(key, value).Value(otherKey, otherValue).Tensor("w", 0, 136, 34).ToArray()));
        Assert.Equal([expected], card.Statements.Single(one => one.Property == CardProperty.BaseModels).Values);
    }

    [Fact]
    public void Each_shard_of_gguf_says_what_it_was_made_from()
    {
        Card card = Read(
            ("m-00001-of-00002.gguf", new GgufBytes().Value("general.license", "mit").Value("general.base_model.0.repo_url", "https://huggingface.co/a/b").Tensor("w", 0, 136, 34).ToArray()),
            ("m-00002-of-00002.gguf", new GgufBytes().Value("general.license", "other").Value("general.base_model.0.repo_url", "https://huggingface.co/c/d").Tensor("v", 0, 136, 34).ToArray()));
        Assert.Equal(["a/b", "c/d"], card.Statements.Where(one => one.Property == CardProperty.BaseModels).SelectMany(one => one.Values).Order());
        Assert.Equal("mit", card.Value(CardProperty.License));
    }

    [Fact]
    public void A_gguf_file_in_a_folder_says_what_it_was_made_from_and_nothing_else_of_the_model()
    {
        Card card = Read(("lora/a.gguf", new GgufBytes().Value("general.license", "MIT").Value("general.base_model.count", 1U)
            .Value("general.base_model.0.repo_url", "https://huggingface.co/a/b").Tensor("w", 0, 136, 34).ToArray()));
        CardStatement said = Assert.Single(card.Statements);
        Assert.Equal((CardProperty.BaseModels, "lora/a.gguf"), (said.Property, said.File));
        Assert.Equal(["a/b"], said.Values);
    }

    [Fact]
    public void A_hostile_gguf_file_is_refused_and_the_other_files_are_read()
    {
        Card card = Read(("m.gguf", new GgufBytes { AnnouncedTensors = ulong.MaxValue }.ToArray()), File("config.json", """{"model_type":"llama"}"""));
        Assert.Equal(FormatErrors.GgufTooLarge, Assert.Single(card.Refusals).Definition);
        Assert.Equal("llama", card.Value(CardProperty.ModelType));
        Assert.Equal(["config.json"], card.Files);
    }

    [Fact]
    public void Shards_are_counted_together_and_compared_with_their_index()
    {
        (string, byte[])[] shards =
        [
            ("model-00001-of-00002.safetensors", SafetensorsBytes.Of("""{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}""", 8)),
            ("model-00002-of-00002.safetensors", SafetensorsBytes.Of("""{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)),
        ];
        const string map = """ "weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"} """;
        Card card = Read([.. shards, File("model.safetensors.index.json", $$"""{"metadata":{"total_size":16.0},{{map}}}""")]);
        CardWeights weights = Assert.Single(card.Weights);
        Assert.Equal((2, 6L, 16L, "model-00001-of-00002.safetensors"), (weights.FileCount, weights.Parameters, weights.Bytes, weights.File));
        Assert.Empty(card.Refusals);
        Assert.Empty(card.Conflicts);

        Assert.Equal(CardProperty.TensorBytes, Assert.Single(Read([.. shards, File("model.safetensors.index.json", $$"""{"metadata":{"total_size":17},{{map}}}""")]).Conflicts).Property);
        Assert.Equal(FormatErrors.TensorIndexInvalid, Assert.Single(Read([shards[0], File("model.safetensors.index.json", $$"""{{{map}}}""")]).Refusals).Definition);
    }

    [Fact]
    public void Files_that_do_not_agree_are_all_named()
    {
        Card card = Read(
            File("README.md", "---\nlicense: apache-2.0\nbase_model: [a/b, c/d]\nmodel-index:\n- name: n\n  results:\n  - task: {type: t}\n    dataset: {name: d}\n    metrics:\n    - {type: acc, value: 0.5}\n---\n"),
            File("config.json", """{"torch_dtype":"float16"}"""),
            ("m.safetensors", SafetensorsBytes.Of(Tensors, 72)),
            ("m.gguf", new GgufBytes().Value("general.license", "MIT").Value("general.base_model.count", 2U).Value("general.base_model.0.repo_url", "https://huggingface.co/C/D")
                .Value("general.base_model.1.repo_url", "https://huggingface.co/a/b").Tensor("w", 0, 136, 34).ToArray()));
        Assert.Equal([CardProperty.License, CardProperty.TensorBytes, CardProperty.DataType], card.Conflicts.Select(conflict => conflict.Property));
        Assert.Equal(["README.md", "m.gguf"], card.Conflicts[0].Statements.Select(said => said.File));
        Assert.Equal("apache-2.0", card.Value(CardProperty.License));
        Assert.Equal(new CardEvaluation("t", "d", "acc", "0.5"), Assert.Single(card.Evaluations));
    }

    [Fact]
    public void A_card_that_is_not_verified_is_read_from_the_starts_of_the_same_files()
    {
        using TemporaryFolder folder = new();
        folder.Write("README.md", "---\nlicense: mit\n---\n");
        folder.Write("sub/m.safetensors", SafetensorsBytes.Of(Tensors, 72));
        folder.Write("weights.bin", new byte[100]);
        ModelFiles files = ModelFiles.Find(folder.FullPath, new() { CurrentDirectory = folder.FullPath }, TestContext.Current.CancellationToken);
        IReadOnlyList<CapturedFile> read = CardFiles.Read(files, TestContext.Current.CancellationToken);
        Assert.Equal(["README.md", "sub/m.safetensors"], read.Select(file => file.Name));
        Card card = CardReader.Read(read, TestContext.Current.CancellationToken);
        Assert.Equal("mit", card.Value(CardProperty.License));
        Assert.Null(card.Value(CardProperty.Parameters));
        Assert.Equal(34, Assert.Single(card.Weights).Parameters);
    }
}
