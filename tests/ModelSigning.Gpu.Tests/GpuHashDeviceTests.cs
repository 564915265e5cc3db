using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Pipeline;
using ModelSigning.Testing;

namespace ModelSigning.Gpu.Tests;

public class GpuHashDeviceTests
{
    // Windows far smaller than the data, so that items span windows, windows hold many items, and trees have several levels.
    private static readonly PipelineOptions Small = new(WindowBytes: 64 << 10, Windows: 3, PieceBytes: 8 << 10, Streams: 7, HashedBytes: 64 << 10);

    public static TheoryData<TestDevice, DigestAlgorithm> DevicesAndAlgorithms => new(
        Enum.GetValues<TestDevice>().SelectMany(device => Enum.GetValues<DigestAlgorithm>().Select(algorithm => (device, algorithm))));

    [Theory]
    [MemberData(nameof(DevicesAndAlgorithms))]
    public void Digests_are_those_of_the_processor_for_every_length_around_every_boundary(TestDevice device, DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        foreach (int length in Lengths())
        {
            model.Add(length);
        }

        AssertSame(model, algorithm, new GpuHashDevice(TestDevices.Require(device), Small));
    }

    [Theory]
    [MemberData(nameof(DevicesAndAlgorithms))]
    public void Digests_are_those_of_the_processor_with_the_windows_that_users_get(TestDevice device, DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        foreach (int length in new[] { 0, 1, 300_000, 100, 4096, 700_001, 64, 128, 1024 })
        {
            model.Add(length);
        }

        AssertSame(model, algorithm, new GpuHashDevice(TestDevices.Require(device)));
    }

    [Theory]
    [MemberData(nameof(DevicesAndAlgorithms))]
    public void Digests_are_those_of_the_processor_for_every_length_that_the_processor_is_tested_with(TestDevice device, DigestAlgorithm algorithm)
    {
        // One file, of which each item is a part: many lengths in each launch. Pieces are shorter than the longest items, and so are the parts of streams.
        PipelineOptions windows = new(WindowBytes: 8 << 20, Windows: 3, PieceBytes: 256 << 10, Streams: 64, HashedBytes: 8 << 20);
        byte[] bytes = new byte[HashLengths.All.Max()];
        new Random(11).NextBytes(bytes);
        using TestModel model = new();
        model.Folder.Write("file", bytes);
        foreach (int length in HashLengths.All)
        {
            model.AddItem("file", 0, length, endsFile: false);
        }

        AssertSame(model, algorithm, new GpuHashDevice(TestDevices.Require(device), windows));
    }

    private static IEnumerable<int> Lengths()
    {
        int[] around = [0, 55, 64, 119, 128, 256, 1024, 2048, 3072, 8 << 10, 16 << 10, 24 << 10, 130 << 10];
        return around.SelectMany(length => new[] { length - 1, length, length + 1 }).Where(length => length >= 0);
    }

    private static void AssertSame(TestModel model, DigestAlgorithm algorithm, GpuHashDevice device)
    {
        HashJob expected = model.Hash(algorithm, new CpuHashDevice());
        HashJob actual = model.Hash(algorithm, device);
        Assert.Empty(actual.Failures);
        Assert.Equal([], Enumerable.Range(0, model.Items.Count).Where(item => !expected.Digest(item).SequenceEqual(actual.Digest(item))).Select(item => model.Items[item].Length));

        Assert.Equal(actual.Progress.BytesTotal, actual.Progress.BytesDone);
    }
}
