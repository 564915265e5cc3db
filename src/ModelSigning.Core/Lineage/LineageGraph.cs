using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Lineage;

/// <summary>A model and what it was made from, as far as verified models and claims name it and stores have it.</summary>
internal sealed class LineageGraph
{
    /// <summary>The most levels of ancestors that can be followed: 64.</summary>
    public const int MaximumDepth = 64;

    // Of the sources that an edge's reason lists: each of many edges would list all of many.
    private const int MostShown = 8;

    private readonly Func<string, LineageFacts> _examine;
    private readonly StoreSearch _search;
    private readonly LineageBounds _bounds;
    private readonly List<LineageNode> _nodes = [];
    private readonly List<LineageEdge> _edges = [];
    private readonly Dictionary<string, LineageFacts> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LineageNode> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LineageNode> _absent = new(StringComparer.Ordinal);
    private readonly HashSet<LineageNode> _open = [];
    private readonly Func<string, IReadOnlyList<string>, string?>? _objection;
    private readonly CancellationToken _cancellationToken;

    private LineageGraph(Func<string, LineageFacts> examine, StoreSearch search, LineageBounds bounds, Func<string, IReadOnlyList<string>, string?>? objection, CancellationToken cancellationToken) =>
        (_examine, _search, _bounds, _objection, _cancellationToken) = (examine, search, bounds, objection, cancellationToken);

    /// <summary>The models; the first is the one that was asked about.</summary>
    public IReadOnlyList<LineageNode> Nodes => _nodes;

    /// <summary>What each was made from: depth first, in the order in which it is named.</summary>
    public IReadOnlyList<LineageEdge> Edges => _edges;

    /// <summary>Makes the graph of a model.</summary>
    /// <param name="model">The model's full path.</param>
    /// <param name="search">The stores.</param>
    /// <param name="examine">Verifies the model of a path; it is asked once for each.</param>
    /// <param name="bounds">How far ancestors are followed.</param>
    /// <param name="objection">Says why a model that was found may not have its name, by the place where it lies and those at which it is looked for before; null where it may. Null asks nobody.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static LineageGraph Of(
        string model, StoreSearch search, Func<string, LineageFacts> examine, LineageBounds bounds, Func<string, IReadOnlyList<string>, string?>? objection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        LineageGraph graph = new(examine, search, bounds, objection, cancellationToken);
        graph.Visit(model, Path.GetFileName(Path.TrimEndingDirectorySeparator(model)), 0);
        return graph;
    }

    /// <summary>The edges in the order of a tree: what something was made from follows it, and is shown under the first only that names it.</summary>
    /// <returns>Each edge with its depth, from 1.</returns>
    public IEnumerable<(LineageEdge Edge, int Depth, bool IsRepeated)> Tree()
    {
        ILookup<LineageNode, LineageEdge> edges = _edges.ToLookup(edge => edge.From);
        HashSet<LineageNode> shown = [_nodes[0]];
        Stack<(LineageEdge Edge, int Depth)> left = new(edges[_nodes[0]].Reverse().Select(edge => (edge, 1)));
        while (left.TryPop(out (LineageEdge Edge, int Depth) next))
        {
            bool isNew = shown.Add(next.Edge.To);
            yield return (next.Edge, next.Depth, !isNew);
            foreach (LineageEdge edge in isNew ? edges[next.Edge.To].Reverse() : [])
            {
                left.Push((edge, next.Depth + 1));
            }
        }
    }

    private LineageNode Visit(string path, string name, int depth)
    {
        LineageFacts facts = Facts(path);
        LineageNode node = Add(new(_nodes.Count, name, facts.Verdict, facts.Reason) { Path = path, Facts = facts });
        _places.Add(path, node);
        _open.Add(node);
        List<Followed> followed = [];
        foreach (IGrouping<(LineageRelation, string), NamedAncestor> named in facts.Named.GroupBy(one => (one.Relation, one.Name)))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            NamedAncestor[] sources = [.. named];
            followed.Add(Follow(sources, depth) with { Sources = sources });
        }

        // The bases that signed sources name, by what they are called in each.
        ILookup<LineageNode, string> bases = followed.Where(one => one.Sources[0].Relation == LineageRelation.BaseModel)
            .SelectMany(one => one.Sources.Where(source => source.IsSigned).Select(source => (one.To, source.Source))).ToLookup(pair => pair.To, pair => pair.Source);
        string[] namers = [.. bases.SelectMany(one => one).Distinct(StringComparer.Ordinal)];
        foreach (Followed one in followed)
        {
            (string? fault, string reason) = one.Fault is null ? Doubt(one.Sources, one.To, bases, namers) : (one.Fault, one.Reason);
            _edges.Add(new(node, one.To, one.Sources) { Fault = fault, FaultReason = reason });
        }

        _open.Remove(node);
        return node;
    }

    private Followed Follow(NamedAncestor[] sources, int depth)
    {
        string name = sources[0].Name;
        string? revision = sources.Select(one => one.Revision).FirstOrDefault(one => one is not null);
        bool isDataset = sources[0].Relation == LineageRelation.Dataset;
        IReadOnlyList<string> places;
        try
        {
            places = _search.Find(name, revision, isDataset);
            if (revision is not null && sources.FirstOrDefault(one => one is { IsLoaded: true, Revision: null }) is { } loaded && !_search.Find(name, null, isDataset).SequenceEqual(places, StringComparer.Ordinal))
            {
                return new(Absent(name, LineageVerdicts.Conflicting, $"'{loaded.Source}' names '{name}' without a revision, and the stores do not have the same model for it as for the revision '{revision}'."));
            }
        }
        catch (ModelSigningException refusal)
        {
            return new(Absent(name, LineageVerdicts.Conflicting, $"A cache of the hub has '{name}' and cannot be read. {refusal.Message}"));
        }

        places = places.Count > 0 ? places
            : sources.Select(one => one.RootDigest ?? one.LikelyRootDigest).OfType<string>().Select(_search.FindDigest).FirstOrDefault(found => found.Count > 0) ?? [];
        if (places.Count == 0)
        {
            return new(Absent(name, LineageVerdicts.Missing, _search.IsEmpty ? "No store was specified in which it could be found." : $"No store has '{name}'."));
        }

        if (places.FirstOrDefault(_places.ContainsKey) is null && (_nodes.Count >= _bounds.Nodes || depth + 1 >= _bounds.Depth))
        {
            return new(Absent(name, LineageVerdicts.NotFollowed, Invariant($"At most {_bounds.Nodes} models and {_bounds.Depth} levels are followed.")));
        }

        if (places.Count > 1 && Difference(places) is { } difference)
        {
            return new(Absent(name, LineageVerdicts.Conflicting, $"Several stores have '{name}': {string.Join(", ", places.Select(place => $"'{place}'"))}. {difference}"));
        }

        string place = places.FirstOrDefault(_places.ContainsKey) ?? places[0];
        if (_objection is not null && Facts(place).Verdict == LineageVerdicts.Valid && places.Select(one => _objection(one, _search.Before(name, one))).FirstOrDefault(reason => reason is not null) is { } objection)
        {
            return new(Absent(name, LineageVerdicts.Conflicting, objection));
        }

        return !_places.TryGetValue(place, out LineageNode? known) ? new(Visit(place, name, depth + 1))
            : _open.Contains(known) ? new(known) { Fault = LineageVerdicts.Loop, Reason = $"'{known.Name}' is an ancestor of itself." }
            : new(known);
    }

    // Copies of one model are one model, if each of them verifies and they have the same pin: a root digest covers no names.
    private string? Difference(IReadOnlyList<string> places)
    {
        string? first = Facts(places[0]).Pin;
        foreach (string place in places)
        {
            LineageFacts facts = Facts(place);
            if (facts.Verdict != LineageVerdicts.Valid)
            {
                return $"'{place}' does not verify: {facts.Reason}";
            }

            if (facts.Pin is null || facts.Pin != first)
            {
                return $"'{places[0]}' and '{place}' differ in their files or names.";
            }
        }

        return null;
    }

    private LineageFacts Facts(string path)
    {
        if (!_facts.TryGetValue(path, out LineageFacts? facts))
        {
            facts = _facts[path] = _examine(path);
        }

        return facts;
    }

    // What the sources of one naming, and those of the others, make doubtful.
    private static (string? Fault, string Reason) Doubt(NamedAncestor[] sources, LineageNode to, ILookup<LineageNode, string> bases, string[] namers)
    {
        string name = sources[0].Name;
        if (sources.Select(one => one.Fault).FirstOrDefault(fault => fault is not null) is { } contradiction)
        {
            return (LineageVerdicts.Conflicting, contradiction);
        }

        if (Differ(sources.Select(one => one.RootDigest)) || Differ(sources.Select(one => one.Revision)))
        {
            return (LineageVerdicts.Conflicting, $"'{name}' is named with different revisions or digests by {Places(sources)}.");
        }

        if (sources.Select(one => one.RootDigest).FirstOrDefault(digest => digest is not null) is { } digest && to.Facts is { RootDigest: var actual }
            && digest != actual && (actual is not null || to.Verdict == LineageVerdicts.Valid))
        {
            return (LineageVerdicts.Conflicting, $"'{name}' is named with the root digest {digest}, but the model that was found has {actual ?? "none, because an old release signed it"}.");
        }

        if (to.Facts?.Files is { } files && sources.SelectMany(one => one.Files).Select(file => (file.Path, Status: files.Compare(file))).FirstOrDefault(file => file.Status != AtlasFileStatus.Matches) is { Path: { } other } found)
        {
            return (LineageVerdicts.Conflicting, $"{Places(sources)} lists the file '{other}' of '{name}', "
                + (found.Status == AtlasFileStatus.NotChecked ? "which could not be read again to compare it." : "but the model that was found does not have this file."));
        }

        if (!sources.Any(one => one.IsSigned))
        {
            return (LineageVerdicts.Unsigned, $"'{name}' is named by {Places(sources)} alone, whose signature was not verified.");
        }

        // Sources that name base models, and not this one: at most as many are looked at as name it, and a few.
        if (sources[0].Relation != LineageRelation.BaseModel)
        {
            return (null, "");
        }

        HashSet<string> own = [.. bases[to]];
        string[] others = [.. namers.Where(one => !own.Contains(one)).Take(MostShown)];
        return others.Length == 0 ? (null, "") : (LineageVerdicts.Conflicting, $"{Places(sources)} names '{name}' as a base model, and {string.Join(", ", others.Select(one => $"'{one}'"))} names another.");
    }

    private static string Places(IEnumerable<NamedAncestor> sources) => string.Join(", ", sources.Select(one => $"'{one.Source}'").Distinct(StringComparer.Ordinal));

    private static bool Differ(IEnumerable<string?> values) => values.Where(value => value is not null).Distinct(StringComparer.OrdinalIgnoreCase).Skip(1).Any();

    private sealed record Followed(LineageNode To)
    {
        public NamedAncestor[] Sources { get; init; } = [];

        public string? Fault { get; init; }

        public string Reason { get; init; } = "";
    }

    private LineageNode Absent(string name, string verdict, string reason)
    {
        if (!_absent.TryGetValue(name, out LineageNode? node))
        {
            node = _absent[name] = _nodes.Count < 2 * _bounds.Nodes ? Add(new(_nodes.Count, name, verdict, reason))
                : new(_nodes.Count, "…", LineageVerdicts.NotFollowed, "Not everything that is named is shown.");
        }

        return node;
    }

    private LineageNode Add(LineageNode node)
    {
        _nodes.Add(node);
        return node;
    }
}

/// <summary>How far ancestors are followed.</summary>
/// <param name="Nodes">The most models that are verified.</param>
/// <param name="Depth">The most levels.</param>
internal sealed record LineageBounds(int Nodes, int Depth);
