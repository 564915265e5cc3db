namespace ModelSigning.Core.Lineage;

/// <summary>A model in a graph, or something that was only named.</summary>
internal sealed class LineageNode
{
    internal LineageNode(int number, string name, string verdict, string reason) => (Number, Name, Verdict, Reason) = (number, name, verdict, reason);

    /// <summary>Its place in the graph, from 0.</summary>
    public int Number { get; }

    /// <summary>Its name: of the model that was asked about the folder's, of others the one that they are called by.</summary>
    public string Name { get; }

    /// <summary>The verdict: <c>Valid</c> or why it is not, as verification says it, or one of <see cref="LineageVerdicts"/>.</summary>
    public string Verdict { get; }

    /// <summary>The verdict in a sentence.</summary>
    public string Reason { get; }

    /// <summary>Where it was found: a full path; null where it was not.</summary>
    public string? Path { get; init; }

    /// <summary>What is known of it after verification; null where it was not verified.</summary>
    public LineageFacts? Facts { get; init; }
}

/// <summary>That one thing was made from another.</summary>
/// <param name="From">What was made.</param>
/// <param name="To">What it was made from.</param>
/// <param name="Named">How it is named, by each source.</param>
internal sealed record LineageEdge(LineageNode From, LineageNode To, IReadOnlyList<NamedAncestor> Named)
{
    /// <summary>What the one is to the other.</summary>
    public LineageRelation Relation => Named[0].Relation;

    /// <summary>What is wrong with the naming itself, of <see cref="LineageVerdicts"/>; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The fault in a sentence; empty without one.</summary>
    public string FaultReason { get; init; } = "";

    /// <summary>The verdict to show: the fault of the naming before what is named.</summary>
    public string Verdict => Fault ?? To.Verdict;
}

/// <summary>Verdicts that verification does not have.</summary>
internal static class LineageVerdicts
{
    /// <summary>It verifies.</summary>
    public const string Valid = "Valid";

    /// <summary>No store has it.</summary>
    public const string Missing = "Missing";

    /// <summary>Sources name different things, several stores have it, or what was found is not what was named.</summary>
    public const string Conflicting = "Conflicting";

    /// <summary>It is an ancestor of itself.</summary>
    public const string Loop = "Loop";

    /// <summary>It was named by nobody who is trusted for it.</summary>
    public const string Unsigned = "Unsigned";

    /// <summary>The graph has as many models or levels as are followed.</summary>
    public const string NotFollowed = "NotFollowed";
}

/// <summary>What verification found out about a model.</summary>
/// <param name="Verdict"><c>Valid</c>, or why it is not.</param>
/// <param name="Reason">The verdict in a sentence.</param>
internal sealed record LineageFacts(string Verdict, string Reason)
{
    /// <summary>Who signed it; null where that is not known.</summary>
    public string? Signer { get; init; }

    /// <summary>The rule of the policy that decided; null without one.</summary>
    public string? TrustRule { get; init; }

    /// <summary>The SHA-256 of its root digest, in lower-case hexadecimal; null where it did not verify.</summary>
    public string? RootDigest { get; init; }

    /// <summary>The name of exactly its content (<see cref="Bundles.ModelPin"/>); null where it did not verify.</summary>
    public string? Pin { get; init; }

    /// <summary>Its files, for comparison with what others list; null where it did not verify.</summary>
    public VerifiedFiles? Files { get; init; }

    /// <summary>What it names; empty where it did not verify, because then nothing in it is followed.</summary>
    public IReadOnlyList<NamedAncestor> Named { get; init; } = [];

    /// <summary>What else to know: claims that do not count, files that could not be read.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
