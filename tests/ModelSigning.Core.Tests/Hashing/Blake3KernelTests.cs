using System.Buffers.Binary;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Trees;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Every kernel that this processor has, against the textbook and against the scalar one.</summary>
public sealed class Blake3KernelTests
{
    private static readonly byte[] Input = HashVectors.Input((3 << 20) + 2);

    public static TheoryData<string> Wide { get; } = ["Vector128", "Avx2", "Avx512"];

    [Fact]
    public void The_scalar_kernel_meets_the_textbook()
    {
        foreach (int length in new[] { 0, 1, 64, 65, 1023, 1024, 1025, 2048, 3071, 4097, 31_745, 100_000, 524_288, 524_289, 600_001 })
        {
            Assert.Equal(TextbookBlake3.Digest(Input.AsSpan(0, length)), Digest(Blake3ScalarKernel.Instance, Input.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Wide))]
    public void Every_kernel_is_exact_around_every_chunk_up_to_a_mebibyte(string name)
    {
        Blake3Kernel kernel = Kernel(name);
        foreach (int length in HashLengths.AroundChunks)
        {
            Assert.True(
                Digest(Blake3ScalarKernel.Instance, Input.AsSpan(0, length)).AsSpan().SequenceEqual(Digest(kernel, Input.AsSpan(0, length))),
                $"{name} differs at {length} bytes.");
        }
    }

    [Theory]
    [MemberData(nameof(Wide))]
    public void Every_kernel_is_exact_on_random_lengths_and_bytes(string name)
    {
        Blake3Kernel kernel = Kernel(name);
        Random random = new(20260701);
        byte[] bytes = new byte[3 << 20];
        for (int round = 0; round < 50; round++)
        {
            Span<byte> input = bytes.AsSpan(0, random.Next(bytes.Length));
            random.NextBytes(input);
            Assert.Equal(Digest(Blake3ScalarKernel.Instance, input), Digest(kernel, input));
        }
    }

    [Theory]
    [MemberData(nameof(Wide))]
    public void A_file_beyond_four_tebibytes_counts_its_chunks_in_64_bits(string name)
    {
        foreach (long segment in new[] { (1L << 23) - 1, 1L << 23, (1L << 32) + 12_345 })
        {
            Assert.Equal(ChainingValue(Blake3ScalarKernel.Instance, segment), ChainingValue(Kernel(name), segment));
        }
    }

    [Fact]
    public void Segments_may_be_joined_in_any_order()
    {
        const int count = 77;
        uint[][] values = [.. Enumerable.Range(0, count).Select(segment => ChainingValue(Blake3ScalarKernel.Instance, segment))];
        int[] backwards = [.. Enumerable.Range(0, count).Reverse()];
        int[] shuffled = [.. Enumerable.Range(0, count)];
        new Random(1).Shuffle(shuffled);

        uint[] expected = Join(values, [.. Enumerable.Range(0, count)]);

        Assert.Equal(expected, Join(values, backwards));
        Assert.Equal(expected, Join(values, shuffled));
    }

    private static uint[] Join(uint[][] values, int[] order)
    {
        Blake3Spine spine = new(values.Length);
        uint[] digest = new uint[8];
        for (int at = 0; at < order.Length; at++)
        {
            Assert.Equal(at == order.Length - 1, spine.Add(order[at], values[order[at]], digest));
        }

        return digest;
    }

    private static Blake3Kernel Kernel(string name)
    {
        Blake3Kernel? kernel = name switch
        {
            "Vector128" when Blake3Vector128Kernel.IsSupported => new Blake3Vector128Kernel(),
            "Avx2" when Blake3Avx2Kernel.IsSupported => new Blake3Avx2Kernel(),
            "Avx512" when Blake3Avx512Kernel.IsSupported => new Blake3Avx512Kernel(),
            _ => null,
        };
        Assert.SkipWhen(kernel is null, $"This processor, or its settings, have no {name}.");
        return kernel;
    }

    private static unsafe uint[] ChainingValue(Blake3Kernel kernel, long segment)
    {
        using AlignedBuffer buffer = new(Blake3Segment.BufferLength);
        using AlignedBuffer values = new(Blake3Kernel.ChainingValuesLength * sizeof(uint));
        Input.AsSpan(0, Blake3Segment.Length).CopyTo(buffer.Span);
        uint[] value = new uint[8];
        Blake3Segment.Hash(kernel, buffer.Pointer, Blake3Segment.Length, segment, isTree: false, (uint*)values.Pointer, value);
        return value;
    }

    private static unsafe byte[] Digest(Blake3Kernel kernel, ReadOnlySpan<byte> input)
    {
        using AlignedBuffer buffer = new(Blake3Segment.BufferLength);
        using AlignedBuffer values = new(Blake3Kernel.ChainingValuesLength * sizeof(uint));
        int segments = Math.Max(1, (input.Length + Blake3Segment.Length - 1) / Blake3Segment.Length);
        Blake3Spine spine = new(segments);
        uint[] words = new uint[8];
        for (int segment = 0; segment < segments; segment++)
        {
            ReadOnlySpan<byte> part = input[(segment * Blake3Segment.Length)..Math.Min(input.Length, (segment + 1) * Blake3Segment.Length)];
            part.CopyTo(buffer.Span);
            Blake3Segment.Hash(kernel, buffer.Pointer, part.Length, segment, segments == 1, (uint*)values.Pointer, words);
            if (segments > 1)
            {
                spine.Add(segment, words, words);
            }
        }

        byte[] digest = new byte[32];
        for (int word = 0; word < 8; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4 * word), words[word]);
        }

        return digest;
    }
}
