using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>Files that somebody replaces, by renaming another one over them, while the model is verified: what was read once is what the verdict is about.</summary>
public sealed class SwappedFilesTests : IDisposable
{
    private const int Rounds = 200;

    private readonly ModelFixture _model = new();
    private readonly EcPrivateKey _stranger = EcPrivateKey.Generate(EcCurve.P256);

    public void Dispose()
    {
        _stranger.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_signature_that_is_replaced_before_it_is_verified_is_the_one_that_was_read()
    {
        (byte[] ours, byte[] theirs) = Signatures();
        File.WriteAllBytes(_model.SignaturePath, theirs);
        Assert.Equal(VerifyingErrors.KeyMismatch, Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with
        {
            Verifier = new Swapping(new KeyVerifier([_model.Key.PublicKey]), () => Replace(_model.SignaturePath, ours)),
        })).Definition);
        File.WriteAllBytes(_model.SignaturePath, ours);
        VerificationResult result = _model.Verify(request => request with
        {
            Verifier = new Swapping(new KeyVerifier([_model.Key.PublicKey]), () => Replace(_model.SignaturePath, theirs)),
        });
        Assert.True(result.IsValid);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(ours), result.SignatureDigest.ToArray());
    }

    [Fact]
    public async Task A_signature_that_is_replaced_again_and_again_is_always_one_or_the_other()
    {
        (byte[] ours, byte[] theirs) = Signatures();
        using CancellationTokenSource done = new();
        Task writer = Task.Run(
            () =>
            {
                for (int number = 0; !done.IsCancellationRequested; number++)
                {
                    Replace(_model.SignaturePath, number % 2 == 0 ? theirs : ours);
                }
            },
            TestContext.Current.CancellationToken);
        for (int round = 0; round < Rounds; round++)
        {
            try
            {
                VerificationResult result = _model.Verify();
                Assert.True(result.IsValid);
                Assert.Equal(System.Security.Cryptography.SHA256.HashData(ours), result.SignatureDigest.ToArray());
            }
            catch (ModelSigningException refusal)
            {
                Assert.Equal(VerifyingErrors.KeyMismatch, refusal.Definition);
            }
        }

        await done.CancelAsync();
        await writer;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L << 20)]
    public void A_file_that_is_replaced_while_it_is_hashed_is_what_was_read_of_it_and_never_a_part_of_each(long? shardSize)
    {
        byte[] signed = new byte[8 << 20], other = new byte[8 << 20];
        Array.Fill(other, (byte)1);
        File.WriteAllBytes(_model["large.bin"], signed);
        _model.Sign(request => request with { ShardSize = shardSize });

        // The good file is there until its first bytes were read, the other one before: bytes that were not signed are never accepted.
        Sight sight = Verify(() => Replace(_model["large.bin"], other));
        Assert.Equal(sight.Result is not null && !sight.Differs(signed), sight.Result?.IsValid == true);
        Assert.False(_model.Verify().IsValid);
        sight = Verify(() => Replace(_model["large.bin"], signed));
        Assert.True(sight.Differs(signed));
        Assert.NotEqual(true, sight.Result?.IsValid);
        Assert.True(_model.Verify().IsValid);
    }

    private Sight Verify(Action swap)
    {
        Sight sight = new(swap);
        try
        {
            sight.Result = _model.Verify(request => request with { Hashing = ModelFixture.Hashing with { Observer = sight } });
        }
        catch (ModelSigningException refusal)
        {
            Assert.Equal(HashingErrors.FileChanged, refusal.Definition);
        }

        return sight;
    }

    private (byte[] Ours, byte[] Theirs) Signatures()
    {
        _model.Sign(request => request with { Signer = new KeySigner(_stranger) });
        byte[] theirs = File.ReadAllBytes(_model.SignaturePath);
        _model.Sign(request => request with { Force = true });
        return (File.ReadAllBytes(_model.SignaturePath), theirs);
    }

    // As the product replaces files, which Windows allows beside a reader.
    private static void Replace(string path, byte[] content) => AtomicFile.Write(path, content, AtomicFile.Private, exists: null);

    private sealed class Swapping(SignatureVerifier inner, Action swap) : SignatureVerifier
    {
        protected override SignatureEvidence VerifySignature(Bundle bundle)
        {
            swap();
            return inner.FindEvidence(bundle);
        }
    }

    /// <summary>What the engine read of the large file, and a swap at its first bytes.</summary>
    private sealed class Sight(Action swap) : IFileObserver
    {
        private readonly byte[] _read = new byte[8 << 20];
        private readonly Lock _gate = new();
        private bool _swapped;

        public VerificationResult? Result { get; set; }

        public bool Differs(byte[] content) => !_read.AsSpan().SequenceEqual(content);

        public void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes)
        {
            if (name != "large.bin")
            {
                return;
            }

            lock (_gate)
            {
                bytes.CopyTo(_read.AsSpan((int)offset));
                if (!_swapped)
                {
                    _swapped = true;
                    swap();
                }
            }
        }
    }
}
