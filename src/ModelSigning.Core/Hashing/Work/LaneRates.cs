using ModelSigning.Core.Hashing.Lanes;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// How fast a thread is with lanes, relative to a single stream of the same algorithm on the same thread: all that a plan needs. The figures are
/// those of docs/performance.md for the processor that gains least, rounded down, so that lanes are only taken where they win.
/// </summary>
/// <param name="Create">Makes the lanes; each thread has its own.</param>
/// <param name="Lanes">How many lanes there are.</param>
/// <param name="GroupLength">How many lanes share a vector.</param>
/// <param name="OneGroup">The rate with all lanes of one group in use.</param>
/// <param name="AllGroups">The rate with all lanes in use.</param>
internal sealed record LaneRates(Func<StreamLanes> Create, int Lanes, int GroupLength, double OneGroup, double AllGroups)
{
    /// <summary>The lanes of an algorithm on this processor, or null where it has none that are faster than a single stream.</summary>
    public static LaneRates? For(DigestAlgorithm algorithm) => algorithm.Describe().BestLanes?.Rates;

    /// <summary>The rate of a thread with so many lanes in use.</summary>
    public double Rate(int lanes) =>
        lanes > GroupLength ? AllGroups * lanes / Lanes : OneGroup * lanes / GroupLength;

    /// <summary>The rate of one lane among so many in use.</summary>
    public double LaneRate(int lanes) => lanes > GroupLength ? AllGroups / Lanes : OneGroup / GroupLength;
}
