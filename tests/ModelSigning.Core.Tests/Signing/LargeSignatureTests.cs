using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Signing;

public sealed class LargeSignatureTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_signature_beyond_the_writers_pieces_is_written_read_and_verified()
    {
        ManifestFile file = Many(40_000);
        string path = Sign(file);
        Assert.InRange(new FileInfo(path).Length, 4_000_000, long.MaxValue);
        VerifiedManifest verified = new KeyVerifier([_model.Key.PublicKey]).VerifyModel(BundleReader.Read(path));
        Assert.Equal(file.Manifest.Resources.Select(resource => resource.Name), verified.Manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(file.Manifest.ComputeRootDigest(), verified.Manifest.ComputeRootDigest());
    }

    [Fact]
    public void Twice_the_resources_cost_twice_the_memory_and_the_steps_to_sign_and_to_read()
    {
        _ = Costs(100);
        (long write, long read, long verify, long steps) once = Costs(20_000), twice = Costs(40_000);
        Assert.InRange(twice.write, 0, 2.1 * once.write);
        Assert.InRange(twice.read, 0, 2.1 * once.read);
        Assert.InRange(twice.verify, 0, 2.1 * once.verify);
        Assert.InRange(twice.steps, 0, 2.1 * once.steps);

        // The statement, its manifest and the file's base64 in pieces, and nothing of the size of the file besides.
        long statement = ModelStatementWriter.Write(Many(40_000).Manifest).Length;
        Assert.InRange(twice.write, statement, (long)(1.2 * statement) + (2 << 20));
        Assert.InRange(twice.verify, statement, (statement / 3 * 4) + (40_000 * 400));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\"quoted\" \\ and\ttab\u0001")]
    [InlineData("größe/模型/\U0001F600")]
    [InlineData("\u2028\uFEFF\u00A0&<'+`")]
    public void The_length_of_a_statement_is_known_before_it_is_written(string name)
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(index => $"{name}{index:d4}")];
        Manifest manifest = Manifest.Of(name, new Serialization { IgnorePaths = [name, name + "2"] }, names.Select(one => new Resource(one, new byte[32])));
        long resources = ModelStatementWriter.LengthOfResources(names, DigestAlgorithm.Sha256, "sha256".Length);
        long written = ModelStatementWriter.Write(manifest).Length;
        Assert.InRange(written, resources, resources + ModelStatementWriter.LengthOfOther(name, manifest.Serialization.IgnorePaths));
    }

    [Fact]
    public void What_the_signer_cannot_sign_is_refused_before_anything_is_hashed()
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Sign(request => request with
        {
            Signer = new SmallSigner(request.Signer!),
            Hashing = request.Hashing with { Device = new ForbiddenDevice() },
        }));
        Assert.Equal(SigningErrors.SignatureTooLarge, refusal.Definition);
        Assert.Contains("Rekor v2", refusal.Cure, StringComparison.Ordinal);

        string manifest = _model.Write("../small.jsonl", "");
        Assert.Equal(SigningErrors.SignatureTooLarge, Assert.Throws<ModelSigningException>(() => ModelSigner.SignManifest(
            _model.SigningRequest with { ModelPath = manifest, SignaturePath = manifest + ".sig", Signer = new SmallSigner(_model.SigningRequest.Signer!) },
            Many(2000), CancellationToken.None)).Definition);
    }

    [Fact]
    public void Nothing_of_a_payload_is_parsed_before_its_signature_holds()
    {
        // Each payload would be refused for its own reason if it were read.
        foreach (string payload in (string[])["", "{", "[]", "{\"a\":1,\"a\":2}", "{\"_type\":1}", new('[', 100_000)])
        {
            DsseEnvelope envelope = new() { PayloadType = InTotoStatement.MediaType, Payload = Encoding.UTF8.GetBytes(payload), Signatures = [new(new byte[70], "")] };
            Bundle bundle = new() { Version = BundleVersion.V03, VerificationMaterial = new() { PublicKey = new(_model.Key.PublicKey.Hint) }, DsseEnvelope = envelope };
            Assert.Equal(
                VerifyingErrors.SignatureInvalid,
                Assert.Throws<ModelSigningException>(() => new KeyVerifier([_model.Key.PublicKey]).VerifyModel(bundle)).Definition);
        }
    }

    private (long Write, long Read, long Verify, long Steps) Costs(int count)
    {
        ManifestFile file = Many(count);
        string signature = "";
        long write = Allocated(() => signature = Sign(file));
        string path = _model.Write("../many.jsonl", "");
        ManifestFileWriter.Write(path, file, exists: null);
        long read = Allocated(() => ManifestFileReader.ReadWhole(path, CancellationToken.None));
        VerifiedManifest? verified = null;
        long verify = Allocated(() => verified = new KeyVerifier([_model.Key.PublicKey]).VerifyModel(BundleReader.Read(signature)));
        Assert.Equal(count, verified!.Manifest.Resources.Count);
        return (write, read, verify, StrictJson.CountSteps(BundleReader.Read(signature).DsseEnvelope!.Payload, new InputRules("statement", int.MaxValue, StatementErrors.StatementMalformed)));
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private string Sign(ManifestFile file)
    {
        string manifest = _model.Write("../many.jsonl", "");
        return ModelSigner.SignManifest(
            _model.SigningRequest with { ModelPath = manifest, SignaturePath = manifest + ".sig", Force = true }, file, CancellationToken.None).SignaturePath;
    }

    private static ManifestFile Many(int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"part-{number / 1000:d4}/sample-{number:d8}.bin"))];
        long[] lengths = new long[count];
        Manifest manifest = Manifest.Of("dataset", new Serialization(), names.Select(name => new Resource(name, SHA256.HashData(Encoding.UTF8.GetBytes(name)))));
        return new(manifest, lengths, ManifestFile.ListingOf(manifest.Serialization, names, lengths), ManifestPart.Whole, "worker");
    }

    private sealed class ForbiddenDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken) => Assert.Fail("Nothing was to be hashed.");
    }

    private sealed class SmallSigner(ISigner signer) : ISigner
    {
        public string Method => signer.Method;

        public int MaximumStatementLength => 100;

        public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken) => signer.Sign(statement, cancellationToken);
    }
}
