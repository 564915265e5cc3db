namespace ModelSigning.Benchmarks;

/// <summary>A row of the table: some work, who does it, and what it must reach.</summary>
/// <param name="Name">The work.</param>
/// <param name="Inputs">Makes its files, given by how much large ones are divided.</param>
/// <param name="Contenders">Who does it; the first is this module, a null is not installed.</param>
/// <param name="Judge">What the costs say, in words.</param>
internal sealed record Row(string Name, Action<Workload, int> Inputs, Func<Workload, Contender?[]> Contenders, Func<Result, string> Judge);

/// <summary>The median costs of a row's contenders.</summary>
/// <param name="Workload">What was worked on.</param>
/// <param name="Costs">By the contender's name, this module first.</param>
internal sealed record Result(Workload Workload, IReadOnlyList<KeyValuePair<string, Cost>> Costs)
{
    /// <summary>This module's cost.</summary>
    public Cost Own => Costs[0].Value;

    /// <summary>How many times as fast as each other contender this module is, against a target.</summary>
    public string Ratios(double target) => Costs.Count < 2
        ? "nobody to compare with is installed"
        : string.Join(", ", Costs.Skip(1).Select(cost =>
            $"{cost.Value.Seconds / Own.Seconds:F2} x {cost.Key} (at least {target:F2}), {cost.Value.ProcessorSeconds / Own.ProcessorSeconds:F2} x by processor time"));

    /// <summary>The time of each contender, and its rate.</summary>
    public string Rates() => string.Join("; ", Costs.Select(cost => $"{cost.Key} {cost.Value.Seconds:F2} s, {Workload.Bytes / cost.Value.Seconds / 1e9:F2} GB/s, {cost.Value.ProcessorSeconds:F2} s of processor time"));
}
