using System.Globalization;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;

namespace ModelSigning.Core.Cards;

/// <summary>Reads headers of weights and the indexes of shards, and puts shards together.</summary>
internal sealed class WeightsReader(List<CardStatement> statements, CancellationToken cancellationToken)
{
    private const string Safetensors = "safetensors", Gguf = "GGUF";

    private readonly Dictionary<string, IReadOnlyList<Tensor>> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>Whether a GGUF file has a template of conversations.</summary>
    public bool HasChatTemplate { get; private set; }

    /// <summary>Whether a file is one whose header is read: by its name, or by what a GGUF file begins with.</summary>
    public static bool IsWeights(CapturedFile file) => file.Extension is ".safetensors" or ".gguf" || file.Head.Span.StartsWith(GgufHeader.Magic);

    /// <summary>Reads a header.</summary>
    public void ReadHeader(CapturedFile file)
    {
        bool isGguf = file.Extension != ".safetensors";
        GgufHeader? gguf = isGguf ? ReadGguf(file) : null;
        IReadOnlyList<Tensor> tensors = gguf?.Tensors ?? ReadSafetensors(file);
        (string Stem, string Count)? shard = Shard(file.Name);
        // Those that most loaders take first.
        string key = $"{(isGguf ? 2 : 1)}\n{(shard is var (stem, count) ? $"{stem}\n{count}" : file.Name)}";
        if (!_groups.TryGetValue(key, out Group? group))
        {
            _groups.Add(key, group = new(file.Name, isGguf ? Gguf : Safetensors));
        }

        group.Add(tensors);
        if (gguf is not null && group.Metadata is not null)
        {
            // The first shard speaks for all, but for what another one says it was made from.
            GgufStatements.BaseModels(gguf.Metadata, file.Name, statements);
        }

        group.Metadata ??= gguf?.Metadata;
        if (!isGguf)
        {
            _tensors[file.Name] = tensors;
        }
    }

    /// <summary>Says what was read, and answers the weights.</summary>
    public IReadOnlyList<CardWeights> Finish()
    {
        List<CardWeights> weights = [];
        foreach (Group group in _groups.Values)
        {
            CardWeights one = group.Weights();
            weights.Add(one);
            if (group.Metadata is { } metadata)
            {
                HasChatTemplate |= metadata.ContainsKey("tokenizer.chat_template");
            }

            // Weights in folders are parts of a model, such as those of diffusers, and say nothing of the whole but what it was made from.
            if (one.Folder.Length > 0)
            {
                if (group.Metadata is { } part)
                {
                    GgufStatements.BaseModels(part, one.File, statements);
                }

                continue;
            }

            string? kind = group.Metadata is { } all && all.TryGetValue("general.type", out GgufValue? type) ? type.Value as string : null;
            if (kind is null or "model")
            {
                statements.Say(CardProperty.Parameters, one.File, "tensors", CardValues.Number(one.Parameters));
                statements.Say(CardProperty.TensorBytes, one.File, "tensors", CardValues.Number(one.Bytes));
                if (group.Metadata is null && one.Types is [var most, ..] && statements.TrueForAll(said => said.Property != CardProperty.Quantization))
                {
                    statements.Say(CardProperty.DataType, one.File, "tensors", most.Type);
                }
            }

            if (group.Metadata is not null && kind is not "mmproj")
            {
                GgufStatements.Of(group.Metadata, one.File, statements);
            }
            else if (group.Metadata is not null)
            {
                GgufStatements.BaseModels(group.Metadata, one.File, statements);
            }
        }

        return weights;
    }

    /// <summary>Reads an index, and compares it with the headers of its shards where they are safetensors.</summary>
    public void ReadIndex(CapturedFile file, IReadOnlyDictionary<string, CapturedFile> root)
    {
        TensorIndex index = TensorIndex.Read(file.Head, file.Name, cancellationToken);
        if (index.Shards.All(shard => shard.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            // A shard whose header was refused is named already; one that is missing is the index's fault.
            if (index.Shards.All(shard => _tensors.ContainsKey(shard) || !root.ContainsKey(shard)))
            {
                index.Require(_tensors);
            }
        }

        statements.Say(CardProperty.TensorBytes, file.Name, "metadata.total_size", Plain(index.TotalSize));
        statements.Say(CardProperty.Parameters, file.Name, "metadata.total_parameters", Plain(index.TotalParameters));
    }

    // Old files have 1.6e10.
    private static string? Plain(string? number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) && decimal.IsInteger(value) ? decimal.Truncate(value).ToString("0", CultureInfo.InvariantCulture) : number;

    private static IReadOnlyList<Tensor> ReadSafetensors(CapturedFile file)
    {
        if (!file.IsWhole && (file.Head.Length < 8 || System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(file.Head.Span) is <= SafetensorsFile.MaximumHeaderLength and var header
            && header > (ulong)(file.Head.Length - 8)))
        {
            throw TooLarge(file);
        }

        return SafetensorsFile.Parse(file.Head, file.Length, file.Name).Tensors;
    }

    private GgufHeader ReadGguf(CapturedFile file)
    {
        using MemoryStream head = new(file.Head.ToArray(), writable: false);
        try
        {
            return GgufHeader.Read(head, file.Length, file.Name, cancellationToken);
        }
        catch (ModelSigningException refusal) when (!file.IsWhole && file.Head.Length == ContentCapture.MostOfFile && head.Position == head.Length)
        {
            throw CardErrors.ConfigurationTooLarge.At(refusal.Message, file.Name, refusal);
        }
    }

    private static ModelSigningException TooLarge(CapturedFile file) => CardErrors.ConfigurationTooLarge.At(
        Invariant($"The header of '{file.Name}' is longer than {file.Head.Length} bytes, which is the limit."), file.Name);

    // What stands before the number in 'model-00001-of-00002.safetensors', and the count with what follows.
    private static (string Stem, string Count)? Shard(string name)
    {
        const int numbers = 15, digits = 5;
        int dot = name.LastIndexOf('.');
        if (dot < numbers || dot == name.Length - 1 || name.AsSpan(dot + 1).ContainsAnyExceptInRange('a', 'z'))
        {
            return null;
        }

        ReadOnlySpan<char> part = name.AsSpan(dot - numbers, numbers);
        return part[0] == '-' && !part[1..(1 + digits)].ContainsAnyExceptInRange('0', '9') && part[(1 + digits)..^digits] is "-of-" && !part[^digits..].ContainsAnyExceptInRange('0', '9')
            ? (name[..(dot - numbers)], name[(dot - digits)..]) : null;
    }

    private sealed class Group(string file, string format)
    {
        private readonly Dictionary<string, CardTensorType> _types = new(StringComparer.Ordinal);
        private int _files;

        public IReadOnlyDictionary<string, GgufValue>? Metadata { get; set; }

        public void Add(IReadOnlyList<Tensor> tensors)
        {
            _files++;
            foreach (Tensor tensor in tensors)
            {
                CardTensorType type = _types.GetValueOrDefault(tensor.Type, new(tensor.Type, 0, 0, 0));
                _types[tensor.Type] = new(tensor.Type, type.Tensors + 1, CardTensorType.Add(type.Parameters, tensor.Elements), CardTensorType.Add(type.Bytes, tensor.Length));
            }
        }

        public CardWeights Weights() => new(file, format, _files, [.. _types.Values.OrderByDescending(type => type.Bytes).ThenBy(type => type.Type, StringComparer.Ordinal)])
        {
            Quantization = Metadata is null ? null : GgufStatements.Quantization(Metadata),
        };
    }
}
