using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Tests.Stores;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>What a rule of a policy says of the content of models.</summary>
public sealed class ContentDemandTests : IDisposable
{
    private const string All = """, "forbid": ["pickle", "code", "unpinnedReferences"]""", Allow = """, "allowFormats": ["safetensors", "json", "text"]""";

    private static readonly byte[] Pickle = [0x80, 2, .. "cposix\nsystem\nq\0X\u0002\0\0\0ls"u8, 0x85, (byte)'R', (byte)'.'];

    private readonly ModelFixture _model = new(empty: true);

    public ContentDemandTests() => _model.Write("config.json", """{"model_type":"llama"}""");

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_model_of_weights_and_texts_is_accepted()
    {
        Add("model.safetensors", SafetensorsBytes.Of(("a", "F32", [3, 5], 60)));
        Add("README.md", "copyright\nnobody\n"u8);
        Add("requirements.txt", "cffi\nclick\nboto3\n"u8);
        Add("empty.txt", []);
        Assert.True(Verify(All).IsValid);
        Assert.True(Verify(Allow).IsValid);
    }

    public static TheoryData<string, byte[]> Pickles { get; } = new()
    {
        { "weights.bin", Pickle },
        { "model.safetensors", Pickle },
        { "vocabulary.txt", Pickle },
        { "late.dat", [(byte)'(', (byte)'X', 0, 0x10, 0, 0, .. new byte[0x1000], .. Pickle[2..]] },
        { "old.dat", "(p+0\n0cposix\nsystem\n(S'ls'\ntR."u8.ToArray() },
        { "stored.dat", "cbuiltins\n__dict__\nS'len'\ncos\nsystem\ns"u8.ToArray() },
        { "stored.sav", "N0cbuiltins\n__dict__\n(S'len'\ncos\nsystem\nu"u8.ToArray() },
        { "appended.dat", ")0csys\npath\nS'/evil'\na"u8.ToArray() },
        { "many.dat", [.. Enumerable.Repeat("N."u8.ToArray(), 64).SelectMany(one => one), .. Pickle] },
        { "run", [.. "#!/usr/bin/env python\n"u8, .. Pickle] },
        { "model.pt", Zip(("archive/data.pkl", Pickle)) },
        { "model.zip", Zip(("innocent.txt", Pickle)) },
        { "model.zip", Zip(("late.txt", [(byte)'(', (byte)'X', 0, 0x10, 0, 0, .. new byte[0x1000], .. Pickle[2..]])) },
        { "model.pt", Zip(("inner.zip", Zip(("data.pkl", Pickle)))) },
        { "model.pt", [.. Zip(("data.pkl", Pickle)), .. "behind"u8] },
        { "model.bin", [.. "before"u8, .. Zip(("data.pkl", Pickle))] },
        { "picture.dat", [1, 2, 3, .. Zip(("data.pkl", Pickle))] },
        { "old.tar", OciLayoutBuilder.Tar(("data.pkl", "N.")) },
        { "model.joblib", [0x78, 0x9C, 1, 2, 3] },
        { "array.npy", [0x93, .. "NUMPY\u0001\0\u0039\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"u8, .. Pickle] },
        { "quotes.npy", Array("""{"descr": "|O", 'fortran_order': False, 'shape': (1,), }""", Pickle) },
        { "line.npy", Array("""{'shape': (1,),\n'fortran_order': False, 'descr': '|O8', }""", Pickle) },
        { "word.npy", Array("""{'descr': 'object', 'fortran_order': False, 'shape': (1,), }""", Pickle) },
        { "late.npy", Array("""{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }""", [1, 2, 3, 4, .. Zip(("data.pkl", Pickle))]) },
        { "whole.npz", Zip(("a.npy", Array("""{"descr": "|O", 'fortran_order': False, 'shape': (1,), }""", Pickle))) },
        { "weights.sav", SafetensorsPickle() },
        { "weights.sav", [.. "GGUF12345"u8, (byte)'0', .. Pickle[2..]] },
        { "weights.zip", Zip(("weights.sav", SafetensorsPickle())) },
        { "model.lzma", [0x5D, 0, 0, 0x10, 0, 0, 1, 2, 3] },
        { "weights.exe2", [(byte)'M', (byte)'Z', 0, (byte)'0', .. Pickle[2..]] },
    };

    public static TheoryData<string, byte[]> Unknown { get; } = new()
    {
        { "model.lzma", [0x5D, 0, 0x10, 0, 0, 1, 2, 3] },
        { "signed.dat", TarWith(header => (header.Sum(one => (long)(sbyte)one), false)) },
        { "base.dat", TarWith(header => (header.Sum(one => (long)one), true)) },
        { "behind.dat", [.. Enumerable.Repeat((byte)' ', 1024), 0x89, .. "HDF\r\n\u001a\n"u8, .. new byte[8]] },
        { "behind.npy", ArrayWithHdf5() },
        { "noise.dat", [1, 2, 3, 4, 5, 6, 7, 8, 9] },
        { "vectorizer.txt", "ZF0x4021             8O and what is packed"u8.ToArray() },
        { "architecture", """{"class_name": "Sequential", "config": NaN}"""u8.ToArray() },
        { "keras_metadata.pb", [.. Field(1, [.. Field(3, "root"u8), .. Field(4, "_tf_keras_sequential"u8)]), .. Field(7, [])] },
        { "saved_model.pb", [0x08, 1, .. Field(2, Field(1, Field(4, "serve"u8))), .. Field(7, [])] },
        { "late.pickle2", [(byte)'N', (byte)'.', 1, 2, 3] },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Bytes_that_are_not_understood_to_the_last_are_refused(string name, byte[] bytes)
    {
        Add(name, bytes);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(All));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["npy", "json"]"""));
    }

    [Fact]
    public void Every_format_that_parses_to_its_end_is_accepted_under_any_name()
    {
        Add("a.npy", Array("""{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }""", new byte[8]));
        Add("b.npz", Zip(("a.npy", File.ReadAllBytes(_model["a.npy"])), ("data/0", [1, 0, 2])));
        Add("weights.sav", SafetensorsBytes.Of(("a", "U8", [3], 3)));
        Add("model.gguf", new GgufBytes().Tensor("a", 0, 4, 1).ToArray());
        Add("model.onnx", Onnx("a.npy"));
        Add("template.jinja", "{{ a }}"u8);
        Add("words.dat", "cat\ndog\nlast\nant\nsun\n"u8);
        Add("names.dat", "cat\ndog\nSally\nand\nNina\n"u8);
        Assert.True(Verify(All).IsValid);
    }

    [Theory]
    [InlineData(".git/evil.bin", true)]
    [InlineData("x/../.GIT/evil.bin", true)]
    [InlineData("../evil.bin", true)]
    [InlineData("/evil.bin", true)]
    [InlineData("missing.safetensors", false)]
    public void An_index_names_only_files_that_are_signed(string shard, bool leadsAway)
    {
        Add("a.safetensors", SafetensorsBytes.Of(("a", "U8", [3], 3)));
        Add("model.safetensors.index.json", """{"weight_map":{"a":"a.safetensors"}}"""u8);
        Assert.True(Verify(All + Allow).IsValid);
        Add("model.safetensors.index.fp16.json", Encoding.UTF8.GetBytes($$"""{"weight_map":{"a":"a.safetensors","b":"{{shard}}","c":"{{shard}}"} }"""));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        if (leadsAway)
        {
            Assert.Equal("TrustPolicyContentUninspectable", Refused(Allow));
        }
        else
        {
            Assert.True(Verify(Allow).IsValid);
        }
    }

    [Theory]
    [InlineData("architecture", """{"class_name":"Sequential","config":{"layers":[{"class_name":"Lambda","config":{}}]}}""")]
    [InlineData("model.json.txt", """ {"auto_map":{"AutoModel":"other/repo--modeling.Foo"}}""")]
    [InlineData("my.cfg", """{"base_model_name_or_path":"org/base"}""")]
    public void A_configuration_of_any_name_is_looked_at(string name, string text)
    {
        Add(name, Encoding.UTF8.GetBytes(text));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": ["code", "unpinnedReferences"] """));
        Add(name, """{"a": 1}"""u8);
        Assert.True(Verify(All).IsValid);
    }

    [Fact]
    public void A_pickle_that_stable_baselines3_keeps_as_a_text_is_one()
    {
        Add("model.zip", Zip(("data", """{"policy_class": {":type:": "<class>", ":serialized:": "gAWVKwAAAA=="}}"""u8.ToArray())));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "pickle" """));
    }

    [Theory]
    [InlineData("../../evil_engine.bin", true)]
    [InlineData("config.json", false)]
    public void What_a_compiler_made_of_an_onnx_graph_must_be_in_the_model(string location, bool isRefused)
    {
        byte[] attribute = [.. Field(1, "ep_cache_context"u8), .. Field(4, Encoding.UTF8.GetBytes(location)), 0xA0, 1, 3];
        Add("model.onnx", Field(7, Field(1, [.. Field(4, "EPContext"u8), .. Field(5, attribute)])));
        const string demand = """, "forbid": "unpinnedReferences" """;
        Assert.Equal(isRefused ? "TrustPolicyContentForbidden" : null, isRefused ? Refused(demand) : Verify(demand).IsValid ? null : "invalid");
    }

    [Theory]
    [InlineData("modules.json", """[{"path":".github","type":"sentence_transformers.models.Transformer"}]""")]
    [InlineData("modules.json", """[{"path":"../evil","type":"sentence_transformers.models.Transformer"}]""")]
    [InlineData("tokenizer_config.json", """{"vocab_file":"/etc/evil"}""")]
    [InlineData("anything.json", """[{"a":[".git/evil"]}]""")]
    public void A_configuration_does_not_lead_to_what_is_not_signed(string name, string text)
    {
        Add(name, Encoding.UTF8.GetBytes(text));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(Allow));
    }

    [Theory]
    [InlineData(".git", true, true)]
    [InlineData(".gitattributes", false, true)]
    [InlineData(".gitignore", true, false)]
    [InlineData(".github", true, false)]
    [InlineData(".github", false, false)]
    public void Of_what_git_keeps_only_what_every_clone_has_may_be_there_unsigned(string name, bool isFolder, bool isAccepted)
    {
        if (isFolder)
        {
            Directory.CreateDirectory(_model[name]);
            Add($"{name}/model.safetensors", "x"u8);
        }
        else
        {
            Add(name, "x"u8);
        }

        Assert.Equal(isAccepted ? "" : "TrustPolicyContentUninspectable", isAccepted ? Verify(All).IsValid ? "" : "?" : Refused(All));
    }

    [Theory]
    [MemberData(nameof(Pickles))]
    public void A_pickle_is_refused_wherever_it_hides(string name, byte[] bytes)
    {
        Add(name, bytes);
        Assert.Contains(Refused(""", "forbid": "pickle" """), new[] { "TrustPolicyContentForbidden", "TrustPolicyContentUninspectable" });
        Assert.NotEqual("", Refused(Allow));
    }

    [Fact]
    public void A_refusal_names_the_file_and_what_it_calls()
    {
        Add("model.pt", Zip(("archive/data.pkl", Pickle)));
        Sign();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Verify(With(All)));
        Assert.Equal("TrustPolicyContentForbidden", refusal.Definition.Id);
        Assert.Contains("'model.pt' has a member 'archive/data.pkl' that is Pickle (posix.system)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'team'", refusal.Message, StringComparison.Ordinal);
        Assert.True(_model.Verify(With("")).IsValid);
    }

    [Theory]
    [InlineData("modeling.py", "import os")]
    [InlineData("a.dat", "#!/bin/sh\nls")]
    [InlineData("a.json", """{"nbformat":4,"cells":[]}""")]
    [InlineData("model.json", """{"config":{"layers":[{"class_name" : "\u004cambda"}]}}""")]
    [InlineData("libx.so", "\u007fELF")]
    [InlineData("kernel.cu", "x")]
    public void Code_is_refused_by_name_and_by_content(string name, string text)
    {
        Add(name, Encoding.UTF8.GetBytes(text));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "code" """));
        Assert.Equal("TrustPolicyContentForbidden", Refused(Allow));
    }

    [Fact]
    public void A_reference_that_is_not_pinned_is_refused()
    {
        Add("adapter_config.json", """{"base_model_name_or_path":"org/base"}"""u8);
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Add("adapter_config.json", Encoding.UTF8.GetBytes($$"""{"base_model_name_or_path":"org/base","revision":"{{new string('a', 40)}}"}"""));
        Assert.True(Verify(All).IsValid);
    }

    [Fact]
    public void External_data_of_an_onnx_model_must_be_in_the_model()
    {
        Add("weights.bin2", Enumerable.Repeat((byte)'1', 100).ToArray());
        Add("model.onnx", Onnx("weights.bin2"));
        Assert.True(Verify(""", "forbid": "unpinnedReferences" """).IsValid);
        Add("model.onnx", Onnx("../other/weights"));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Add("model.onnx", [.. Onnx("weights.bin2"), 0xFF]);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "unpinnedReferences" """));
    }

    [Theory]
    [InlineData("model.onnx_fp16")]
    [InlineData("model")]
    public void External_data_of_an_onnx_model_is_found_under_any_name(string name)
    {
        Add(name, Onnx("../evil"));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": ["pickle", "code"]"""));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["json", "onnx"]"""));
        Add(name, Onnx("config.json"));
        Assert.True(Verify(All).IsValid);
    }

    // Readers of Protocol Buffers pass over what they do not know, so that a file of another format can be a model to them.
    public static TheoryData<byte[]> FieldsThatNoModelHas { get; } = new()
    {
        // 1281, eight bytes: the first of a picture.
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0 },
        new byte[] { 0x78, 1 },
        new byte[] { 0x7A, 1, 0xFF },
        // A group in a group.
        new byte[] { 0x7B, 0x83, 1, 0x12, 2, 0x7C, 0, 0x84, 1, 0x08, 0, 0x7C },
        // The graph's own number, as a number.
        new byte[] { 0x38, 1 },
    };

    [Theory]
    [MemberData(nameof(FieldsThatNoModelHas))]
    public void External_data_of_an_onnx_model_is_found_behind_fields_that_it_does_not_have(byte[] field)
    {
        Add("model", [.. field, .. Onnx("../evil")]);
        Assert.Contains("'../evil'", Assert.Throws<ModelSigningException>(() => Verify(""", "forbid": "unpinnedReferences" """)).Message, StringComparison.Ordinal);
        Add("model.onnx", [.. field, .. Onnx("config.json")]);
        File.Delete(_model["model"]);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["json", "onnx"]"""));
    }

    [Fact]
    public void A_file_that_begins_like_a_picture_and_is_an_onnx_model_is_neither()
    {
        Add("logo.png", OnnxInPng("../evil"));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["json", "png"]"""));
    }

    [Fact]
    public void External_data_of_an_onnx_model_in_an_archive_must_be_in_the_archive()
    {
        Add("a.zip", Zip(("sub/model.onnx", Onnx("weights")), ("sub/weights", "1"u8.ToArray())));
        Assert.True(Verify(""", "forbid": "unpinnedReferences" """).IsValid);
        Add("a.zip", Zip(("sub/model.onnx", Onnx("../../evil"))));
        Assert.Equal("TrustPolicyContentForbidden", Refused(""", "forbid": "unpinnedReferences" """));
        Add("a.zip", Zip(("sub/model.onnx", [.. Onnx("config.json"), 0xFF])));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "unpinnedReferences" """));
    }

    [Theory]
    [InlineData("run.sh", "x")]
    [InlineData("sub/k.PS1", "x")]
    [InlineData("a.ipynb", """{"nbformat":4,"cells":[]}""")]
    [InlineData("a.json", """{"nbformat":4,"cells":[]}""")]
    [InlineData("z.pyw", "x")]
    [InlineData("run", "#!/bin/sh")]
    [InlineData("sub/config.json", """{"class_name":"Lambda"}""")]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":"evil/base"}""")]
    [InlineData("tokenizer_config.json", """{"auto_map":{"AutoTokenizer":"evil/r--t.T"}}""")]
    public void A_member_of_an_archive_is_judged_as_a_file_of_the_model_is(string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Add("a.zip", Zip(("config.json", "{}"u8.ToArray()), ("a.txt", "text"u8.ToArray())));
        Assert.True(Verify(All).IsValid);
        Add("a.zip", Zip((name, bytes)));
        Assert.Equal("TrustPolicyContentForbidden", Refused(All));
        File.Delete(_model["a.zip"]);
        Directory.CreateDirectory(_model["sub"]);
        Add(name, bytes);
        Assert.Equal("TrustPolicyContentForbidden", Refused(All));
    }

    // Protocol Buffers have a reader pass over a field whose type is not the one that it knows, so that the entry stays what it was.
    [Theory]
    [InlineData(new byte[] { 0x08, (byte)'x' })]
    [InlineData(new byte[] { 0x10, (byte)'a' })]
    [InlineData(new byte[] { 0x0D, (byte)'x', (byte)'x', (byte)'x', (byte)'x' })]
    public void External_data_of_an_onnx_model_is_not_hidden_behind_a_field_of_another_type(byte[] field)
    {
        Add("a", "1"u8);
        byte[] entry = [.. Field(1, "location"u8), .. Field(2, "../other/weights"u8), .. field];
        Add("model.onnx", Field(7, Field(5, [.. Field(8, "w"u8), .. Field(13, entry), 0x70, 1])));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "unpinnedReferences" """));
    }

    [Theory]
    [InlineData("""{"class_name":"TorchModuleWrapper","config":{"module":"gAJ9Lg=="}}""", false)]
    [InlineData("""{"module":"keras","class_name":"layers.TorchModuleWrapper"}""", false)]
    [InlineData("""{"module":"keras.layers","class_name":"Dense","registered_name":"keras>Lambda"}""", false)]
    [InlineData("""{"module":"evil.module","class_name":"Dense"}""", false)]
    [InlineData("""{"module":"keras_evil","class_name":"Dense"}""", false)]
    [InlineData("""{"module":"keras.utils","class_name":"get_file"}""", false)]
    [InlineData("""{"module":"builtins","class_name":"eval"}""", false)]
    [InlineData("""{"module":"keras.src.models.functional","class_name":"Functional","config":{"layers":[{"module":null,"class_name":"Mine","registered_name":"Mine"}]}}""", true)]
    [InlineData("""{"module":"keras_hub.src.models","class_name":"Backbone","config":{"shape":{"module":"builtins","class_name":"__tensor__"}}}""", true)]
    [InlineData("""{"class_name":"Sequential","config":[{"class_name":"Dense","config":{"activation":"relu"}}]}""", true)]
    public void An_object_of_Keras_is_data_only_if_it_names_a_class_of_Keras(string text, bool isAccepted)
    {
        foreach (string name in new[] { "model.keras", "architecture.json" })
        {
            File.Delete(_model["model.keras"]);
            byte[] bytes = Encoding.UTF8.GetBytes($$"""{"config":{"layers":[{{text}}]} }""");
            Add(name, name == "model.keras" ? Zip(("config.json", bytes)) : bytes);
            Assert.Equal(isAccepted ? "" : "TrustPolicyContentForbidden", isAccepted ? Verify(All).IsValid ? "" : "?" : Refused(""", "forbid": "code" """));
        }
    }

    // Python reads all of these as the configuration of a layer that runs code.
    public static TheoryData<byte[]> KerasConfigurations { get; } = new()
    {
        """{"a":1,"a":2,"layers":[{"class_name":"L\u0061mbda"}]}"""u8.ToArray(),
        """{"a":NaN,"layers":[{"class_name":"__lambda__"}]}"""u8.ToArray(),
        Encoding.Unicode.GetBytes("""{"layers":[{"class_name":"Lambda"}]}"""),
    };

    [Theory]
    [MemberData(nameof(KerasConfigurations))]
    public void A_configuration_of_Keras_that_cannot_be_read_was_not_inspected(byte[] configuration)
    {
        Add("model.keras", Zip(("config.json", configuration)));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "code" """));
    }

    [Fact]
    public void An_archive_whose_members_have_other_names_for_some_readers_is_refused()
    {
        byte[] archive = Zip(("config.json-x", "{}"u8.ToArray()));
        Add("model.keras", archive);
        Assert.True(Verify(""", "forbid": "code" """).IsValid);
        Add("model.keras", Replaced(archive, "config.json-x"u8, "config.json\0x"u8));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "code" """));

        // Info-ZIP's Unicode path in the directory: version 1, the checksum of the other name, the name.
        byte[] other = "config.json"u8.ToArray();
        byte[] extra = [0x75, 0x70, (byte)(5 + other.Length), 0, 1, 0, 0, 0, 0, .. other];
        int directory = archive.AsSpan().IndexOf("PK\u0001\u0002"u8), end = archive.AsSpan().IndexOf("PK\u0005\u0006"u8);
        byte[] named = [.. archive[..end], .. extra, .. archive[end..]];
        named[directory + 30] = (byte)extra.Length;
        named[end + extra.Length + 12] += (byte)extra.Length;
        Add("model.keras", named);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "code" """));

        // The same in the member's own header, and for comparison a field there that is no name.
        byte[] Local(byte[] field)
        {
            int behind = 30 + archive[26];
            byte[] local = [.. archive[..behind], .. field, .. archive[behind..]];
            local[28] = (byte)field.Length;
            local[end + field.Length + 16] += (byte)field.Length;
            return local;
        }

        Add("model.keras", Local([0x99, 0x70, .. extra[2..]]));
        Assert.True(Verify(""", "forbid": "code" """).IsValid);
        Add("model.keras", Local(extra));
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "code" """));
    }

    [Fact]
    public void What_exceeds_the_inspection_limit_is_refused_unless_its_header_describes_everything()
    {
        using (FileStream file = File.Create(_model["big.dat"]))
        {
            file.SetLength(33 * 1024 * 1024);
        }

        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "forbid": "pickle" """));
        File.Delete(_model["big.dat"]);
        Add("big.safetensors", SafetensorsBytes.Of(("a", "U8", [33 * 1024 * 1024], 33 * 1024 * 1024)));
        Assert.True(Verify(All + Allow).IsValid);
    }

    [Fact]
    public void A_signature_in_shards_is_inspected_as_well()
    {
        Add("weights.bin", [.. Pickle, .. new byte[100]]);
        Sign(request => request with { ShardSize = 16 });
        Assert.Equal("TrustPolicyContentForbidden", Assert.Throws<ModelSigningException>(() => _model.Verify(With(All))).Definition.Id);
    }

    [Fact]
    public void One_file_of_a_model_is_inspected_as_well()
    {
        Add("weights.bin", Pickle);
        Sign();
        TrustPolicy policy = Parse(All);
        Assert.Equal("TrustPolicyContentForbidden", Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with
        {
            ModelPath = _model["weights.bin"],
            SignaturePath = _model.SignaturePath,
            Verifier = policy.VerifierFor(_model["weights.bin"]),
            FolderVerifier = folder => policy.VerifierFor(folder),
        })).Definition.Id);
    }

    [Theory]
    [InlineData("model.sig", true)]
    [InlineData("weights.bin.sig", false)]
    public void A_signature_of_a_folder_in_the_place_of_a_files_own_does_not_evade_an_earlier_rule_for_the_file(string name, bool isAccepted)
    {
        Add("weights.bin", "w"u8);
        Add("other.txt", "o"u8);
        Sign();
        File.Move(_model.SignaturePath, _model[name]);
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        string RuleOf(string rule, string models, EcPublicKey key) => $$"""{ "name": "{{rule}}", "models": ["{{models}}"], "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        foreach (bool isEarlier in (bool[])[true, false])
        {
            string weights = RuleOf("weights", "*.bin", another.PublicKey), rest = RuleOf("rest", "**", _model.Key.PublicKey);
            TrustPolicy policy = ParseRule(isEarlier ? $"{weights}, {rest}" : $"{rest}, {weights}");
            VerificationResult Verify() => _model.Verify(request => request with
            {
                ModelPath = _model["weights.bin"],
                SignaturePath = _model[name],
                Verifier = policy.VerifierFor(_model["weights.bin"]),
                FolderVerifier = folder => policy.VerifierFor(folder),
            });
            if (isAccepted || !isEarlier)
            {
                Assert.True(Verify().IsValid);
            }
            else
            {
                Assert.Equal("TrustPolicySignerNotAccepted", Assert.Throws<ModelSigningException>(() => Verify()).Definition.Id);
            }
        }
    }

    [Theory]
    [InlineData("weights.bin", true)]
    [InlineData("deep/er/weights.bin", true)]
    [InlineData("weights.bin", false)]
    public void A_signature_of_a_files_own_does_not_evade_an_earlier_rule_for_a_folder_that_it_lies_in(string name, bool isEarlier)
    {
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        Add("config.json", "{}"u8);
        Sign();
        Add(name, "evil"u8);
        ModelSigner.Sign(new() { ModelPath = _model[name], CurrentDirectory = _model.Root, Signer = new KeySigner(another), Hashing = ModelFixture.Hashing }, CancellationToken.None);
        string RuleOf(string rule, string models, EcPublicKey key) => $$"""{ "name": "{{rule}}", "models": ["{{models}}"], "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        string release = RuleOf("release", Path.GetFileName(_model.ModelPath), _model.Key.PublicKey), others = RuleOf("others", "**", another.PublicKey);
        TrustPolicy policy = ParseRule(isEarlier ? $"{release}, {others}" : $"{others}, {release}");
        VerificationResult Verify() => _model.Verify(request => request with
        {
            ModelPath = _model[name],
            SignaturePath = _model[name + ".sig"],
            Verifier = policy.VerifierFor(_model[name]),
            FolderVerifier = folder => policy.VerifierFor(folder),
        });
        if (isEarlier)
        {
            Assert.Equal("TrustPolicySignerNotAccepted", Assert.Throws<ModelSigningException>(() => Verify()).Definition.Id);
        }
        else
        {
            Assert.True(Verify().IsValid);
        }
    }

    [Theory]
    [InlineData("weights.bin.sig")]
    [InlineData("model.sig")]
    [InlineData("another.sig")]
    public void A_signature_of_a_folder_in_a_folder_evades_no_earlier_rule_for_one_above_it(string signature)
    {
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        Add("config.json", "{}"u8);
        Sign();
        Add("deep/er/weights.bin", "evil"u8);
        Add("deep/er/other.txt", "evil"u8);
        string folder = _model["deep/er"], path = Path.Join(folder, signature);
        SigningResult signed = ModelSigner.Sign(
            new() { ModelPath = folder, CurrentDirectory = _model.Root, Signer = new KeySigner(another), Hashing = ModelFixture.Hashing }, CancellationToken.None);
        File.Move(signed.SignaturePath, path);
        string RuleOf(string rule, string models, EcPublicKey key) => $$"""{ "name": "{{rule}}", "models": ["{{models}}"], "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        string release = RuleOf("release", Path.GetFileName(_model.ModelPath), _model.Key.PublicKey), others = RuleOf("others", "**", another.PublicKey);
        VerificationResult Verify(TrustPolicy policy) => _model.Verify(request => request with
        {
            ModelPath = _model["deep/er/weights.bin"],
            SignaturePath = path,
            Verifier = policy.VerifierFor(_model["deep/er/weights.bin"]),
            FolderVerifier = folder => policy.VerifierFor(folder),
        });
        Assert.Equal("TrustPolicySignerNotAccepted", Assert.Throws<ModelSigningException>(() => Verify(ParseRule($"{release}, {others}"))).Definition.Id);
        Assert.True(Verify(ParseRule($"{others}, {release}")).IsValid);
    }

    [Fact]
    public void A_file_whose_signature_lies_further_above_falls_under_no_later_rule_than_a_folder_between()
    {
        using EcPrivateKey another = EcPrivateKey.Generate(EcCurve.P256);
        Add("acme/x/weights.bin", "w"u8);
        Add("other.txt", "o"u8);
        Sign();
        string RuleOf(string rule, string models, EcPublicKey key) => $$"""{ "name": "{{rule}}", "models": ["{{models}}"], "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(key.Pem)}} }] }""";
        string between = RuleOf("between", "**/acme/x", another.PublicKey), rest = RuleOf("rest", "**", _model.Key.PublicKey);
        string file = _model["acme/x/weights.bin"];
        VerificationResult Verify(TrustPolicy policy) => _model.Verify(request => request with
        {
            ModelPath = file,
            SignaturePath = _model.SignaturePath,
            Verifier = policy.VerifierFor(file),
            FolderVerifier = folder => policy.VerifierFor(folder),
        });
        Assert.Equal("TrustPolicySignerNotAccepted", Assert.Throws<ModelSigningException>(() => Verify(ParseRule($"{between}, {rest}"))).Definition.Id);
        Assert.True(Verify(ParseRule($"{rest}, {between}")).IsValid);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?>\n<net name=\"Model0\" version=\"11\">", false)]
    [InlineData("<?xml version=\"1.0\"?>\n<network/>", true)]
    public void The_weights_that_OpenVINO_opens_beside_its_XML_must_be_in_the_model(string text, bool isAccepted)
    {
        const string rule = """, "forbid": ["unpinnedReferences"]""";
        Add("openvino_model.xml", Encoding.UTF8.GetBytes(text));
        Sign();
        Assert.Equal(isAccepted ? null : "TrustPolicyContentForbidden", (Record.Exception(() => _model.Verify(With(rule))) as ModelSigningException)?.Definition.Id);
        Add("openvino_model.bin", "weights"u8);
        Sign();
        Assert.NotEqual("TrustPolicyContentForbidden", (Record.Exception(() => _model.Verify(With(rule))) as ModelSigningException)?.Definition.Id);
    }

    [Theory]
    [InlineData("""["text"]""", true)]
    [InlineData("""["json"]""", false)]
    public void An_empty_file_must_be_of_an_allowed_format_too(string formats, bool isAccepted)
    {
        Add(".gitkeep", ""u8);
        Sign();
        Exception? refusal = Record.Exception(() => _model.Verify(With($$""", "allowFormats": {{formats}}""")));
        Assert.Equal(isAccepted ? null : "TrustPolicyFormatNotAllowed", refusal is null ? null : Assert.IsType<ModelSigningException>(refusal).Definition.Id);
    }

    [Fact]
    public void Files_that_were_not_read_are_refused()
    {
        Sign();
        VerificationResult valid = _model.Verify(With(""));
        Assert.Equal("TrustPolicyContentUninspectable", Assert.Throws<ModelSigningException>(
            () => Parse(All).VerifierFor(_model.ModelPath).Conclude(valid, content: null, _model.VerificationRequest, CancellationToken.None)).Definition.Id);
    }

    [Fact]
    public void What_was_not_signed_is_refused_although_the_caller_lets_it_be_there()
    {
        Sign();
        Add("extra.txt", "x"u8);
        Add(".gitattributes", "* -text"u8);
        Assert.True(_model.Verify(request => With("")(request) with { IgnoreUnsignedFiles = true }).IsValid);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Verify(request => With(All)(request) with { IgnoreUnsignedFiles = true }));
        Assert.Equal("TrustPolicyContentUninspectable", refusal.Definition.Id);
        Assert.Contains("'extra.txt'", refusal.Message, StringComparison.Ordinal);
        File.Delete(_model["extra.txt"]);
        Assert.True(_model.Verify(With(All)).IsValid);
    }

    [Fact]
    public void A_model_packed_in_a_layer_is_refused_because_its_bytes_do_not_come_by()
    {
        using StoreFixture store = new();
        OciLayoutBuilder builder = new();
        builder.Manifest("go", builder.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray()),
            builder.Blob("application/vnd.cncf.model.weight.v1.tar", OciLayoutBuilder.Tar(("a.txt", "text")), ("org.cncf.model.filepath", "a.txt")));
        string layout = builder.WriteFolder(store.Folder, "layout");
        store.Sign(layout, "Oci", "go");
        Assert.True(store.Verify(layout, "Oci", "go").IsValid);
        string rule = Rule(All).Replace("\"model\"", "\"layout\"", StringComparison.Ordinal).Replace(JsonSerializer.Serialize(_model.Key.PublicKey.Pem), JsonSerializer.Serialize(store.PublicKey.Pem), StringComparison.Ordinal);
        Assert.Equal("TrustPolicyContentUninspectable", Assert.Throws<ModelSigningException>(
            () => store.Verify(layout, "Oci", "go", request => request with { Verifier = ParseRule(rule).VerifierFor(layout) })).Definition.Id);
    }

    [Theory]
    [InlineData(".gitattributes", true)]
    [InlineData(".gitattributes/evil.py", false)]
    [InlineData(".gitignore/evil.py", false)]
    public void A_folder_with_the_name_of_a_file_of_git_is_not_excused_in_a_store(string name, bool isAccepted)
    {
        using StoreFixture store = new();
        OciLayoutBuilder builder = new();
        builder.Manifest("go", builder.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray()),
            builder.Blob("application/vnd.cncf.model.doc.v1.raw", "text"u8.ToArray(), ("org.cncf.model.filepath", "a.txt")),
            builder.Blob("application/vnd.cncf.model.code.v1.tar", OciLayoutBuilder.Tar((name, "print()")), ("org.cncf.model.filepath", ".")));
        string layout = builder.WriteFolder(store.Folder, "layout");
        store.Sign(layout, "Oci", "go");
        string rule = Rule(All).Replace("\"model\"", "\"layout\"", StringComparison.Ordinal).Replace(JsonSerializer.Serialize(_model.Key.PublicKey.Pem), JsonSerializer.Serialize(store.PublicKey.Pem), StringComparison.Ordinal);
        VerificationResult Verified() => store.Verify(layout, "Oci", "go", request => request with { Verifier = ParseRule(rule).VerifierFor(layout) });
        if (isAccepted)
        {
            Assert.True(Verified().IsValid);
        }
        else
        {
            Assert.Equal("TrustPolicyContentUninspectable", Assert.Throws<ModelSigningException>(Verified).Definition.Id);
        }
    }

    [Theory]
    [InlineData("weights.safetensors", "TrustPolicyContentUninspectable")]
    [InlineData("notes.txt", "TrustPolicyContentUninspectable")]
    public void A_file_is_of_a_format_because_its_bytes_parse_as_it(string name, string id)
    {
        Add(name, [1, 0, 2]);
        Assert.Equal(id, Refused(Allow));
        Add(name, SafetensorsBytes.Of(("a", "U8", [3], 3)));
        Assert.True(Verify(Allow).IsValid);
    }

    [Fact]
    public void Arrays_and_pictures_are_formats_too()
    {
        Add("a.npy", [0x93, .. "NUMPY\u0001\0\u003a\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"u8, .. new byte[8]]);
        Add("a.png", Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        Assert.Equal("TrustPolicyFormatNotAllowed", Refused(Allow));
        Assert.True(Verify(""", "allowFormats": ["npy", "png", "json"]""").IsValid);
        byte[] array = File.ReadAllBytes(_model["a.npy"]);
        Add("a.npy", [.. array[..7], 9, .. array[8..]]);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["npy", "png", "json"]"""));
        Add("a.npy", [.. array, 0]);
        Assert.Equal("TrustPolicyContentUninspectable", Refused(""", "allowFormats": ["npy", "png", "json"]"""));
    }

    [Theory]
    [InlineData(""", "forbid": "pickles" """, "'pickles' in 'forbid'")]
    [InlineData(""", "allowFormats": ["safetensor"]""", "'safetensor' in 'allowFormats'")]
    [InlineData(""", "forbid": [] """, "'forbid'")]
    public void A_demand_that_is_not_known_makes_the_policy_invalid(string more, string says) =>
        Assert.Contains(says, Assert.Throws<ModelSigningException>(() => Parse(more)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_author_is_told_what_a_rule_leaves_open()
    {
        Assert.Contains("only one of pickle and code", Assert.Single(Parse(""", "forbid": "pickle" """).Advice()).Text, StringComparison.Ordinal);
        Assert.Contains("unpinnedReferences", Assert.Single(Parse(Allow).Advice()).Text, StringComparison.Ordinal);
        Assert.Empty(Parse(All).Advice());
    }

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

    private static byte[] Array(string header, byte[] data) => [0x93, .. "NUMPY\u0001\0"u8, (byte)(header.Length + 1), 0, .. Encoding.Latin1.GetBytes(header), (byte)'\n', .. data];

    private static byte[] ArrayWithHdf5()
    {
        byte[] array = Array("{'descr': '|u1', 'fortran_order': False, 'shape': (2000,), }", new byte[2000]);
        "\u0089HDF\r\n\u001a\n".Select(one => (byte)one).ToArray().CopyTo(array, 512);
        return array;
    }

    // Valid as safetensors; as a pickle it is short texts (U, a length, so many bytes), of which the first begins with the header's length, and then what the tensor has.
    private static byte[] SafetensorsPickle()
    {
        byte[] data = Pickle[2..];
        string end = $$$"""x"},"a":{"dtype":"U8","shape":[{{{data.Length}}}],"data_offsets":[0,{{{data.Length}}}]} }""";
        string header = "{\"__metadata__\":{\"a\":\"".PadRight(114, 'x') + string.Concat(Enumerable.Repeat("Ud" + new string('x', 100), 300)) + "UY" + new string('x', 89 - end.Length) + end;
        Assert.Equal('U' + ('x' << 8), header.Length);
        return [(byte)'U', (byte)'x', 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private static byte[] TarWith(Func<byte[], (long Sum, bool IsBase256)> sumOf)
    {
        byte[] header = new byte[512];
        "d\u00e9.pkl"u8.CopyTo(header);
        header[156] = (byte)'0';
        "00000000004"u8.CopyTo(header.AsSpan(124));
        header.AsSpan(148, 8).Fill((byte)' ');
        (long sum, bool isBase256) = sumOf(header);
        if (isBase256)
        {
            header.AsSpan(148, 8).Clear();
            header[148] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(152), (int)sum);
        }
        else
        {
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(header, 148);
            header[154] = 0;
        }

        return [.. header, .. Pickle, .. new byte[512 - Pickle.Length]];
    }

    // A model with one initializer whose data is in a file.
    private static byte[] Onnx(string location) => Field(7, Field(5, [.. Field(8, "w"u8), .. Field(13, [.. Field(1, "location"u8), .. Field(2, Encoding.UTF8.GetBytes(location))]), 0x70, 1]));

    private static byte[] Replaced(byte[] bytes, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        byte[] copy = [.. bytes];
        for (int at = copy.AsSpan().IndexOf(before); at >= 0; at = copy.AsSpan().IndexOf(before))
        {
            after.CopyTo(copy.AsSpan(at));
        }

        return copy;
    }

    // To a careless reader of PNG one long header and an end, to one of Protocol Buffers an unknown field, the producer "IHDR", a model and a long text.
    private static byte[] OnnxInPng(string location)
    {
        const int length = 0x1204, rest = 16;
        byte[] model = Onnx(location);
        int text = length - model.Length - 3 + rest;
        byte[] header = [.. model, 0x32, (byte)(text | 0x80), (byte)(text >> 7), .. Enumerable.Repeat((byte)' ', text - rest)];
        return [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0x12, 4, .. "IHDR"u8, .. header, .. "CRCC"u8, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [(byte)((number << 3) | 2), (byte)bytes.Length, .. bytes];

    private void Add(string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_model[name])!);
        File.WriteAllBytes(_model[name], bytes);
    }

    private void Sign(Func<SigningRequest, SigningRequest>? change = null)
    {
        File.Delete(_model.SignaturePath);
        _model.Sign(change);
    }

    [Fact]
    public void A_part_with_unsigned_files_in_it_is_refused_although_the_signer_left_them_out()
    {
        _model.Write("weights/index.json", "{}");
        _model.Sign(request => request with { IgnorePaths = ["weights/cache"] });
        VerificationResult Part(string name) => _model.Verify(request => With(""", "forbid": ["pickle"] """)(request) with { IncludePaths = [name] });
        Assert.True(Part("weights").IsValid);
        _model.Write("weights/cache/more.bin", "x");
        Assert.True(Part("config.json").IsValid);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Part("weights"));
        Assert.Equal("TrustPolicyContentUninspectable", refusal.Definition.Id);
        Assert.Contains("'weights/cache' is neither signed nor inspected", refusal.Message, StringComparison.Ordinal);
    }

    private string Rule(string more) => $$"""{ "name": "team", "models": "model", "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(_model.Key.PublicKey.Pem)}} }]{{more}} }""";

    private TrustPolicy Parse(string more) => ParseRule(Rule(more));

    private TrustPolicy ParseRule(string rule) =>
        TrustPolicy.Parse(Encoding.UTF8.GetBytes($$"""{ "version": 1, "rules": [{{rule}}] }"""), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]);

    private Func<VerificationRequest, VerificationRequest> With(string more) => request => request with { Verifier = Parse(more).VerifierFor(_model.ModelPath) };

    private VerificationResult Verify(string more)
    {
        Sign();
        return _model.Verify(With(more));
    }

    private string Refused(string more)
    {
        Sign();
        return Assert.Throws<ModelSigningException>(() => _model.Verify(With(more))).Definition.Id;
    }
}
