using ModelSigning.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelSigning.Core.Cards;

/// <summary>
/// Reads a YAML document from outside out of the parser's events: no tags, no merge keys, no key twice, bounded in depth and values. An alias is the
/// value that it repeats and not a copy, and it is counted as one, so that neither memory nor time grows with what a document seems to hold.
/// </summary>
internal sealed class YamlDocument
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaximumDepth = 32;

    /// <summary>The most values that are read, each alias counted as what it repeats.</summary>
    public const int MaximumValues = 200_000;

    private readonly Parser _parser;
    private readonly string _source;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private long _values;

    private YamlDocument(string text, string source, CancellationToken cancellationToken)
    {
        _parser = new(new StringReader(text));
        _source = source;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Reads a document whose root is a mapping.</summary>
    /// <param name="text">The document; an empty one is an empty mapping.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException">One of <see cref="CardErrors"/>.</exception>
    public static YamlMapping Read(string text, string source, CancellationToken cancellationToken)
    {
        try
        {
            return new YamlDocument(text, source, cancellationToken).Read();
        }
        catch (YamlException error)
        {
            throw Invalid(source, Invariant($"line {error.Start.Line}: {error.Message}"), error);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser's own faults on texts that are not YAML.
            throw Invalid(source, error.Message, error);
        }
    }

    private YamlMapping Read()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd)
        {
            return new(new Dictionary<string, YamlNode>(), 1);
        }

        if (_parser.Current is not DocumentStart { Tags.Count: 0 or 2 } start || start.Tags is { Count: > 0 } tags && !tags.All(IsDefault))
        {
            throw Invalid(_source, "it declares tags");
        }

        YamlNode root = Node(Next(), 1);
        Next<DocumentEnd>();
        if (Next() is not StreamEnd)
        {
            throw Invalid(_source, "it has several documents");
        }

        return root switch
        {
            YamlMapping mapping => mapping,
            YamlScalar { Text: null } => new(new Dictionary<string, YamlNode>(), 1),
            _ => throw Invalid(_source, "it is not a list of names with their values"),
        };
    }

    private static bool IsDefault(YamlDotNet.Core.Tokens.TagDirective tag) => tag.Handle is "!" or "!!" && tag.Prefix is "!" or "tag:yaml.org,2002:";

    private ParsingEvent Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return _parser.MoveNext() ? _parser.Current! : throw Invalid(_source, "it ends early");
    }

    private void Next<T>() where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw Invalid(_source, Invariant($"line {_parser.Current!.Start.Line}: unexpected {_parser.Current.GetType().Name}"));
        }
    }

    private YamlNode Node(ParsingEvent at, int depth)
    {
        if (at is AnchorAlias alias)
        {
            return Count(_anchors.GetValueOrDefault(alias.Value.Value) ?? throw CardErrors.FrontMatterCyclic.At(Invariant($"The front matter of '{_source}' has the alias '{alias.Value.Value}' in line {at.Start.Line}, of {(_anchors.ContainsKey(alias.Value.Value) ? "something that contains it" : "nothing before it")}."), _source));
        }

        if (at is not NodeEvent node)
        {
            throw Invalid(_source, Invariant($"line {at.Start.Line}: a value is missing"));
        }

        if (!node.Tag.IsEmpty)
        {
            throw Invalid(_source, Invariant($"line {at.Start.Line}: it has a tag"));
        }

        if (depth > MaximumDepth)
        {
            throw CardErrors.FrontMatterBomb.At(Invariant($"The front matter of '{_source}' has more than {MaximumDepth} levels."), _source);
        }

        string? anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
        if (anchor is not null)
        {
            _anchors[anchor] = null;
        }

        YamlNode value = node switch
        {
            Scalar scalar => Count(new YamlScalar(TextOf(scalar))),
            SequenceStart => Sequence(depth),
            MappingStart => Mapping(depth),
            _ => throw Invalid(_source, "it has a value of an unknown kind"),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = value;
        }

        return value;
    }

    private YamlSequence Sequence(int depth)
    {
        List<YamlNode> items = [];
        long size = 1;
        Count(1);
        for (ParsingEvent at = Next(); at is not SequenceEnd; at = Next())
        {
            items.Add(Node(at, depth + 1));
            size += items[^1].Size;
        }

        return new(items, size);
    }

    private YamlMapping Mapping(int depth)
    {
        Dictionary<string, YamlNode> members = new(StringComparer.Ordinal);
        long size = 1;
        Count(1);
        for (ParsingEvent at = Next(); at is not MappingEnd; at = Next())
        {
            if (at is not Scalar { Tag.IsEmpty: true } key)
            {
                throw Invalid(_source, Invariant($"line {at.Start.Line}: a name is not a plain text"));
            }

            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                throw Invalid(_source, Invariant($"line {at.Start.Line}: it has a merge key"));
            }

            YamlNode value = Node(Next(), depth + 1);
            size += value.Size;
            if (!members.TryAdd(key.Value, value))
            {
                throw CardErrors.FrontMatterKeyTwice.At(Invariant($"The front matter of '{_source}' has '{key.Value}' twice, the second time in line {at.Start.Line}."), _source);
            }
        }

        return new(members, size);
    }

    private YamlNode Count(YamlNode node)
    {
        Count(node.Size);
        return node;
    }

    private void Count(long values)
    {
        _values += values;
        if (_values > MaximumValues)
        {
            throw CardErrors.FrontMatterBomb.At(Invariant($"The front matter of '{_source}' has more than {MaximumValues} values with its aliases resolved."), _source);
        }
    }

    private string? TextOf(Scalar scalar)
    {
        // An escape that is half a character: no other format could hold it.
        if (scalar.Value.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar) && !scalar.Value.Contains('\uFFFD', StringComparison.Ordinal))
        {
            throw Invalid(_source, Invariant($"line {scalar.Start.Line}: it has an escape that is not a character"));
        }

        return scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? null : scalar.Value;
    }

    private static ModelSigningException Invalid(string source, string reason, Exception? cause = null) =>
        CardErrors.FrontMatterInvalid.At($"The front matter of '{source}' is not accepted: {reason}{(reason.EndsWith('.') ? "" : ".")}", source, cause);
}
