using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Lanes;
using ModelSigning.Core.Hashing.Work;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Streams of unequal length in lanes, each lane refilled when its stream ends, against other implementations.</summary>
public sealed class StreamLanesTests
{
    public static TheoryData<string, int> Lanes { get; } = new()
    {
        { "Sha256Avx512", 32 },
        { "Sha256Avx512", 17 },
        { "Sha256Avx512", 16 },
        { "Sha256Avx512", 1 },
        { "Sha256Avx2", 8 },
        { "Sha256Avx2", 3 },
        { "Blake2bAvx512", 16 },
        { "Blake2bAvx512", 8 },
        { "Blake2bAvx512", 2 },
        { "Blake2bAvx2", 4 },
        { "Blake2bAvx2", 1 },
    };

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Every_length_around_blocks_and_buffers_is_exact(string name, int used)
    {
        (DigestAlgorithm algorithm, Func<StreamLanes> create) = Find(name);
        Check(algorithm, create, used, HashLengths.AroundBlocks);
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Random_lengths_are_exact(string name, int used)
    {
        (DigestAlgorithm algorithm, Func<StreamLanes> create) = Find(name);
        Random random = new(used);
        Check(algorithm, create, used, [.. Enumerable.Range(0, 200).Select(_ => random.Next(1 << random.Next(1, 18)))]);
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public void A_lane_that_fails_does_not_stop_its_neighbours(string name, int used)
    {
        (DigestAlgorithm algorithm, Func<StreamLanes> create) = Find(name);
        byte[] bytes = HashVectors.Input(100_000);
        using TemporaryFolder folder = new();
        folder.Write("file", bytes);
        HashItem[] items =
        [
            .. Enumerable.Range(0, 90).Select(i => (i % 9) switch
            {
                3 => new HashItem("absent", 0, 60_000, true),
                5 => new HashItem("file", 50_000, 50_001, false),
                7 => new HashItem("file", 0, 99_999, true),
                _ => new HashItem("file", i, 100_000 - i, true),
            }),
        ];

        HashJob job = Run(algorithm, create, used, folder, items);

        for (int i = 0; i < items.Length; i++)
        {
            ErrorDefinition? expected = (i % 9) switch { 3 => HashingErrors.FileVanished, 5 => HashingErrors.FileShrank, 7 => HashingErrors.FileGrew, _ => null };
            if (expected is null)
            {
                Assert.Equal(HashVectors.Digest(algorithm, bytes.AsSpan(i)), job.Digest(i));
            }
            else
            {
                Assert.Equal(expected, job.Failures[i].Definition);
            }
        }
    }

    private static void Check(DigestAlgorithm algorithm, Func<StreamLanes> create, int used, IReadOnlyList<int> lengths)
    {
        byte[] bytes = new byte[lengths.Max()];
        new Random(7).NextBytes(bytes);
        using TemporaryFolder folder = new();
        folder.Write("file", bytes);

        HashJob job = Run(algorithm, create, used, folder, [.. lengths.Select(length => new HashItem("file", 0, length, false))]);

        Assert.Empty(job.Failures);
        for (int i = 0; i < lengths.Count; i++)
        {
            Assert.True(job.Digest(i).SequenceEqual(HashVectors.Digest(algorithm, bytes.AsSpan(0, lengths[i]))), $"{lengths[i]} bytes differ.");
        }
    }

    private static HashJob Run(DigestAlgorithm algorithm, Func<StreamLanes> create, int used, TemporaryFolder folder, HashItem[] items)
    {
        HashJob job = new(algorithm, folder.FullPath, items, 1, new HashProgress());
        LaneStreams.Run(job, new ItemQueue(new ItemOrder(job), 0, items.Length), create, used, default);
        return job;
    }

    private static (DigestAlgorithm Algorithm, Func<StreamLanes> Create) Find(string name)
    {
        bool supported = name switch
        {
            "Sha256Avx512" => Sha256Avx512Lanes.IsSupported,
            "Sha256Avx2" => Sha256Avx2Lanes.IsSupported,
            "Blake2bAvx512" => Blake2bAvx512Lanes.IsSupported,
            _ => Blake2bAvx2Lanes.IsSupported,
        };
        Assert.SkipUnless(supported, $"This processor, or its settings, have no {name}.");
        return name switch
        {
            "Sha256Avx512" => (DigestAlgorithm.Sha256, () => new Sha256Avx512Lanes()),
            "Sha256Avx2" => (DigestAlgorithm.Sha256, () => new Sha256Avx2Lanes()),
            "Blake2bAvx512" => (DigestAlgorithm.Blake2b, () => new Blake2bAvx512Lanes()),
            _ => (DigestAlgorithm.Blake2b, () => new Blake2bAvx2Lanes()),
        };
    }
}
