namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// Which items are hashed as single streams and which in lanes. A lane is several times slower than a stream that has a thread of its own, so
/// the longest items, which would outlast all others in a lane, go alone; the others share lanes if they are enough to fill some.
/// </summary>
/// <param name="Singles">How many items, from the longest, are hashed as single streams.</param>
/// <param name="LanesPerThread">How many lanes each thread uses for the others; 0 when there are none.</param>
internal readonly record struct StreamPlan(int Singles, int LanesPerThread)
{
    // With more long items than this for each thread, long items are the rule.
    private const int MostSinglesPerThread = 8;

    /// <summary>Finds the plan that ends first, by the rates of lanes and single streams.</summary>
    public static StreamPlan Make(ItemOrder items, int threads, LaneRates? rates)
    {
        StreamPlan best = new(items.Count, 0);
        if (rates is null)
        {
            return best;
        }

        double total = 0;
        for (int place = 0; place < items.Count; place++)
        {
            total += items.Length(place);
        }

        double bestEnd = Math.Max(total / threads, items.Length(0));
        double[] busy = new double[threads];
        double remaining = total;
        int most = (int)Math.Min(items.Count - 1L, (long)MostSinglesPerThread * threads);
        for (int singles = 0; singles <= most; singles++)
        {
            int lanes = Math.Min(rates.Lanes, (items.Count - singles + threads - 1) / threads);
            double end = End(busy, remaining / rates.Rate(lanes), items.Length(singles) / rates.LaneRate(lanes));
            if (end < bestEnd)
            {
                bestEnd = end;
                best = new StreamPlan(singles, lanes);
            }

            int idlest = Array.IndexOf(busy, busy.Min());
            busy[idlest] += items.Length(singles);
            remaining -= items.Length(singles);
        }

        return best;
    }

    // Single streams first, then lanes on every thread as it becomes free; the longest item of the lanes starts at once on the first free thread.
    private static double End(double[] busy, double lanes, double longestLane) =>
        Math.Max(Math.Max(busy.Max(), (busy.Sum() + lanes) / busy.Length), busy.Min() + longestLane);
}
