using ModelSigning.Core.Lineage;

namespace ModelSigning;

/// <summary>A model, or something that it was made from, with a verdict: what Get-ModelLineage writes. The model that was asked about comes first, and what something was made from follows it.</summary>
public sealed class ModelLineageEntry
{
    private ModelLineageEntry(string model, string name) => (Model, Name) = (model, name);

    /// <summary>The model that was asked about: a full path.</summary>
    public string Model { get; }

    /// <summary>How many levels it is away from the model: 0 for the model itself.</summary>
    public int Depth { get; private init; }

    /// <summary>The name that it is referred to by.</summary>
    public string Name { get; }

    /// <summary>What it is: <c>Model</c> for the one that was asked about, <c>BaseModel</c>, <c>Dataset</c>, <c>Software</c>, <c>Evaluation</c> or <c>Material</c>.</summary>
    public string Relation { get; private init; } = "Model";

    /// <summary>What was made from it, by name; null for the model itself.</summary>
    public string? Parent { get; private init; }

    /// <summary><c>Valid</c>, why it does not verify, or <c>Missing</c>, <c>Conflicting</c>, <c>Loop</c>, <c>Unsigned</c>, <c>NotFollowed</c>.</summary>
    public string Verdict { get; private init; } = "";

    /// <summary>The verdict in a sentence.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>Where it was found: a full path; null if it was not found.</summary>
    public string? Path { get; private init; }

    /// <summary>Who signed it; null if that is not known.</summary>
    public string? Signer { get; private init; }

    /// <summary>The rule of the trust policy that decided; null without one.</summary>
    public string? TrustRule { get; private init; }

    /// <summary>The root digest of its signature; null if it does not verify.</summary>
    public string? RootDigest { get; private init; }

    /// <summary>The revision that it is named with; null without one.</summary>
    public string? Revision { get; private init; }

    /// <summary>Where it is named: files of the model, lines of its claims file.</summary>
    public string[] NamedIn { get; private init; } = [];

    /// <summary>Whether it is already listed above, with what it was made from.</summary>
    public bool IsRepeated { get; private init; }

    /// <summary>What else to know: claims that do not count, files that could not be read.</summary>
    public string[] Remarks { get; private init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Verdict}";

    internal static IEnumerable<ModelLineageEntry> Of(LineageGraph graph)
    {
        LineageNode root = graph.Nodes[0];
        string model = root.Path!;
        yield return Of(model, root, "Model", root.Verdict, root.Reason, [], null, 0, isRepeated: false);
        foreach ((LineageEdge edge, int depth, bool isRepeated) in graph.Tree())
        {
            yield return Of(model, edge.To, edge.Relation.ToString(), edge.Verdict, edge.Fault is null ? edge.To.Reason : edge.FaultReason, edge.Named, edge.From.Name, depth, isRepeated);
        }
    }

    private static ModelLineageEntry Of(
        string model, LineageNode node, string relation, string verdict, string reason, IReadOnlyList<NamedAncestor> named, string? parent, int depth, bool isRepeated) => new(model, Printable.Of(node.Name))
        {
            Depth = depth,
            Relation = relation,
            Parent = parent is null ? null : Printable.Of(parent),
            Verdict = verdict,
            Reason = Printable.Of(reason),
            Path = node.Path,
            Signer = node.Facts?.Signer,
            TrustRule = node.Facts?.TrustRule,
            RootDigest = node.Facts?.RootDigest is { } digest ? $"sha256:{digest}" : null,
            Revision = named.Select(one => one.Revision).FirstOrDefault(revision => revision is not null) is { } found ? Printable.Of(found) : null,
            NamedIn = [.. named.Select(one => Printable.Of(one.Source)).Distinct(StringComparer.Ordinal)],
            IsRepeated = isRepeated,
            Remarks = [.. (node.Facts?.Remarks ?? []).Select(Printable.Of)],
        };
}
