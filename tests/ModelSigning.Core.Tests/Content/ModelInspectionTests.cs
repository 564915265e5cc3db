using System.IO.Compression;
using System.Text;
using ModelSigning.Core.Content;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Content;

public class ModelInspectionTests
{
    // pickle.dumps(os.system), protocols 0, 2 and 4.
    private static readonly byte[] OldPickle = "cposix\nsystem\np0\n."u8.ToArray();
    private static readonly byte[] Pickle2 = [0x80, 2, .. "cposix\nsystem\nq\0."u8];
    private static readonly byte[] Pickle4 = [0x80, 4, 0x95, 0x14, 0, 0, 0, 0, 0, 0, 0, 0x8C, 5, .. "posix"u8, 0x94, 0x8C, 6, .. "system"u8, 0x94, 0x93, 0x94, (byte)'.'];

    private static ModelInspection Inspect(params (string Name, byte[] Bytes)[] files)
    {
        ContentCapture capture = new();
        foreach ((string name, byte[] bytes) in files)
        {
            capture.Observe(name, 0, bytes.Length, bytes);
        }

        return ModelInspection.Of(capture, CancellationToken.None);
    }

    private static ModelInspection Inspect(string name, string text) => Inspect((name, Encoding.UTF8.GetBytes(text)));

    private static byte[] Zip(params (string Name, byte[] Bytes)[] members)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in members)
            {
                using Stream member = archive.CreateEntry(name).Open();
                member.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    [Fact]
    public void Code_of_another_repository_is_named_and_is_never_pinned_because_loaders_take_its_revision_from_the_caller()
    {
        Reference open = Assert.Single(Inspect("config.json", """{"auto_map":{"AutoModel":"other/repo--modeling.Foo"}}""").References);
        Assert.Equal(("config.json", ReferenceKind.Code, "other/repo--modeling.Foo", false), (open.File, open.Kind, open.Target, open.IsPinned));
        Assert.False(Assert.Single(Inspect("config.json", $$"""{"auto_map":{"AutoModel":"other/repo--modeling.Foo"},"code_revision":"{{new string('a', 40)}}"}""").References).IsPinned);
    }

    [Fact]
    public void Code_of_the_model_itself_is_pinned_where_the_model_has_it()
    {
        byte[] config = Encoding.UTF8.GetBytes("""{"auto_map":{"AutoModel":["modeling.Foo",null]}}""");
        Assert.False(Assert.Single(Inspect(("sub/config.json", config)).References).IsPinned);
        ModelInspection whole = Inspect(("sub/config.json", config), ("sub/modeling.py", "import os"u8.ToArray()));
        Assert.True(Assert.Single(whole.References).IsPinned);
        Assert.Equal(ExecutableKind.Python, Assert.Single(whole.Executables).Kind);
    }

    [Theory]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":"org/base","revision":"main"}""", ReferenceKind.BaseModel, "org/base")]
    [InlineData("config.json", """{"text_config":{"_attn_implementation":"kernels-community/flash-attn"}}""", ReferenceKind.Kernel, "kernels-community/flash-attn")]
    [InlineData("config.json", """{"attn_implementation":{"":"evil/kernel"}}""", ReferenceKind.Kernel, "evil/kernel")]
    [InlineData("config.json", """{"_attn_implementation":{"text_config":["sdpa",{"x":"evil/kernel"}]}}""", ReferenceKind.Kernel, "evil/kernel")]
    [InlineData("config.json", """{"vision_config":{"_attn_implementation_internal":"evil/kernel"}}""", ReferenceKind.Kernel, "evil/kernel")]
    [InlineData("config.json", """{"use_kernel":["evil/kernel"]}""", ReferenceKind.Kernel, "evil/kernel")]
    [InlineData("tokenizer_config.json", """{"trust_remote_code":true}""", ReferenceKind.TrustedCode, "trust_remote_code")]
    [InlineData("modules.json", """[{"idx":0,"type":"custom_st.Transformer"},{"idx":1,"type":"sentence_transformers.models.Pooling"}]""", ReferenceKind.Code, "custom_st.Transformer")]
    [InlineData("model_index.json", """{"unet":["diffusers","UNet"],"safety":["my_module","Checker"]}""", ReferenceKind.Code, "my_module")]
    [InlineData("config.json", """{"custom_pipelines":{"x":{"impl":"org/other--pipe.P"}}}""", ReferenceKind.Code, "org/other--pipe.P")]
    [InlineData("config.json", """{"_attn_implementation_internal":"evil/kernel"}""", ReferenceKind.Kernel, "evil/kernel")]
    [InlineData("config.json", """{"experts_implementation":{"a":"evil/kernel@main"}}""", ReferenceKind.Kernel, "evil/kernel@main")]
    [InlineData("config.json", """{"backbone":"evil/backbone"}""", ReferenceKind.Component, "evil/backbone")]
    [InlineData("config.json", """{"backbone":"resnet50","use_pretrained_backbone":true}""", ReferenceKind.Component, "resnet50")]
    [InlineData("config.json", """{"model_type":"timm_wrapper","architecture":"hf-hub:evil/model"}""", ReferenceKind.Component, "hf-hub:evil/model")]
    [InlineData("open_clip_config.json", """{"model_cfg":{"text_cfg":{"hf_model_name":"evil/clip"}}}""", ReferenceKind.Component, "evil/clip")]
    [InlineData("config.json", """{"mm_vision_tower":"evil/clip"}""", ReferenceKind.Component, "evil/clip")]
    [InlineData("speaker_embeddings_path.json", """{"repo_or_path":"evil/bark"}""", ReferenceKind.Component, "evil/bark")]
    [InlineData("config.json", """{"model_type":"rag","index_path":"evil/index"}""", ReferenceKind.Component, "evil/index")]
    [InlineData("wordembedding_config.json", """{"tokenizer_class":"evil.loader.Tokenizer"}""", ReferenceKind.Code, "evil.loader.Tokenizer")]
    [InlineData("predictor.json", """{"__kind__":"instance","class":"os.system","args":[]}""", ReferenceKind.Code, "os.system")]
    [InlineData("modular_model_index.json", """{"a":["transformers","C",{"pretrained_model_name_or_path":"evil/clip","revision":null}]}""", ReferenceKind.Component, "evil/clip")]
    [InlineData("modular_model_index.json", """{"a":[null,null,{"repo":"evil/clip"}]}""", ReferenceKind.Component, "evil/clip")]
    [InlineData("modular_model_index.json", """{"a":["evil","C",{}]}""", ReferenceKind.Code, "evil")]
    [InlineData("2_Dense/config.json", """{"activation_function":"torch.hub.load"}""", ReferenceKind.Code, "torch.hub.load")]
    [InlineData("config.json", """{"sentence_transformers":{"activation_fn":"evil.module.Class"}}""", ReferenceKind.Code, "evil.module.Class")]
    [InlineData("modules.json", """[{"type":"torch.nn.init.normal_"}]""", ReferenceKind.Code, "torch.nn.init.normal_")]
    [InlineData("router_config.json", """{"types":{"q":"evil.module.Class"}}""", ReferenceKind.Code, "evil.module.Class")]
    [InlineData("router_config.json", """{"types":{"../q":"sentence_transformers.models.Dense"}}""", ReferenceKind.ExternalData, "../q")]
    [InlineData("sentence_bert_config.json", """{"tokenizer_name_or_path":"evil/tokenizer"}""", ReferenceKind.Component, "evil/tokenizer")]
    [InlineData("adapter_config.json", """{"auto_mapping":{"parent_library":"evil.module"}}""", ReferenceKind.Code, "evil.module")]
    [InlineData("adapter_config.json", """{"megatron_core":"evil.module"}""", ReferenceKind.Code, "evil.module")]
    [InlineData("adapter_config.json", """{"adapters":{"0":"evil/adapter"}}""", ReferenceKind.Component, "evil/adapter")]
    public void What_a_configuration_names_is_found(string name, string text, object kind, string target)
    {
        Reference found = Assert.Single(Inspect(name, text).References);
        Assert.Equal((kind, target, false), (found.Kind, found.Target, found.IsPinned));
    }

    [Theory]
    [InlineData("modules.json", """[{"path":".github","type":"sentence_transformers.models.Transformer"}]""", ".github")]
    [InlineData("modules.json", """[{"path":"..","type":"sentence_transformers.models.Transformer"}]""", "..")]
    [InlineData("config.json", """{"transformers_weights":"missing.safetensors"}""", "missing.safetensors")]
    [InlineData("tokenizer_config.json", """{"tokenizer_file":"missing.json"}""", "missing.json")]
    [InlineData("config.json", """{"layers":[{"vocabulary":"/evil"}]}""", "/evil")]
    [InlineData("config.json", """{"anything":["x/../.GIT\\evil"]}""", "x/../.GIT\\evil")]
    [InlineData("config.json", """{"anything":"GITHUB~1/evil"}""", "GITHUB~1/evil")]
    [InlineData("config.json", """{"anything":".g\u200bithub/evil"}""", ".g\u200bithub/evil")]
    [InlineData("config.json", """{"_name_or_path":".github/evil"}""", ".github/evil")]
    [InlineData("a/config.json", """{"anything":"../.git/evil"}""", "../.git/evil")]
    [InlineData("a/config.json", """{"anything":".git/evil"}""", ".git/evil")]
    [InlineData("a/config.json", """{"anything":"../../evil"}""", "../../evil")]
    [InlineData("config.json", """{"anything":"/etc/evil"}""", "/etc/evil")]
    [InlineData("config.json", """{"anything":"C:\\evil"}""", "C:\\evil")]
    [InlineData("config.json", """{"anything":"~/evil"}""", "~/evil")]
    [InlineData("config.json", """{"anything":"file:///evil"}""", "file:///evil")]
    public void A_text_that_leads_to_what_git_keeps_or_out_of_the_model_is_a_reference(string name, string text, string target)
    {
        Reference found = Assert.Single(Inspect(name, text).References);
        Assert.Equal((ReferenceKind.ExternalData, target, false), (found.Kind, found.Target, found.IsPinned));
    }

    // Such as the libraries write them.
    [Theory]
    [InlineData("config.json", """{"_name_or_path":"../llama","architectures":["LlamaForCausalLM"],"activation_function":"gelu_new","id2label":{"0":"/m/09x0r"},"backbone":"resnet50","use_pretrained_backbone":false}""")]
    [InlineData("tokenizer_config.json", """{"special_tokens_map_file":"/cache/x.json","tokenizer_file":null,"pad_token":"/","chat_template":"{% if a %}\n</s>/..{% endif %}","added_tokens_decoder":{"1":{"content":"../"}},"name_or_path":"/data/x"}""")]
    [InlineData("modules.json", """[{"idx":0,"path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"idx":2,"path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]""")]
    [InlineData("wordembedding_config.json", """{"tokenizer_class":"sentence_transformers.models.tokenizer.WhitespaceTokenizer.WhitespaceTokenizer"}""")]
    [InlineData("config.json", """{"model_type":"timm_wrapper","architecture":"resnet50","tokenizer_class":"LlamaTokenizer","vocab":{"class":"x"}}""")]
    [InlineData("2_Dense/config.json", """{"in_features":1,"activation_function":"torch.nn.modules.activation.Tanh"}""")]
    [InlineData("router_config.json", """{"types":{"query_0_Static":"sentence_transformers.models.StaticEmbedding"},"structure":{"query":["query_0_Static"]}}""")]
    [InlineData("model_index.json", """{"_class_name":"P","unet":["diffusers","U"],"safety_checker":["stable_diffusion","S"],"x":[null,null]}""")]
    [InlineData("adapter_config.json", """{"peft_type":"LORA","auto_mapping":{"base_model_class":"BertModel","parent_library":"transformers.models.bert.modeling_bert"},"megatron_config":null,"megatron_core":"megatron.core"}""")]
    [InlineData("notes.json", """{"homepage":"https://github.com/a/b","text":"GitHub has ~9 and/or more.","date":"1/2/2026","path":"a/../b","regex":"\\s+|/x"}""")]
    public void What_models_of_the_libraries_have_in_their_configurations_is_no_reference(string name, string text) => Assert.Empty(Inspect(name, text).References);

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"auto_map":""")]
    public void A_configuration_that_cannot_be_read_is_reported(string text) => Assert.Equal("config.json", Assert.Single(Inspect("config.json", text).Uninspected).File);

    [Theory]
    [InlineData("ca b\nrun\n)R.", true)]
    [InlineData("ca b\nrun\n)R and what comes after it", true)]
    [InlineData("crun\nthis now\n.", true)]
    [InlineData("(S'x'\nia b\nrun\nR", true)]
    [InlineData("cache/\nbuild dir\n.venv\n", false)]
    [InlineData("can you\nsay this\nRight\n", false)]
    public void A_pickle_is_found_although_the_name_of_what_it_imports_is_not_an_identifier(string text, bool found) =>
        Assert.Equal(found, Inspect(("vocab.txt", System.Text.Encoding.ASCII.GetBytes(text))).Executables.Any(executable => executable.Kind == ExecutableKind.Pickle));

    [Fact]
    public void A_pickle_is_found_by_its_opcodes_under_any_name_and_in_archives()
    {
        foreach (byte[] pickle in new[] { OldPickle, Pickle2, Pickle4 })
        {
            Executable found = Assert.Single(Inspect(("weights.dat", pickle)).Executables);
            Assert.Equal((ExecutableKind.Pickle, "posix.system"), (found.Kind, found.Detail));
            found = Assert.Single(Inspect(("m.bin", Zip(("m/data.pkl", pickle), ("m/data/0", new byte[64])))).Executables);
            Assert.Equal((ExecutableKind.Pickle, "m/data.pkl", "posix.system"), (found.Kind, found.Member, found.Detail));
            found = Assert.Single(Inspect(("m.zip", Zip(("innocent.txt", pickle)))).Executables);
            Assert.Equal("innocent.txt", found.Member);
        }
    }

    [Fact]
    public void What_cannot_be_inspected_to_its_end_is_reported_and_never_left_out()
    {
        Assert.Single(Inspect(("m.pt", new byte[100])).Uninspected);
        Assert.Single(Inspect(("m.pt", Zip(("data.pkl", Pickle2[..^3])))).Uninspected);
        Assert.Single(Inspect(("m.pt", Zip(("data.pkl", Pickle2))[..^4])).Uninspected);
        Assert.Single(Inspect(("m.joblib", [0x1F, 0x8B, 8, 0])).Uninspected);
        Assert.Single(Inspect(("m.pt", Zip(("inner.zip", Zip(("data.pkl", Pickle2)))))).Uninspected);
        Assert.Single(Inspect(("m.h5", [0x89, .. "HDF\r\n\u001a\n"u8])).Uninspected);
    }

    [Fact]
    public void A_member_that_inflates_without_end_is_reported_and_not_inflated()
    {
        byte[] bomb = Zip(("data.pkl", [0x80, 2, .. new byte[40 * 1024 * 1024]]));
        Assert.InRange(bomb.Length, 0, 1024 * 1024);
        Assert.Contains("data.pkl", Assert.Single(Inspect(("m.pt", bomb)).Uninspected).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F' }, ExecutableKind.SharedObject)]
    [InlineData(new byte[] { (byte)'M', (byte)'Z' }, ExecutableKind.SharedObject)]
    [InlineData(new byte[] { 0xCF, 0xFA, 0xED, 0xFE }, ExecutableKind.SharedObject)]
    [InlineData(new byte[] { (byte)'#', (byte)'!', (byte)'/' }, ExecutableKind.Script)]
    public void Code_of_the_machine_and_scripts_are_found_by_their_first_bytes(byte[] head, object kind) =>
        Assert.Equal(kind, Assert.Single(Inspect(("weights", head)).Executables).Kind);

    [Theory]
    [InlineData("run.bat")]
    [InlineData("open.hta")]
    [InlineData("Weights.LNK")]
    [InlineData("kernel.ptx")]
    [InlineData("ops/attention.hip")]
    [InlineData("start.command")]
    public void Scripts_sources_and_what_a_double_click_runs_are_found_by_their_names(string name) =>
        Assert.Equal(ExecutableKind.Script, Assert.Single(Inspect((name, "x"u8.ToArray())).Executables).Kind);

    [Fact]
    public void Notebooks_and_Lambda_layers_are_found()
    {
        Assert.Equal(ExecutableKind.Notebook, Assert.Single(Inspect("a.json", """{"nbformat":4,"cells":[]}""").Executables).Kind);
        byte[] keras = Zip(("config.json", """{"class_name": "Lambda"}"""u8.ToArray()));
        Assert.Equal(ExecutableKind.LambdaLayer, Assert.Single(Inspect(("m.keras", keras)).Executables).Kind);
    }

    [Fact]
    public void Weights_and_texts_are_neither_code_nor_uninspected()
    {
        ModelInspection inspection = Inspect(
            ("m.safetensors", SafetensorsBytes.Of(("a", "F32", [3, 5], 60))), ("m.gguf", new GgufBytes().Tensor("a", 0, 4, 1).ToArray()),
            ("README.md", "# Title"u8.ToArray()), ("tokenizer.model", [10, 14, 10, 5]), ("config.json", """{"model_type":"llama"}"""u8.ToArray()));
        Assert.Empty(inspection.Executables);
        Assert.Empty(inspection.References);
        Assert.Empty(inspection.Uninspected);
    }

    [Fact]
    public void Parts_in_any_order_make_the_same_file_and_parts_that_differ_make_none()
    {
        byte[] text = Encoding.UTF8.GetBytes("""{"auto_map":{"AutoModel":"other/repo--modeling.Foo"}}""");
        ContentCapture capture = new();
        capture.Observe("config.json", 20, text.Length, text.AsSpan(20));
        capture.Observe("config.json", 0, text.Length, text.AsSpan(0, 20));
        Assert.Equal(text, Assert.Single(capture.Files()).Head.ToArray());
        capture.Observe("config.json", 0, text.Length, new byte[20]);
        Assert.Single(ModelInspection.Of(capture, CancellationToken.None).Uninspected);
    }

    [Fact]
    public void Small_files_that_name_no_others_are_inspected_as_they_come_and_not_kept()
    {
        ContentCapture capture = new();
        (string Name, byte[] Bytes)[] files =
        [
            ("train/1.bin", Pickle4), ("config.json", """{"auto_map":{"AutoModel":"modeling.Foo"}}"""u8.ToArray()), ("a/run.sh", "#!/bin/sh"u8.ToArray()), ("modeling.py", "pass"u8.ToArray()),
            ("train/2.bin", [1, 2, 3]), ("b.txt", "text"u8.ToArray()),
        ];
        foreach ((string name, byte[] bytes) in files)
        {
            capture.Observe(name, 0, bytes.Length, bytes);
        }

        Assert.Equal(["config.json"], capture.Files().Select(file => file.Name));
        ModelInspection inspection = ModelInspection.Of(capture, CancellationToken.None);
        Assert.Equal(["a/run.sh", "modeling.py", "train/1.bin"], inspection.Executables.Select(one => one.File));
        Assert.Equal("train/2.bin", Assert.Single(inspection.Uninspected).File);
        Assert.True(Assert.Single(inspection.References).IsPinned);
    }

    [Fact]
    public void What_could_not_be_inspected_is_in_the_order_of_the_files_whether_they_were_kept_or_not()
    {
        ContentCapture capture = new();
        foreach (string name in (string[])["train/2.bin", "m.bin", "a/1.bin", "z.bin", "train/1.bin", "b.bin"])
        {
            capture.Observe(name, 0, 3, [1, 2, 3]);
        }

        Assert.Equal(["b.bin", "m.bin", "z.bin"], capture.Files().Select(file => file.Name));
        Assert.Equal(["a/1.bin", "b.bin", "m.bin", "train/1.bin", "train/2.bin", "z.bin"], ModelInspection.Of(capture, CancellationToken.None).Uninspected.Select(one => one.File));
    }

    [Theory]
    [InlineData("#!/bin/sh", 0, 1)]
    [InlineData("other", 0, 0)]
    [InlineData("bin/sh", 3, 0)]
    public void A_small_file_that_is_read_again_counts_once_and_not_at_all_where_it_changed(string again, int offset, int executables)
    {
        ContentCapture capture = new();
        capture.Observe("a/run", 0, 9, "#!/bin/sh"u8);
        capture.Observe("a/run", offset, offset + again.Length, Encoding.UTF8.GetBytes(again));
        ModelInspection inspection = ModelInspection.Of(capture, CancellationToken.None);
        Assert.Equal((executables, 1 - executables), (inspection.Executables.Count, inspection.Uninspected.Select(one => one.File).Distinct().Count()));
    }

    [Fact]
    public void Of_weights_only_the_header_is_kept()
    {
        byte[] file = SafetensorsBytes.Of(("a", "U8", [1_000_000], 1_000_000));
        ContentCapture capture = new();
        capture.Observe("m.safetensors", 0, file.Length, file);
        CapturedFile kept = Assert.Single(capture.Files());
        Assert.InRange(kept.Head.Length, 20, 200);
        Assert.Equal(file.Length, kept.Length);
    }
}
