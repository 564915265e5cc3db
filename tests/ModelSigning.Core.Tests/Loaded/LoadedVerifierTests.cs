using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Loaded;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Loaded;

public sealed class LoadedVerifierTests : IDisposable
{
    private const string First = "one.safetensors", Second = "two.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256);
    private readonly HostMemory _memory = new();
    private readonly byte[] _one = SafetensorsBytes.Of(("a", "F32", [3, 5], 60), ("b", "BF16", [1001], 2002), ("empty", "U8", [0], 0));

    public LoadedVerifierTests()
    {
        _folder.Write($"model/{First}", _one);
        _folder.Write($"model/{Second}", SafetensorsBytes.Of(("c", "U8", [3_000_000], 3_000_000)));
        _folder.Write("model/config.json", "{}");
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<DigestAlgorithm, long?> Ways => new(Enum.GetValues<DigestAlgorithm>().SelectMany(algorithm => new[] { (algorithm, (long?)null), (algorithm, 1000) }));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_tensor_in_memory_is_compared_with_the_bytes_that_the_signature_was_verified_of(DigestAlgorithm algorithm, long? shardSize)
    {
        Sign(algorithm, shardSize);
        LoadedVerification verified = Verify(Listed());
        Assert.True(verified.IsValid);
        Assert.Equal([(First, "a"), (First, "b"), (First, "empty"), (Second, "c")], verified.Tensors.Select(tensor => (tensor.File, tensor.Name)));
        Assert.All(verified.Tensors, tensor => Assert.Equal(LoadedState.AsSigned, tensor.State));
        _memory.Change((Second, "c"));
        verified = Verify(Listed());
        Assert.False(verified.IsValid);
        Assert.Equal((3, 1, 0), (verified.Count(LoadedState.AsSigned), verified.Count(LoadedState.Changed), verified.Count(LoadedState.NotVerifiable)));
    }

    [Fact]
    public void A_tensor_that_cannot_be_compared_is_named_with_the_reason_and_the_model_is_not_valid()
    {
        Sign();
        List<LoadedTensor> tensors = [.. Listed().Tensors];
        tensors[0] = tensors[0] with { Type = "F16" };
        tensors[1] = tensors[1] with { Shape = [7, 143] };
        tensors[3] = tensors[3] with { Length = 2_999_999 };
        tensors.RemoveAt(2);
        tensors.Add(new(First, "qkv", "F32", [1], 0, 0, 4));
        tensors.Add(new("config.json", "x", "F32", [1], 0, 0, 4));
        tensors.Add(new("other.safetensors", "y", "F32", [1], 0, 0, 4));
        LoadedVerification verified = Verify(Listed() with { Tensors = tensors });
        Assert.False(verified.IsValid);
        Assert.Equal(0, _memory.Hashed);
        Assert.All(verified.Tensors, tensor => Assert.Equal(LoadedState.NotVerifiable, tensor.State));
        Assert.Equal(["a", "b", "c", "empty", "qkv", "x", "y"], verified.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Contains("converted", Reason("a"), StringComparison.Ordinal);
        Assert.Contains("divided", Reason("b"), StringComparison.Ordinal);
        Assert.Contains("2999999", Reason("c"), StringComparison.Ordinal);
        Assert.Contains("not loaded", Reason("empty"), StringComparison.Ordinal);
        Assert.Contains("fused", Reason("qkv"), StringComparison.Ordinal);
        Assert.Contains("not one of the verified safetensors files", Reason("x"), StringComparison.Ordinal);
        Assert.Contains("not one of the verified safetensors files", Reason("y"), StringComparison.Ordinal);

        string Reason(string name) => verified.Tensors.Single(tensor => tensor.Name == name).Reason;
    }

    [Fact]
    public void A_list_with_a_hole_is_not_valid_however_many_tensors_are_right()
    {
        Sign();
        LoadedVerification verified = Verify(Listed() with { Tensors = [.. Listed().Tensors.Skip(1)] });
        Assert.False(verified.IsValid);
        Assert.Equal((3, 0, 1), (verified.Count(LoadedState.AsSigned), verified.Count(LoadedState.Changed), verified.Count(LoadedState.NotVerifiable)));
    }

    [Fact]
    public void An_empty_list_is_not_valid() => Assert.False(VerifySigned(Listed() with { Tensors = [] }).IsValid);

    [Fact]
    public void Some_files_are_compared_with_what_is_loaded_of_them()
    {
        Sign();
        LoadedVerification verified = Verify(Listed() with { Tensors = [.. Listed().Tensors.Where(tensor => tensor.File == First)] }, [First]);
        Assert.True(verified.IsValid);
        Assert.Equal(3, verified.Tensors.Count);
        Assert.Equal(VerificationScope.Partial, verified.Files.Scope);
    }

    [Fact]
    public void The_memory_is_not_touched_unless_the_files_are_what_was_signed()
    {
        Sign();
        _one[^1] ^= 1;
        _folder.Write($"model/{First}", _one);
        LoadedVerification verified = Verify(Listed());
        Assert.False(verified.IsValid);
        Assert.Empty(verified.Tensors);
        Assert.Equal(0, _memory.Hashed);
    }

    [Fact]
    public void A_signed_file_that_is_no_safetensors_file_is_refused()
    {
        _folder.Write($"model/{Second}", [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Sign();
        Assert.Equal(FormatErrors.SafetensorsInvalid, Assert.Throws<ModelSigningException>(() => Verify(Listed())).Definition);
    }

    private LoadedVerification VerifySigned(LoadedTensors list)
    {
        Sign();
        return Verify(list);
    }

    // What an honest server would write. The memory stands for the addresses.
    private LoadedTensors Listed()
    {
        List<LoadedTensor> tensors = [];
        foreach (string file in new[] { First, Second })
        {
            byte[] bytes = File.ReadAllBytes(_folder[$"model/{file}"]);
            if (bytes.Length > 9)
            {
                foreach (Tensor tensor in SafetensorsFile.Parse(bytes, bytes.Length, file).Tensors)
                {
                    _memory.Load((file, tensor.Name), bytes.AsSpan((int)tensor.Offset, (int)tensor.Length));
                    tensors.Add(new(file, tensor.Name, tensor.Type, tensor.Shape, 0, 0, tensor.Length));
                }
            }
        }

        return new(4242, [new(new string('0', 32), new byte[64], 1 << 30)], tensors);
    }

    private void Sign(DigestAlgorithm algorithm = DigestAlgorithm.Sha256, long? shardSize = null) => ModelSigner.Sign(
        new SigningRequest
        {
            ModelPath = _folder["model"],
            CurrentDirectory = _folder.FullPath,
            Signer = new KeySigner(_key),
            HashType = algorithm,
            ShardSize = shardSize,
            Hashing = new HashSettings { Device = new CpuHashDevice() },
        },
        TestContext.Current.CancellationToken);

    private LoadedVerification Verify(LoadedTensors list, IReadOnlyList<string>? include = null) => LoadedVerifier.Verify(
        new VerificationRequest
        {
            ModelPath = _folder["model"],
            CurrentDirectory = _folder.FullPath,
            Verifier = new KeyVerifier([_key.PublicKey]),
            IncludePaths = include ?? [],
            Hashing = new HashSettings { Device = new CpuHashDevice(), Threads = 2 },
        },
        list, _memory, TestContext.Current.CancellationToken);

    private sealed class HostMemory : ILoadedMemory
    {
        private readonly Dictionary<(string, string), byte[]> _loaded = [];
        private readonly HashSet<(string, string)> _changed = [];

        public int Hashed { get; private set; }

        public void Load((string, string) tensor, ReadOnlySpan<byte> bytes) => _loaded[tensor] = bytes.ToArray();

        public void Change((string, string) tensor) => _changed.Add(tensor);

        public IReadOnlyList<ReadOnlyMemory<byte>> Digests(LoadedTensors loaded, IReadOnlyList<LoadedTensor> tensors, CancellationToken cancellationToken) =>
            [.. tensors.Select(tensor => Digest((tensor.File, tensor.Name)))];

        private ReadOnlyMemory<byte> Digest((string, string) tensor)
        {
            Hashed++;
            byte[] bytes = [.. _loaded[tensor]];
            if (_changed.Contains(tensor))
            {
                bytes[^1] ^= 1;
            }

            byte[] digest = new byte[32];
            using StreamHasher hasher = StreamHasher.Create(DigestAlgorithm.Blake3);
            hasher.Append(bytes);
            hasher.Finish(digest);
            return digest;
        }
    }
}
