using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using Xunit;

namespace ModelSigning.Core.Tests.Models;

public sealed class HashPlanTests
{
    private static readonly ModelFile[] Files = [.. Enumerable.Range(0, 100_000).Select(number => new ModelFile($"file-{number:d6}", number))];

    [Fact]
    public void APlanOfWholeFilesTakesNoMemoryForEachFile()
    {
        Plan();
        long before = GC.GetAllocatedBytesForCurrentThread();
        HashPlan part = Plan();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Equal(1_000, part.Items.Count);

        static HashPlan Plan() => HashPlan.For(Files, shardSize: null).Part(50_000, 51_000);
    }

    [Fact]
    public void APartOfAPlanHasTheItemsOfItsRangeAndNoOthers()
    {
        HashPlan part = HashPlan.For(Files, shardSize: null).Part(7, 9);
        Assert.Equal(["file-000007", "file-000008"], part.Names);
        Assert.Equal([new HashItem("file-000007", 0, 7, EndsFile: true), new HashItem("file-000008", 0, 8, EndsFile: true)], part.Items);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Items[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Items[-1]);
    }
}
