using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Which items go alone and which share lanes.</summary>
public sealed class StreamPlanTests
{
    private const long MiB = 1 << 20, GiB = 1 << 30;

    private static readonly LaneRates Rates = new(() => throw new InvalidOperationException("A plan makes no lanes."), 32, 16, 2.0, 3.0);

    [Fact]
    public void One_file_goes_alone() => Assert.Equal(new StreamPlan(1, 0), Plan(2, [GiB]));

    [Fact]
    public void As_many_files_as_threads_go_alone() => Assert.Equal(new StreamPlan(16, 0), Plan(16, Enumerable.Repeat(GiB, 16)));

    [Fact]
    public void Many_files_fill_the_lanes_of_every_thread() => Assert.Equal(new StreamPlan(0, 32), Plan(2, Enumerable.Repeat(64 * MiB, 64)));

    [Fact]
    public void Fewer_files_than_lanes_are_shared_out_evenly() => Assert.Equal(new StreamPlan(0, 20), Plan(2, Enumerable.Repeat(64 * MiB, 40)));

    [Fact]
    public void A_file_that_would_outlast_all_others_in_a_lane_goes_alone() =>
        Assert.Equal(new StreamPlan(1, 32), Plan(2, [2 * GiB, .. Enumerable.Repeat(128 * MiB, 16), .. Enumerable.Repeat(MiB / 16, 5000)]));

    [Fact]
    public void Without_lanes_every_file_goes_alone() => Assert.Equal(new StreamPlan(64, 0), StreamPlan.Make(Order(Enumerable.Repeat(MiB, 64)), 2, null));

    [Fact]
    public void Empty_files_are_planned_too() => Assert.Equal(3, Plan(2, [0, 0, 0]).Singles);

    private static StreamPlan Plan(int threads, IEnumerable<long> lengths) => StreamPlan.Make(Order(lengths), threads, Rates);

    private static ItemOrder Order(IEnumerable<long> lengths) =>
        new(new HashJob(DigestAlgorithm.Sha256, "/", [.. lengths.Select(length => new HashItem("file", 0, length, true))], 1, new HashProgress()));
}
