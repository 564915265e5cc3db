using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tests.Models;

public class HashPlanTests
{
    private static readonly ModelFile[] Files = [.. Enumerable.Range(0, 100_000).Select(number => new ModelFile($"file-{number:d6}", number))];

    [Fact]
    public void A_plan_of_whole_files_takes_no_memory_for_each_file()
    {
        Plan();
        long before = GC.GetAllocatedBytesForCurrentThread();
        HashPlan part = Plan();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Equal(1_000, part.Items.Count);

        static HashPlan Plan() => HashPlan.For(Files, shardSize: null).Part(50_000, 51_000);
    }

    [Fact]
    public void A_part_of_a_plan_has_the_items_of_its_range_and_no_others()
    {
        HashPlan part = HashPlan.For(Files, shardSize: null).Part(7, 9);
        Assert.Equal(["file-000007", "file-000008"], part.Names);
        Assert.Equal([new HashItem("file-000007", 0, 7, EndsFile: true), new HashItem("file-000008", 0, 8, EndsFile: true)], part.Items);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Items[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Items[-1]);
    }
}
