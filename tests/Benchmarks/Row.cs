namespace ModelSigning.Benchmarks;

/// <summary>A row of the table: some work, who does it, and what it must reach.</summary>
/// <param name="Name">The work.</param>
/// <param name="Inputs">Makes its files, given by how much large ones are divided.</param>
/// <param name="Contenders">Who does it; the first is this module, a null is not installed.</param>
/// <param name="Judge">What the costs say, in words.</param>
internal sealed record Row(string Name, Action<Workload, int> Inputs, Func<Workload, Contender?[]> Contenders, Func<Result, string> Judge)
{
    /// <summary>Whether rates are compared, so that what each contender needs to start is measured too.</summary>
    public bool WithStart { get; init; }
}
