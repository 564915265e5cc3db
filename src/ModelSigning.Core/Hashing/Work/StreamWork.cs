namespace ModelSigning.Core.Hashing.Work;

/// <summary>Items hashed as streams, by the plan that ends first: some alone, the others in lanes.</summary>
internal sealed class StreamWork
{
    private readonly HashJob _job;
    private readonly LaneRates? _rates;
    private readonly StreamPlan _plan;
    private readonly ItemQueue _singles;
    private readonly ItemQueue _lanes;
    private readonly bool _readAhead;

    public StreamWork(HashJob job, ItemOrder items)
    {
        _job = job;
        _rates = LaneRates.For(job.Algorithm);
        _plan = StreamPlan.Make(items, job.Threads, _rates);
        _singles = new ItemQueue(items, 0, _plan.Singles);
        _lanes = new ItemQueue(items, _plan.Singles, items.Count);
        _readAhead = _plan.Singles < job.Threads;
    }

    /// <summary>Takes items until there are none.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        SingleStreams.Run(_job, _singles, _readAhead, cancellationToken);
        if (_plan.LanesPerThread > 0)
        {
            LaneStreams.Run(_job, _lanes, _rates!.Create, _plan.LanesPerThread, cancellationToken);
        }
    }
}
