using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Content;

/// <summary>Finds what a configuration in JSON names elsewhere, in whatever object of it.</summary>
/// <param name="file">The file.</param>
/// <param name="names">The names of the model's files.</param>
/// <param name="references">Where the findings go.</param>
internal sealed class ReferenceReader(CapturedFile file, HashSet<string> names, List<Reference> references)
{
    private const int CommitLength = 40;
    private const string Labels = "id2label";

    private static readonly InputRules Rules = new("file", ContentCapture.MostOfFile, FormatErrors.JsonFileInvalid) { AcceptsByteOrderMark = true, MaximumMembers = 1_000_000 };

    private readonly HashSet<Reference> _seen = [];

    private string Folder => file.Name[..^file.FileName.Length];

    /// <summary>Whether the file is a Jupyter notebook.</summary>
    public bool IsNotebook { get; private set; }

    /// <summary>Whether an object of Keras is in it that holds code, or names a function or another module (<see cref="KerasObject"/>).</summary>
    public bool HasLambda { get; private set; }

    /// <summary>Whether it holds a pickle as a text, as stable-baselines3 writes it.</summary>
    public bool HasPickle { get; private set; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.JsonFileInvalid"/>.</exception>
    public void Read(CancellationToken cancellationToken)
    {
        JsonSlice root = ReadRoot(file, Rules, cancellationToken);
        IsNotebook = root.TryGet("nbformat", out _) && root.TryGet("cells", out _);
        LookAtShards(root);
        if (file.FileName is "tokenizer.json" or "vocab.json" or "tekken.json")
        {
            LookForKeras(root);
        }
        else if (!file.FileName.EndsWith(TensorIndex.FileNameEnd, StringComparison.Ordinal))
        {
            Walk("", root);
        }
    }

    /// <summary>Reads a file as JSON whose root is an object or an array; an array is the one member of the object that is answered.</summary>
    internal static JsonSlice ReadRoot(CapturedFile file, InputRules rules, CancellationToken cancellationToken)
    {
        // Only objects are read at the root; sentence-transformers has an array there.
        bool isArray = file.Head.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        JsonSlice root = StrictJson.Read(isArray ? (byte[])[.. "{\"\":"u8, .. file.Head.Span, (byte)'}'] : file.Head, file.Name, rules, cancellationToken);
        int members = 0;
        foreach (JsonSliceMember _ in root.Members)
        {
            if (isArray && ++members > 1)
            {
                throw FormatErrors.JsonFileInvalid.At($"'{file.Name}' has data after its array.", file.Name);
            }
        }

        return root;
    }

    private void Walk(string name, JsonSlice value)
    {
        // The documents are small and the depth is bounded by the strict reader.
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                HasLambda |= KerasObject.Runs(value);
                foreach (JsonSliceMember member in value.Members)
                {
                    Look(member.Name, member.Value, value, name);
                    Walk(name == Labels ? name : member.Name, member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonSlice element in value.Elements)
                {
                    Walk(name, element);
                }

                break;
            case JsonValueKind.String when value.Text() is var text:
                if (NamedPath.IsPathAway(file.Name, text, IsNote(name)))
                {
                    AddFile(text);
                }
                else if (IsOfHub(text))
                {
                    Add(ReferenceKind.Component, text);
                }

                break;
            default:
                break;
        }
    }

    // In a vocabulary any text can stand, but a tokenizer of KerasHub is an object of Keras as its models are, and has the same name as one of transformers.
    private void LookForKeras(JsonSlice value)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                if (Text(value, "class_name") is not null)
                {
                    Walk("", value);
                    break;
                }

                foreach (JsonSliceMember member in value.Members)
                {
                    LookForKeras(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonSlice element in value.Elements)
                {
                    LookForKeras(element);
                }

                break;
            default:
                break;
        }
    }

    // What a loader alone understands, such as hf://, s3:// or kaggle://; an address with https:// is a text for people.
    private static bool IsOfHub(string text)
    {
        int end = text.IndexOf("://", StringComparison.Ordinal);
        return text.StartsWith("hf-hub:", StringComparison.Ordinal)
            || (end > 1 && text[..end] is var scheme && scheme.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.') && !scheme.Equals("https", StringComparison.OrdinalIgnoreCase) && !scheme.Equals("http", StringComparison.OrdinalIgnoreCase));
    }

    // Where a model was made, and the names of classes, which may look like paths. What else ends so is a reference whatever its text is (ModelMembers).
    private static bool IsNote(string name) =>
        name is Labels or "special_tokens_map_file" or "best_model_checkpoint" or "output_dir" or "logging_dir" || name.EndsWith("name_or_path", StringComparison.Ordinal);

    private void Look(string name, JsonSlice value, JsonSlice parent, string holder)
    {
        if (ModelMembers.KindOf(file.FileName, holder, name) is { } kind)
        {
            LookAtModel(kind, name, value, parent);
            return;
        }

        string? text = value.Kind == JsonValueKind.String ? value.Text() : null;
        switch (name)
        {
            case "auto_map":
                EachText(value, AddCode);
                break;
            case "custom_pipelines" when value.Kind == JsonValueKind.Object:
                foreach (JsonSliceMember pipeline in value.Members)
                {
                    if (Text(pipeline.Value, "impl") is { } implementation)
                    {
                        AddCode(implementation);
                    }
                }

                break;
            case ":serialized:" when text is not null:
                HasPickle = true;
                break;
            case "trust_remote_code" when IsTrue(value):
                Add(ReferenceKind.TrustedCode, "trust_remote_code");
                break;
            case "repo_id" when text is { Length: > 0 } && parent.TryGet("class_info_file", out _):
            case "dataset" when text is { Length: > 0 } && (parent.TryGet("index_name", out _) || Text(parent, "model_type") == "rag"):
            case "architecture" or "timm_model_name" when text?.Contains(':', StringComparison.Ordinal) == true:
            case "backbone" when text is { Length: > 0 } && (text.Contains('/', StringComparison.Ordinal)
                || !parent.TryGet("use_pretrained_backbone", out JsonSlice pretrained) || IsTrue(pretrained)):
                Add(ReferenceKind.Component, text);
                break;
            case "adapters" when file.FileName == "adapter_config.json":
                EachText(value, adapter => Add(ReferenceKind.Component, adapter));
                break;
            case "kernel" or "use_kernel":
                EachText(value, AddKernel);
                break;
            case "parent_library" when text is not null && text != "transformers" && !text.StartsWith("transformers.", StringComparison.Ordinal):
            case "megatron_core" when text is not (null or "megatron.core"):
                AddCode(text);
                break;
            case "activation_function" or "activation_fn" or "sbert_ce_default_activation_function" when text?.Contains('.', StringComparison.Ordinal) == true && !IsKnownClass(text):
            case "type" when file.FileName == "modules.json" && text is not null && !IsKnownClass(text):
            case "tokenizer_class" when text?.Contains('.', StringComparison.Ordinal) == true && !IsKnownClass(text):
            case "class" when text is not null && (parent.TryGet("__kind__", out _) || IsForeignStep(text)):
                AddCode(text);
                break;
            case "path" when file.FileName == "modules.json" && text is not null:
                AddFolder(text);
                break;
            case "types" when file.FileName is "router_config.json" or "config.json" && value.Kind == JsonValueKind.Object:
                LookAtRouter(value);
                break;
            case "class_info_file" when text is { Length: > 0 } && Text(parent, "repo_path") is null && Text(parent, "repo_id") is null:
            case "transformers_weights" or "vocabulary" when text is { Length: > 0 }:
                AddMissingFile(text);
                break;
            case "prompt_tuning_init_state_dict_path" when text is { Length: > 0 }:
                // Relative to where the program runs, so that a file of the model is not meant.
                AddFile(text);
                break;
            default:
                LookByPattern(name, value, text);
                break;
        }
    }

    // peft and diffusers alone take a revision from beside the name. A list is none that they read, but names models all the same.
    private void LookAtModel(ReferenceKind kind, string name, JsonSlice value, JsonSlice parent)
    {
        string? revision = name is "base_model_name_or_path" or "pretrained_model_name_or_path" or "repo" ? Text(parent, "revision") : null;
        if (value.Kind == JsonValueKind.String)
        {
            AddModel(value);
        }

        foreach (JsonSlice one in value.Elements)
        {
            AddModel(one);
        }

        void AddModel(JsonSlice one)
        {
            if (one.Kind == JsonValueKind.String && one.Text() is { Length: > 0 } target)
            {
                Add(kind, target, revision, IsCommit(revision));
            }
        }
    }

    // A step of a policy of LeRobot that has no short name: its class is imported.
    private bool IsForeignStep(string text) =>
        file.FileName is "policy_preprocessor.json" or "policy_postprocessor.json" && text.Contains('.', StringComparison.Ordinal) && !text.StartsWith("lerobot.", StringComparison.Ordinal);

    private void LookByPattern(string name, JsonSlice value, string? text)
    {
        if (name.Contains("_implementation", StringComparison.Ordinal))
        {
            EachText(value, AddKernel);
        }
        else if (file.FileName is "model_index.json" or "modular_model_index.json" && value.Kind == JsonValueKind.Array)
        {
            LookAtComponent(value);
        }
        else if (file.FileName == "tokenizer_config.json" && text is { Length: > 0 } && name.EndsWith("_file", StringComparison.Ordinal) && name != "special_tokens_map_file")
        {
            AddMissingFile(text);
        }
    }

    // The files that an index says the tensors are in, from its own folder.
    private void LookAtShards(JsonSlice root)
    {
        if (!root.TryGet("weight_map", out JsonSlice map) || map.Kind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonSliceMember tensor in map.Members)
        {
            if (tensor.Value.Kind == JsonValueKind.String)
            {
                AddMissingFile(tensor.Value.Text());
            }
        }
    }

    // The folders and classes between which sentence-transformers chooses.
    private void LookAtRouter(JsonSlice types)
    {
        foreach (JsonSliceMember type in types.Members)
        {
            if (type.Value.Kind == JsonValueKind.String && type.Value.Text() is var name && name.Contains('.', StringComparison.Ordinal))
            {
                AddFolder(type.Name);
                if (!IsKnownClass(name))
                {
                    AddCode(name);
                }
            }
        }
    }

    // A component is [library, class]; a library that is not one of these is a module of the model or of someone else.
    private void LookAtComponent(JsonSlice value)
    {
        foreach (JsonSlice library in value.Elements)
        {
            if (library.Kind == JsonValueKind.String && library.Text() is var name && name is not ("diffusers" or "transformers" or "onnxruntime" or "stable_diffusion")
                && !name.StartsWith("diffusers.", StringComparison.Ordinal))
            {
                AddCode(name);
            }

            return;
        }
    }

    // What sentence-transformers makes without being told to trust code.
    private static bool IsKnownClass(string name) => name.StartsWith("sentence_transformers.", StringComparison.Ordinal)
        || (name.StartsWith("torch.nn.", StringComparison.Ordinal) && name[(name.LastIndexOf('.') + 1)..] is [>= 'A' and <= 'Z', ..]);

    private static void EachText(JsonSlice value, Action<string> use)
    {
        switch (value.Kind)
        {
            case JsonValueKind.String:
                use(value.Text());
                break;
            case JsonValueKind.Object:
                foreach (JsonSliceMember member in value.Members)
                {
                    EachText(member.Value, use);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonSlice element in value.Elements)
                {
                    EachText(element, use);
                }

                break;
            default:
                break;
        }
    }

    // REPOSITORY--MODULE.CLASS, of which no loader takes a commit from a file, or MODULE.CLASS for a module of the model itself, which its signature covers.
    private void AddCode(string target)
    {
        bool isForeign = target.Contains("--", StringComparison.Ordinal);
        bool isCovered = !isForeign && target.Split('.') is { Length: > 0 } parts
            && (names.Contains($"{Folder}{parts[0]}.py") || names.Contains($"{Folder}{parts[0]}/__init__.py") || names.Contains($"{Folder}{string.Join('/', parts[..^1])}.py"));
        Add(ReferenceKind.Code, target, isPinned: isCovered);
    }

    private void AddKernel(string target)
    {
        if (target.Contains('/', StringComparison.Ordinal))
        {
            int at = target.IndexOf('@', StringComparison.Ordinal);
            string? version = at < 0 ? null : target[(at + 1)..];
            Add(ReferenceKind.Kernel, target, version, IsCommit(version));
        }
    }

    private void AddFolder(string path)
    {
        if (NamedPath.LeadsAway(file.Name, path))
        {
            AddFile(path);
        }
    }

    private void AddMissingFile(string path)
    {
        if (!names.Contains(Folder + path))
        {
            AddFile(path);
        }
    }

    private void AddFile(string path) => Add(ReferenceKind.ExternalData, path);

    private void Add(ReferenceKind kind, string target, string? revision = null, bool isPinned = false)
    {
        Reference reference = new(file.Name, kind, target, revision, isPinned);
        if (_seen.Add(reference))
        {
            references.Add(reference);
        }
    }

    // As Python takes a value for true or false.
    private static bool IsTrue(JsonSlice value) => value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => value.Text().Length > 0,
        JsonValueKind.Number => value.Utf8.Span.ContainsAnyInRange((byte)'1', (byte)'9'),
        JsonValueKind.Array => value.Elements.MoveNext(),
        JsonValueKind.Object => value.Members.MoveNext(),
        _ => false,
    };

    private static bool IsCommit(string? revision) => revision?.Length == CommitLength && revision.All(char.IsAsciiHexDigitLower);

    private static string? Text(JsonSlice value, string name) =>
        value.TryGet(name, out JsonSlice member) && member.Kind == JsonValueKind.String ? member.Text() : null;
}
