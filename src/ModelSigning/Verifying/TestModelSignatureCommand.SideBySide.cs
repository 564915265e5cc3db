using ModelSigning.Core.Hashing.Work;

namespace ModelSigning;

// Several models at once.
public sealed partial class TestModelSignatureCommand
{
    private static readonly Action NothingToShow = () => { };

    // The models of one record only. Those that come one by one through the pipeline stay one by one: a result must be written before the next record is read, or -PipelineVariable, and
    // whatever else the upstream commands change from record to record, would be those of another model when a downstream command sees the result. What lies on another device, or in the
    // memory of one, is hashed by one driver.
    private protected override void ProcessItems(IEnumerable<RecordItem> items)
    {
        RecordItem[] all = [.. items];
        string[] models = [.. all.Select(item => item.Model).OfType<string>()];
        int threads = models.Length < 2 || Device.Length > 0 || _loaded is not null ? 1 : ThreadsFor(models);
        if (threads == 1)
        {
            base.ProcessItems(all);
            return;
        }

        Throttle throttle = new(threads);
        RunSideBySide(Math.Min(threads, models.Length), throttle, all.Select(item => item.Model is { } model ? TurnOf(model, threads, throttle) : new Turn(() => ProcessItem(item))));
    }

    private Turn TurnOf(string model, int threads, Throttle throttle)
    {
        if (IsReported(model))
        {
            return new(() => WriteReported(model));
        }

        // The thread that works can be left behind, so that it hashes a small model itself.
        PreparedModel prepared = Prepare(model).Hashed(hashing => hashing with { Threads = threads, Throttle = throttle, Waiting = NothingToShow });
        return new(() => Announce(prepared), () =>
        {
            VerifiedModel verified = Work(prepared, StopToken).ResultAlone();
            return () => Write(Conclude(verified), model, model);
        });
    }
}
