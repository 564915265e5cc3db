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
    [InlineData("config.json", """{"speculators_config":{"algorithm":"eagle3","verifier":{"name_or_path":"evil/served","architectures":["L"]}}}""", ReferenceKind.BaseModel, "evil/served")]
    [InlineData("config.json", """{"speculators_config":{"verifier":{"name_or_path":"/srv/other/model"}}}""", ReferenceKind.BaseModel, "/srv/other/model")]
    [InlineData("config.json", """{"model_type":"ultravox","text_model_id":"evil/llama","audio_model_id":null}""", ReferenceKind.BaseModel, "evil/llama")]
    [InlineData("config.json", """{"model_type":"ultravox","audio_model_id":"evil/whisper"}""", ReferenceKind.BaseModel, "evil/whisper")]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":["evil/base"]}""", ReferenceKind.BaseModel, "evil/base")]
    [InlineData("processor_config.json", """{"audio_tokenizer":{"audio_tokenizer_class":"DacModel","audio_tokenizer_name_or_path":"evil/dac"}}""", ReferenceKind.Component, "evil/dac")]
    [InlineData("config.json", """{"audio_tokenizer_name_or_path":"/srv/dac"}""", ReferenceKind.Component, "/srv/dac")]
    [InlineData("config.json", """{"text_config":{"hf_model_name_or_path":"evil/bert"}}""", ReferenceKind.Component, "evil/bert")]
    [InlineData("config.json", """{"teacher":{"name_or_path":"evil/teacher"}}""", ReferenceKind.Component, "evil/teacher")]
    [InlineData("audio_tokenizer_config.json", """{"name_or_path":"evil/dac"}""", ReferenceKind.Component, "evil/dac")]
    [InlineData("config.json", """{"model_name_or_path":"evil/model","model_file_base_name":"model"}""", ReferenceKind.Component, "evil/model")]
    [InlineData("preprocessor_config.json", """{"image_processor_type":"OneFormerImageProcessor","repo_path":"evil/meta","class_info_file":"x.json"}""", ReferenceKind.Component, "evil/meta")]
    [InlineData("preprocessor_config.json", """{"repo_id":"evil/meta","class_info_file":"x.json"}""", ReferenceKind.Component, "evil/meta")]
    [InlineData("preprocessor_config.json", """{"repo_path":null,"class_info_file":"x.json"}""", ReferenceKind.ExternalData, "x.json")]
    [InlineData("config.json", """{"model_type":"rag","dataset":"evil/wiki","dataset_split":"train"}""", ReferenceKind.Component, "evil/wiki")]
    [InlineData("config.json", """{"index_name":"exact","dataset":"evil/wiki"}""", ReferenceKind.Component, "evil/wiki")]
    [InlineData("config.json", """{"mm_audio_tower":"evil/whisper"}""", ReferenceKind.Component, "evil/whisper")]
    [InlineData("config.json", """{"mm_vision_tower_aux_list":["evil/clip"]}""", ReferenceKind.Component, "evil/clip")]
    [InlineData("config.json", """{"speech_encoder":"models/large-v3.pt"}""", ReferenceKind.Component, "models/large-v3.pt")]
    [InlineData("config.json", """{"pretrained_llm":"evil/llm","pretrained_weights":true}""", ReferenceKind.Component, "evil/llm")]
    [InlineData("config.json", """{"pretrained_asr":"evil/asr"}""", ReferenceKind.Component, "evil/asr")]
    [InlineData("config.json", """{"type":"smolvla","vlm_model_name":"evil/vlm"}""", ReferenceKind.Component, "evil/vlm")]
    [InlineData("model_config.json", """{"model":{"conditioning":{"configs":[{"type":"t5","config":{"t5_model_name":"t5-base"}}]}}}""", ReferenceKind.Component, "t5-base")]
    [InlineData("gliner_config.json", """{"model_name":"evil/encoder","labels_encoder":null}""", ReferenceKind.Component, "evil/encoder")]
    [InlineData("gliner_config.json", """{"labels_encoder":"evil/labels"}""", ReferenceKind.Component, "evil/labels")]
    [InlineData("open_clip_config.json", """{"model_cfg":{"vision_cfg":{"timm_model_name":"hf-hub:evil/vit"}}}""", ReferenceKind.Component, "hf-hub:evil/vit")]
    [InlineData("config.json", """{"mimi_name":"hf://evil/mimi/model.safetensors"}""", ReferenceKind.Component, "hf://evil/mimi/model.safetensors")]
    [InlineData("policy_preprocessor.json", """{"steps":[{"registry_name":"tokenizer_processor","config":{"tokenizer_name":"evil/tokenizer"}}]}""", ReferenceKind.Component, "evil/tokenizer")]
    [InlineData("policy_preprocessor.json", """{"steps":[{"class":"evil.module.Step","config":{}}]}""", ReferenceKind.Code, "evil.module.Step")]
    [InlineData("config.json", """{"sbert_ce_default_activation_function":"evil.module.Activation"}""", ReferenceKind.Code, "evil.module.Activation")]
    [InlineData("adapter_config.json", """{"prompt_tuning_init_state_dict_path":"elsewhere/prompt.bin"}""", ReferenceKind.ExternalData, "elsewhere/prompt.bin")]
    [InlineData("config.json", """{"model_type":"detr","use_timm_backbone":true,"backbone":"resnet50"}""", ReferenceKind.Component, "resnet50")]
    [InlineData("config.json", """{"backbone":"resnet50","use_pretrained_backbone":1}""", ReferenceKind.Component, "resnet50")]
    [InlineData("config.json", """{"backbone":"resnet50","use_pretrained_backbone":"false"}""", ReferenceKind.Component, "resnet50")]
    [InlineData("sentence_bert_config.json", """{"model_args":{"trust_remote_code":[0]}}""", ReferenceKind.TrustedCode, "trust_remote_code")]
    [InlineData("sentence_bert_config.json", """{"model_args":{"trust_remote_code":0.5}}""", ReferenceKind.TrustedCode, "trust_remote_code")]
    [InlineData("config.json", """{"weights":"s3://evil/weights"}""", ReferenceKind.Component, "s3://evil/weights")]
    [InlineData("config.json", """{"weights":"kaggle://evil/model/keras/v"}""", ReferenceKind.Component, "kaggle://evil/model/keras/v")]
    [InlineData("tokenizer.json", """{"module":"keras_hub.src.models.gemma","class_name":"GemmaTokenizer","config":{"proto":"/srv/other/evil.spm"}}""", ReferenceKind.ExternalData, "/srv/other/evil.spm")]
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
    [InlineData("config.json", """{"anything":"\\\\?\\C:\\x\\evil"}""", @"\\?\C:\x\evil")]
    [InlineData("config.json", """{"anything":"C:x\\evil"}""", "C:x\\evil")]
    [InlineData("config.json", """{"anything":"~root/evil"}""", "~root/evil")]
    [InlineData("config.json", """{"anything":"$HOME/evil"}""", "$HOME/evil")]
    [InlineData("config.json", """{"anything":"${TMPDIR}/evil"}""", "${TMPDIR}/evil")]
    [InlineData("config.json", """{"anything":"%TEMP%\\evil"}""", "%TEMP%\\evil")]
    public void A_text_that_leads_to_what_git_keeps_or_out_of_the_model_is_a_reference(string name, string text, string target)
    {
        Reference found = Assert.Single(Inspect(name, text).References);
        Assert.Equal((ReferenceKind.ExternalData, target, false), (found.Kind, found.Target, found.IsPinned));
    }

    // llama.cpp opens the other parts beside the one that it is given.
    [Theory]
    [InlineData("m-00001-of-00002.gguf", "GGUF", "m-00002-of-00002.gguf")]
    [InlineData("a/m-00002-of-00002.gguf", "GGUF", "m-00001-of-00002.gguf")]
    [InlineData("m-00001-of-00001.gguf", "GGUF", null)]
    [InlineData("m.gguf", "GGUF", null)]
    [InlineData("ov/model.xml", "<?xml version=\"1.0\"?>\n<net name=\"a\" version=\"11\">", "model.bin")]
    [InlineData("model.xml", "\u0000<\u0000n\u0000e\u0000t\u0000 ", "model.bin")]
    [InlineData("notes.xml", "<network/>", null)]
    public void A_file_that_loaders_open_beside_another_one_is_a_reference_unless_the_model_has_it(string name, string text, string? target)
    {
        Assert.Equal(target is null ? [] : [(ReferenceKind.ExternalData, target, false)], Inspect(name, text).References.Select(found => (found.Kind, found.Target, found.IsPinned)));
        string companion = name[..(name.LastIndexOf('/') + 1)] + (target ?? "other.bin");
        Assert.Empty(Inspect((name, Encoding.UTF8.GetBytes(text)), (companion, [1])).References);
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
    [InlineData("notes.json", """{"homepage":"https://github.com/a/b","text":"GitHub has ~9 and/or more.","date":"1/2/2026","share":"~5/10","price":"$5/month","formula":"$x/y$","percent":"5%/10%","path":"a/../b","regex":"\\s+|/x"}""")]
    [InlineData("config.json", """{"_name_or_path":"/data/llama","name_or_path":"llama","architectures":["LlamaForCausalLM"],"attention_bias":false,"bos_token_id":128000,"eos_token_id":[128001,128008],"hidden_act":"silu","rope_scaling":{"factor":8.0,"rope_type":"llama3"},"rope_theta":500000.0,"tie_word_embeddings":false,"torch_dtype":"bfloat16","transformers_version":"4.43.0","use_cache":true}""")]
    [InlineData("config.json", """{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","quantization_config":{"bits":4,"damp_percent":0.01,"dataset":null,"desc_act":false,"group_size":128,"model_file_base_name":"model","model_name_or_path":"Qwen2-7B-GPTQ","quant_method":"gptq","sym":true,"tokenizer":null,"true_sequential":true}}""")]
    [InlineData("quantize_config.json", """{"bits":4,"group_size":128,"model_name_or_path":"Llama-2-7B-GPTQ","model_file_base_name":"gptq_model-4bit-128g"}""")]
    [InlineData("config.json", """{"architectures":["LlavaForConditionalGeneration"],"image_token_index":32000,"projector_hidden_act":"gelu","text_config":{"_name_or_path":"lmsys/vicuna-7b-v1.5","model_type":"llama"},"vision_config":{"model_type":"clip_vision_model","projection_dim":768},"vision_feature_select_strategy":"default","vision_feature_layer":-2}""")]
    [InlineData("config.json", """{"mm_vision_tower":null,"mm_vision_select_layer":-2,"tune_vision_tower":true,"unfreeze_mm_vision_tower":true,"mm_vision_tower_lr":2e-06,"vision_tower_type":"clip","mm_tunable_parts":"mm_vision_tower,mm_mlp_adapter","vision_tower":{"hidden_act":"gelu"}}""")]
    [InlineData("config.json", """{"architectures":["MPTForCausalLM"],"attn_config":{"attn_impl":"torch","alibi":true},"init_config":{"name":"kaiming_normal_"},"model_type":"mpt","norm_type":"low_precision_layernorm","tokenizer_name":"EleutherAI/gpt-neox-20b","torch_dtype":"bfloat16"}""")]
    [InlineData("config.json", """{"architectures":["EncoderDecoderModel"],"decoder":{"_name_or_path":"bert-base","model_type":"bert","task_specific_params":null},"encoder":{"_name_or_path":"bert-base"},"is_encoder_decoder":true}""")]
    [InlineData("config.json", """{"architectures":["DetrForObjectDetection"],"backbone":"resnet50","backbone_config":null,"trust_remote_code":0,"backbone_kwargs":{"out_indices":[1,2,3,4]},"use_pretrained_backbone":false,"use_timm_backbone":true,"num_queries":100}""")]
    [InlineData("config.json", """{"architecture":"vit_base_patch16_224","num_classes":1000,"num_features":768,"pretrained_cfg":{"tag":"augreg_in21k","custom_load":true,"input_size":[3,224,224],"interpolation":"bicubic","first_conv":"patch_embed.proj","classifier":"head","license":"apache-2.0","origin_url":"https://github.com/google-research/vision_transformer","paper_ids":"arXiv:2106.10270"}}""")]
    [InlineData("config.json", """{"model_type":"swinv2","pretrained_window_sizes":[0,0,0,0],"window_size":8,"hidden_act":"gelu","path_norm":true}""")]
    [InlineData("config.json", """{"_class_name":"UNet2DConditionModel","_diffusers_version":"0.30.0","_name_or_path":"/models/sdxl/unet","act_fn":"silu","addition_embed_type":"text_time","down_block_types":["DownBlock2D"],"mid_block_type":"UNetMidBlock2DCrossAttn"}""")]
    [InlineData("config.json", """{"moshi_name":"model.safetensors","mimi_name":"tokenizer-e351c8d8-checkpoint125.safetensors","tokenizer_name":"tokenizer_spm_48k.model","dim":2048,"norm":"rms_norm_f32"}""")]
    [InlineData("config.json", """{"architectures":["BertForSequenceClassification"],"classifier_dropout":null,"sentence_transformers":{"activation_fn":"torch.nn.modules.activation.Sigmoid","version":"5.0.0"},"sbert_ce_default_activation_function":"torch.nn.modules.linear.Identity"}""")]
    [InlineData("generation_config.json", """{"alignment_heads":[[5,3]],"begin_suppress_tokens":[220,50257],"decoder_start_token_id":50258,"is_multilingual":true,"lang_to_id":{"<|en|>":50259},"task_to_id":{"transcribe":50359},"return_timestamps":false,"transformers_version":"4.38.0"}""")]
    [InlineData("preprocessor_config.json", """{"crop_size":{"height":224,"width":224},"do_resize":true,"feature_extractor_type":"CLIPFeatureExtractor","image_mean":[0.48,0.45,0.40],"image_processor_type":"CLIPImageProcessor","processor_class":"CLIPProcessor","resample":3,"return_tensors":"np"}""")]
    [InlineData("preprocessor_config.json", """{"image_processor_type":"OneFormerImageProcessor","class_info_file":"ade20k_panoptic.json","metadata":{"0":"wall"},"repo_path":null}""", "ade20k_panoptic.json")]
    [InlineData("tokenizer_config.json", """{"add_bos_token":true,"added_tokens_decoder":{"0":{"content":"<pad>","special":true}},"backend":"tokenizers","clean_up_tokenization_spaces":false,"legacy":true,"model_max_length":8192,"name_or_path":"google/gemma","special_tokens_map_file":null,"tokenizer_class":"GemmaTokenizer","use_default_system_prompt":false}""")]
    [InlineData("open_clip_config.json", """{"model_cfg":{"embed_dim":1152,"vision_cfg":{"image_size":384,"timm_model_name":"vit_so400m_patch14_siglip_384","timm_model_pretrained":false,"timm_pool":"map","timm_proj":"none"},"text_cfg":{"context_length":64,"vocab_size":32000,"hf_tokenizer_name":"","tokenizer_kwargs":{"clean":"canonicalize"}}},"preprocess_cfg":{"mean":[0.5]}}""")]
    [InlineData("train_config.json", """{"dataset":{"repo_id":"lerobot/pusht","root":null},"policy":{"type":"act","repo_id":"me/act","tags":null},"wandb":{"enable":false}}""")]
    [InlineData("policy_preprocessor.json", """{"name":"policy_preprocessor","steps":[{"registry_name":"rename_observations_processor","config":{"rename_map":{}}},{"class":"lerobot.processor.Step","config":{}},{"registry_name":"normalizer_processor","config":{"eps":1e-08},"state_file":"policy_preprocessor_step_3_normalizer_processor.safetensors"}]}""", "policy_preprocessor_step_3_normalizer_processor.safetensors")]
    [InlineData("adapter_config.json", """{"alpha_pattern":{},"auto_mapping":null,"base_model_name_or_path":null,"bias":"none","eva_config":null,"fan_in_fan_out":false,"init_lora_weights":true,"lora_alpha":16,"peft_type":"LORA","r":8,"target_modules":["q_proj","v_proj"],"task_type":"CAUSAL_LM"}""")]
    [InlineData("adapter_config.json", """{"config":{"architecture":"lora","alpha":8},"hidden_size":768,"model_class":"BertAdapterModel","model_name":"bert-base-uncased","model_type":"bert","name":"sst"}""")]
    [InlineData("tokenizer.json", """{"version":"1.0","added_tokens":[{"id":0,"content":"/etc/passwd"}],"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"class_name":1,"module":2,"../x":3},"merges":[["hf","://"]]}}""")]
    [InlineData("tokenizer.json", """{"module":"keras_hub.src.models.gemma.gemma_tokenizer","class_name":"GemmaTokenizer","config":{"name":"gemma_tokenizer","dtype":{"module":"keras","class_name":"DTypePolicy","config":{"name":"int32"}}},"registered_name":"keras_hub>GemmaTokenizer"}""")]
    public void What_models_of_the_libraries_have_in_their_configurations_is_no_reference(string name, string text, string? other = null)
    {
        ModelInspection inspection = Inspect((name, Encoding.UTF8.GetBytes(text)), (other ?? "README.md", "x"u8.ToArray()));
        Assert.Empty(inspection.References);
        Assert.DoesNotContain(inspection.Executables, one => one.File == name);
    }

    [Theory]
    [InlineData("""{"module":"subprocess","class_name":"Popen","config":{"args":["sh"]},"registered_name":"keras_hub>Tokenizer"}""")]
    [InlineData("""{"config":{"layers":[{"module":"keras.layers","class_name":"Lambda","config":{}}]}}""")]
    [InlineData("""{"config":{"layers":[{"class_name":"ClassMethod","config":{"cls_symbol":"io.write_file","method_name":"__call__"}}]}}""")]
    [InlineData("""{"config":{"layers":[{"class_name":"InstanceMethod","config":{"method_name":"x"}}]}}""")]
    public void A_tokenizer_that_is_an_object_of_Keras_is_looked_at_as_its_models_are(string text)
    {
        foreach (string name in (string[])["tokenizer.json", "sub/vocab.json", "tekken.json"])
        {
            Assert.Equal(ExecutableKind.LambdaLayer, Assert.Single(Inspect(name, text).Executables).Kind);
        }
    }

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
