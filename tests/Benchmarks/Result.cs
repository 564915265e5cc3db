namespace ModelSigning.Benchmarks;

/// <summary>What a contender of a row cost.</summary>
/// <param name="Name">The contender's name.</param>
/// <param name="Cost">Of the work, the median.</param>
/// <param name="Start">Of the same program on a file of one byte, the median; zero where it is not measured.</param>
internal sealed record Standing(string Name, Cost Cost, Cost Start)
{
    /// <summary>What the work itself took.</summary>
    public double SecondsWithoutStart => Cost.Seconds - Start.Seconds;
}

/// <summary>The costs of a row's contenders.</summary>
/// <param name="Workload">What was worked on.</param>
/// <param name="Standings">This module first.</param>
internal sealed record Result(Workload Workload, IReadOnlyList<Standing> Standings)
{
    /// <summary>This module's cost.</summary>
    public Cost Own => Standings[0].Cost;

    /// <summary>How many times as fast as each other contender this module is, against a target.</summary>
    public string Ratios(double target) => Standings.Count < 2
        ? "nobody to compare with is installed"
        : string.Join(", ", Standings.Skip(1).Select(other =>
            $"{other.Cost.Seconds / Own.Seconds:F2} x {other.Name} (at least {target:F2}), {other.SecondsWithoutStart / Standings[0].SecondsWithoutStart:F2} x without the start of either, {other.Cost.ProcessorSeconds / Own.ProcessorSeconds:F2} x by processor time"));

    /// <summary>The time of each contender, and its rate.</summary>
    public string Rates() => string.Join("; ", Standings.Select(standing =>
        $"{standing.Name} {standing.Cost.Seconds:F3} s{(standing.Start.Seconds > 0 ? $" (start {standing.Start.Seconds:F3} s)" : "")}, {Workload.Bytes / standing.Cost.Seconds / 1e9:F2} GB/s, {standing.Cost.ProcessorSeconds:F2} s of processor time"));
}
