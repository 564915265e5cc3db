using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Signing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Signing;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ReuseTests : IDisposable
{
    private readonly ModelFixture _model = new();
    private readonly string _manifest;

    public ReuseTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no records of files.");
        _manifest = Path.Join(_model.Root, "model.manifest.jsonl");
        _model.Write("large.bin", new string('x', 5000));
        _model.Write("empty", "");
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(1000L)]
    public void Only_what_changed_is_hashed_and_the_signature_is_that_of_a_full_signing(long? shardSize)
    {
        First(request => request with { ShardSize = shardSize });
        _model.Write("weights/part-1.bin", "two");
        _model.Write("new.bin", "new");
        SigningResult again = Again(out List<string> hashed, request => request with { ShardSize = shardSize });
        Assert.Equal(["new.bin", "weights/part-1.bin"], hashed);
        Assert.Equal(shardSize is null ? ["config.json", "empty", "large.bin"] : ["config.json", "large.bin"], again.ReusedFiles);

        SigningResult full = _model.Sign(request => request with { ShardSize = shardSize, Force = true });
        Assert.Equal(full.RootDigest, again.RootDigest);
        Assert.Equal(full.Manifest.Resources.Select(resource => resource.Name), again.Manifest.Resources.Select(resource => resource.Name));
        Assert.True(_model.Verify().IsValid);
    }

    [Fact]
    public void A_file_that_was_written_again_with_its_old_length_and_modification_time_is_hashed()
    {
        First();
        DateTime modified = File.GetLastWriteTimeUtc(_model["large.bin"]);
        _model.Write("large.bin", new string('y', 5000));
        File.SetLastWriteTimeUtc(_model["large.bin"], modified);
        Again(out List<string> hashed);
        Assert.Equal(["large.bin"], hashed);
        Assert.True(_model.Verify().IsValid);
    }

    [Fact]
    public void A_file_in_the_place_of_another_with_the_same_times_is_hashed()
    {
        First();
        string other = _model.Write("../other", new string('y', 5000));
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(_model["large.bin"]));
        File.Move(other, _model["large.bin"], overwrite: true);
        Again(out List<string> hashed);
        Assert.Equal(["large.bin"], hashed);
    }

    [Fact]
    public void A_file_that_changed_just_before_it_was_hashed_is_hashed_the_next_time()
    {
        DateTime written = File.GetLastWriteTimeUtc(_model["large.bin"]);
        First(request => request with { Clock = new Clock(written.AddSeconds(1)) });
        Again(out List<string> hashed);
        Assert.Contains("large.bin", hashed);

        // The second time it was hashed an hour after it was written.
        Again(out hashed);
        Assert.Empty(hashed);
    }

    [Fact]
    public void A_link_is_always_hashed()
    {
        File.CreateSymbolicLink(_model["link"], "large.bin");
        First(request => request with { AllowSymlinks = true });
        Again(out List<string> hashed, request => request with { AllowSymlinks = true });
        Assert.Equal(["link"], hashed);
    }

    [Fact]
    public void A_manifest_file_with_a_digest_of_its_own_has_none_of_it_signed()
    {
        First();
        ManifestFile file = ManifestFileReader.ReadWhole(_manifest, CancellationToken.None);
        string text = File.ReadAllText(_manifest);
        string digest = Convert.ToHexStringLower(file.Manifest.Resources.Single(resource => resource.Name == "large.bin").Digest.Span);
        File.WriteAllText(_manifest, text.Replace(digest, new string('0', 64), StringComparison.Ordinal));
        SigningResult again = Again(out List<string> hashed);
        Assert.Equal(["large.bin"], hashed);
        Assert.True(_model.Verify().IsValid);
        Assert.DoesNotContain(again.Manifest.Resources, resource => resource.Digest.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void What_is_of_another_signer_model_or_kind_is_refused_before_anything_is_hashed()
    {
        First();
        using EcPrivateKey other = EcPrivateKey.Generate(EcCurve.P256);
        Refused(SigningErrors.ReuseRefused, request => request with { Signer = new KeySigner(other) });
        Refused(SigningErrors.ReuseRefused, request => request with { HashType = DigestAlgorithm.Blake3 });
        Refused(SigningErrors.ReuseRefused, request => request with { ShardSize = 1000 });
        Refused(SigningErrors.ReuseUnsupported, request => request with { Signer = new Stranger(request.Signer!) });
        Refused(SigningErrors.ReuseRefused, request => request with { Earlier = new(_manifest, _model["none.sig"]) });
        Refused(ManifestFileErrors.ManifestFileNotFound, request => request with { Earlier = new(_model["none"], _model.SignaturePath) });

        string renamed = _model.Write("../another/config.json", "{}");
        Refused(SigningErrors.ReuseRefused, request => request with { ModelPath = Path.GetDirectoryName(renamed)!, SignaturePath = renamed + ".sig" });

        byte[] forged = File.ReadAllBytes(_model.SignaturePath);
        Bundle bundle = BundleReader.Parse(forged, "forged");
        byte[] payload = bundle.DsseEnvelope!.Payload.ToArray();
        payload[^20] ^= 1;
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle with { DsseEnvelope = bundle.DsseEnvelope with { Payload = payload } }));
        Refused(SigningErrors.ReuseRefused, request => request);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_manifest_file_that_others_may_write_is_refused_because_it_says_which_files_did_not_change(UnixFileMode mode)
    {
        First();
        File.SetUnixFileMode(_manifest, File.GetUnixFileMode(_manifest) | mode);
        Refused(SigningErrors.ReuseRefused, request => request);
    }

    [Fact]
    public void A_manifest_file_of_another_user_is_refused_because_he_can_write_it_whatever_its_mode_is()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only the administrator gives files away.");
        First();
        UnixEntries.GiveAway(_manifest, 12345);
        Refused(SigningErrors.ReuseRefused, request => request);
    }

    [Fact]
    public void A_signature_by_the_same_certificate_is_reused_and_one_by_another_is_refused()
    {
        (CertificateSigner mine, CertificateSigner other) = (Certified(), Certified());
        First(request => request with { Signer = mine });
        Again(out List<string> hashed, request => request with { Signer = mine });
        Assert.Empty(hashed);
        Refused(SigningErrors.ReuseRefused, request => request with { Signer = other });
    }

    [Fact]
    public void A_record_is_what_the_system_says_of_the_file()
    {
        FileRecord record = FileRecord.Of(_model["large.bin"], 5000, DateTimeOffset.UtcNow.AddHours(1));
        Assert.True(record.IsKnown);
        Assert.Equal(File.GetLastWriteTimeUtc(_model["large.bin"]), DateTime.UnixEpoch.AddTicks(record.Modified / 100));
        Assert.Equal(default, FileRecord.Of(_model["large.bin"], 4999, DateTimeOffset.UtcNow.AddHours(1)));
        Assert.Equal(default, FileRecord.Of(_model["large.bin"], 5000, new DateTimeOffset(File.GetLastWriteTimeUtc(_model["large.bin"])).AddSeconds(1)));
        Assert.Equal(default, FileRecord.Of(_model.ModelPath, null, DateTimeOffset.UtcNow.AddHours(1)));
        File.SetLastWriteTimeUtc(_model["large.bin"], new(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(default, FileRecord.Of(_model["large.bin"], 5000, DateTimeOffset.UtcNow.AddHours(1)));
    }

    private SigningResult First(Func<SigningRequest, SigningRequest>? change = null) => _model.Sign(request =>
    {
        SigningRequest first = request with { ManifestPath = _manifest, Clock = Later };
        return change?.Invoke(first) ?? first;
    });

    private SigningResult Again(out List<string> hashed, Func<SigningRequest, SigningRequest>? change = null)
    {
        Recorder recorder = new();
        SigningResult result = _model.Sign(request =>
        {
            SigningRequest again = request with
            {
                ManifestPath = _manifest,
                Earlier = new(_manifest, _model.SignaturePath),
                Force = true,
                Clock = Later,
                Hashing = request.Hashing with { Device = recorder },
            };
            return change?.Invoke(again) ?? again;
        });
        hashed = [.. recorder.Names.Distinct().Order(StringComparer.Ordinal)];
        return result;
    }

    private void Refused(ErrorDefinition expected, Func<SigningRequest, SigningRequest> change)
    {
        List<string> hashed = [];
        Assert.Equal(expected, Assert.Throws<ModelSigningException>(() => Again(out hashed, change)).Definition);
        Assert.Empty(hashed);
    }

    private static CertificateSigner Certified()
    {
        ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Signer", ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.3")], critical: false));
        return new(new EcPrivateKey(ecdsa, "test"), [request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1))]);
    }

    // An hour later, when no file has changed just now.
    private static Clock Later => new(DateTime.UtcNow.AddHours(1));

    private sealed class Clock(DateTime time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(time);
    }

    private sealed class Recorder : IHashDevice
    {
        private readonly CpuHashDevice _device = new();

        public List<string> Names { get; } = [];

        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            Names.AddRange(job.Items.Select(item => item.Name));
            _device.Hash(job, cancellationToken);
        }
    }

    private sealed class Stranger(ISigner signer) : ISigner
    {
        public string Method => signer.Method;

        public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken) => signer.Sign(statement, cancellationToken);
    }
}
