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

    private static readonly InputRules Rules = new("file", ContentCapture.MostOfFile, FormatErrors.JsonFileInvalid) { AcceptsByteOrderMark = true, MaximumMembers = 1_000_000 };

    /// <summary>Whether the file is a Jupyter notebook.</summary>
    public bool IsNotebook { get; private set; }

    /// <summary>Whether an object of Keras is in it that holds code, or names a function or another module (<see cref="KerasObject"/>).</summary>
    public bool HasLambda { get; private set; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.JsonFileInvalid"/>.</exception>
    public void Read(CancellationToken cancellationToken)
    {
        JsonSlice root = ReadRoot(file, Rules, cancellationToken);
        IsNotebook = root.TryGet("nbformat", out _) && root.TryGet("cells", out _);
        LookAtShards(root);
        if (!file.FileName.EndsWith(TensorIndex.FileNameEnd, StringComparison.Ordinal) && file.FileName is not ("tokenizer.json" or "vocab.json"))
        {
            Walk(root, Text(root, "revision"), Text(root, "code_revision"));
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

    private void Walk(JsonSlice value, string? revision, string? codeRevision)
    {
        // The documents are small and the depth is bounded by the strict reader.
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                HasLambda |= KerasObject.Runs(value);
                foreach (JsonSliceMember member in value.Members)
                {
                    Look(member.Name, member.Value, revision, codeRevision);
                    Walk(member.Value, revision, codeRevision);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonSlice element in value.Elements)
                {
                    Walk(element, revision, codeRevision);
                }

                break;
            default:
                break;
        }
    }

    private void Look(string name, JsonSlice value, string? revision, string? codeRevision)
    {
        switch (name)
        {
            case "custom_pipelines" when value.Kind == JsonValueKind.Object:
                foreach (JsonSliceMember pipeline in value.Members)
                {
                    if (Text(pipeline.Value, "impl") is { } implementation)
                    {
                        AddCode(implementation, codeRevision);
                    }
                }

                break;
            case "trust_remote_code" when value.Kind == JsonValueKind.True:
                references.Add(new(file.Name, ReferenceKind.TrustedCode, "trust_remote_code", null, IsPinned: false));
                break;
            case "base_model_name_or_path" when value.Kind == JsonValueKind.String && value.Text() is { Length: > 0 } target:
                references.Add(new(file.Name, ReferenceKind.BaseModel, target, revision, IsCommit(revision)));
                break;
            case "kernel" or "use_kernel":
                EachText(value, AddKernel);
                break;
            case "auto_map":
                EachText(value, text => AddCode(text, codeRevision));
                break;
            case var _ when name.Contains("_implementation", StringComparison.Ordinal):
                // attn_implementation, _attn_implementation and _attn_implementation_internal: transformers sets attributes of all these names.
                EachText(value, AddKernel);
                break;
            case "type" when file.FileName == "modules.json" && value.Kind == JsonValueKind.String && value.Text() is var type
                && !type.StartsWith("sentence_transformers.", StringComparison.Ordinal) && !type.StartsWith("torch.nn.", StringComparison.Ordinal):
                AddCode(type, codeRevision);
                break;
            default:
                if (file.FileName == "model_index.json" && value.Kind == JsonValueKind.Array)
                {
                    LookAtComponent(value, codeRevision);
                }

                break;
        }
    }

    // The files that an index says the tensors are in, from its own folder.
    private void LookAtShards(JsonSlice root)
    {
        if (!root.TryGet("weight_map", out JsonSlice map) || map.Kind != JsonValueKind.Object)
        {
            return;
        }

        string folder = file.Name[..^file.FileName.Length];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonSliceMember tensor in map.Members)
        {
            if (tensor.Value.Kind == JsonValueKind.String && tensor.Value.Text() is var shard && seen.Add(shard) && !names.Contains(folder + shard))
            {
                references.Add(new(file.Name, ReferenceKind.ExternalData, shard, null, IsPinned: false));
            }
        }
    }

    // Loaders take a text, or a text for each part of the model.
    private static void EachText(JsonSlice value, Action<string> add)
    {
        switch (value.Kind)
        {
            case JsonValueKind.String:
                add(value.Text());
                break;
            case JsonValueKind.Object:
                foreach (JsonSliceMember member in value.Members)
                {
                    EachText(member.Value, add);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonSlice element in value.Elements)
                {
                    EachText(element, add);
                }

                break;
            default:
                break;
        }
    }

    // A component is [library, class]; a library that is not one of these is a module of the model or of someone else.
    private void LookAtComponent(JsonSlice value, string? codeRevision)
    {
        foreach (JsonSlice library in value.Elements)
        {
            if (library.Kind == JsonValueKind.String && library.Text() is var name && name is not ("diffusers" or "transformers" or "onnxruntime")
                && !name.StartsWith("diffusers.", StringComparison.Ordinal))
            {
                AddCode(name, codeRevision);
            }

            return;
        }
    }

    // REPOSITORY--MODULE.CLASS, or MODULE.CLASS for a module of the model itself, which its signature covers.
    private void AddCode(string target, string? codeRevision)
    {
        bool isForeign = target.Contains("--", StringComparison.Ordinal);
        string folder = file.Name[..^file.FileName.Length];
        bool isCovered = !isForeign && target.Split('.') is { Length: > 0 } parts
            && (names.Contains($"{folder}{parts[0]}.py") || names.Contains($"{folder}{parts[0]}/__init__.py") || names.Contains($"{folder}{string.Join('/', parts[..^1])}.py"));
        references.Add(new(file.Name, ReferenceKind.Code, target, isForeign ? codeRevision : null, isCovered || (isForeign && IsCommit(codeRevision))));
    }

    // REPOSITORY, with @REVISION behind it or without; the loader's own have no slash.
    private void AddKernel(string kernel)
    {
        if (kernel.Contains('/', StringComparison.Ordinal))
        {
            int at = kernel.IndexOf('@', StringComparison.Ordinal);
            string? version = at < 0 ? null : kernel[(at + 1)..];
            references.Add(new(file.Name, ReferenceKind.Kernel, kernel, version, IsCommit(version)));
        }
    }

    private static bool IsCommit(string? revision) => revision?.Length == CommitLength && revision.All(char.IsAsciiHexDigitLower);

    private static string? Text(JsonSlice value, string name) =>
        value.TryGet(name, out JsonSlice member) && member.Kind == JsonValueKind.String ? member.Text() : null;
}
