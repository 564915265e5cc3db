using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Cards;

/// <summary>
/// Makes a card of a model's files: README.md, the configurations and indexes at the model's root, and the headers of its weights wherever they are.
/// It reads the bytes that were kept while the model was hashed, or that <see cref="CardFiles"/> read, and nothing else.
/// </summary>
internal sealed class CardReader
{
    private static readonly InputRules Rules = new("configuration", ContentCapture.MostOfText, CardErrors.ConfigurationInvalid)
    {
        TooLarge = CardErrors.ConfigurationTooLarge,
        AcceptsByteOrderMark = true,
    };

    private const string ReadMe = "README.md", Config = "config.json", AdapterConfig = "adapter_config.json", GenerationConfig = "generation_config.json",
        TokenizerConfig = "tokenizer_config.json", ChatTemplate = "chat_template.jinja", OldChatTemplate = "chat_template.json";

    private readonly List<CardStatement> _statements = [];
    private readonly List<ModelSigningException> _refusals = [];
    private readonly List<string> _files = [];
    private readonly WeightsReader _weights;
    private readonly CancellationToken _cancellationToken;
    private List<CardEvaluation> _evaluations = [];
    private SortedDictionary<string, string> _generation = [];
    private bool _hasChatTemplate;

    private CardReader(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _weights = new(_statements, cancellationToken);
    }

    /// <summary>Makes the card.</summary>
    /// <param name="files">The files, from <see cref="ContentCapture.Files"/> or <see cref="CardFiles"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The card; what could not be read is in <see cref="Card.Refusals"/>.</returns>
    public static Card Read(IReadOnlyList<CapturedFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new CardReader(cancellationToken).ReadAll(files);
    }

    /// <summary>Whether a card is made of a file, by its name and its first bytes.</summary>
    internal static bool Reads(CapturedFile file) => WeightsReader.IsWeights(file) || (IsAtRoot(file) && (IsIndex(file)
        || file.Name is ReadMe or Config or AdapterConfig or GenerationConfig or TokenizerConfig or ChatTemplate or OldChatTemplate));

    private static bool IsAtRoot(CapturedFile file) => !file.Name.Contains('/', StringComparison.Ordinal);

    private static bool IsIndex(CapturedFile file) => file.Name.EndsWith(TensorIndex.FileNameEnd, StringComparison.Ordinal);

    private Card ReadAll(IReadOnlyList<CapturedFile> files)
    {
        // A property's value is what the first statement says: people's words, then what loaders read, then what is counted, then what an index claims.
        Dictionary<string, CapturedFile> root = files.Where(file => IsAtRoot(file)).ToDictionary(file => file.Name, StringComparer.Ordinal);
        Each(root, ReadMe, ReadFrontMatter);
        Each(root, Config, file => ConfigurationStatements.OfConfig(Configuration(file), file.Name, _statements));
        Each(root, AdapterConfig, file => ConfigurationStatements.OfAdapter(Configuration(file), file.Name, _statements));
        Each(root, GenerationConfig, file => _generation = ConfigurationStatements.OfGeneration(Configuration(file)));
        Each(root, TokenizerConfig, file => _hasChatTemplate |= ConfigurationStatements.OfTokenizer(Configuration(file), file.Name, _statements));
        _hasChatTemplate |= root.ContainsKey(ChatTemplate) || root.ContainsKey(OldChatTemplate);
        foreach (CapturedFile file in files.Where(WeightsReader.IsWeights))
        {
            Attempt(file, () => _weights.ReadHeader(file));
        }

        IReadOnlyList<CardWeights> weights = _weights.Finish();
        foreach (CapturedFile file in root.Values.Where(IsIndex))
        {
            Attempt(file, () => _weights.ReadIndex(Whole(file), root));
        }

        _hasChatTemplate |= _weights.HasChatTemplate;
        _files.Sort(StringComparer.Ordinal);
        return new(_statements, weights, _refusals)
        {
            Evaluations = _evaluations,
            Generation = _generation,
            HasChatTemplate = _hasChatTemplate,
            Files = _files,
        };
    }

    private void Each(Dictionary<string, CapturedFile> root, string name, Action<CapturedFile> read)
    {
        if (root.TryGetValue(name, out CapturedFile? file))
        {
            Attempt(file, () => read(file));
        }
    }

    private void Attempt(CapturedFile file, Action read)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        int before = _statements.Count;
        try
        {
            if (file.Head.IsEmpty && file.Length > 0)
            {
                throw CardErrors.CardFileNotKept.At($"The bytes of '{file.Name}' are not available.", file.Name);
            }

            read();
            _files.Add(file.Name);
        }
        catch (ModelSigningException refusal)
        {
            // Nothing of a file that is refused counts.
            _statements.RemoveRange(before, _statements.Count - before);
            _refusals.Add(refusal);
        }
    }

    private void ReadFrontMatter(CapturedFile file)
    {
        if (FrontMatter.Read(file, _cancellationToken) is { } matter)
        {
            FrontMatterStatements.Of(matter, file.Name, _statements);
            _evaluations = FrontMatterStatements.Evaluations(matter);
        }
    }

    private JsonSlice Configuration(CapturedFile file) => StrictJson.Read(Whole(file).Head, file.Name, Rules, _cancellationToken);

    private static CapturedFile Whole(CapturedFile file) => file.IsWhole ? file
        : throw CardErrors.ConfigurationTooLarge.At($"'{file.Name}' has {file.Length} bytes; only the first {file.Head.Length} are read.", file.Name);
}
