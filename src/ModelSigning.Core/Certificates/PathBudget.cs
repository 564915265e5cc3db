namespace ModelSigning.Core.Certificates;

/// <summary>
/// What the search for paths may cost, of one search or of several for one bundle: more than any real pool needs, and about a second of one processor. Whoever made the certificates
/// decides what a search has to try, before any of it is trusted.
/// </summary>
internal sealed class PathBudget
{
    private const int MaximumSignatures = 256, MaximumSteps = 4096, MaximumPaths = 256, MaximumComparisons = 1 << 20, MaximumCompared = 1 << 25;

    private int _signatures, _steps, _paths;
    private long _comparisons, _compared;

    /// <summary>Counts a signature that is checked.</summary>
    /// <returns>Whether it may be.</returns>
    public bool TrySignature() => ++_signatures <= MaximumSignatures;

    /// <summary>Counts a step to an issuer, where signatures are already known.</summary>
    /// <returns>Whether it may be taken.</returns>
    public bool TryStep() => ++_steps <= MaximumSteps;

    /// <summary>Counts a whole path that is judged.</summary>
    /// <returns>Whether it may be.</returns>
    public bool TryPath() => ++_paths <= MaximumPaths;

    /// <summary>Counts parts of names that are compared with name constraints.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="bytes">The bytes of both sides of all comparisons.</param>
    /// <returns>Whether they may be.</returns>
    public bool TryCompare(long count, long bytes) => (_comparisons += count) <= MaximumComparisons && (_compared += bytes) <= MaximumCompared;
}
