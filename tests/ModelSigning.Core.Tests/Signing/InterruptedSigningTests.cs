using System.Diagnostics;
using ModelSigning.Core.Files;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Signing;

public sealed class InterruptedSigningTests : IDisposable
{
    private const int Kills = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kill_at_any_moment_leaves_a_whole_signature_or_none_and_nothing_that_is_signed_later()
    {
        _folder.Write("model/weights.bin", "weights");
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        KeyFile.WritePair(key, null, _folder["key.pem"], _folder["key.pub"], overwrite: false);
        Random random = new(20250502);
        int whole = 0, leftovers = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            SignUntilKilled(TimeSpan.FromMilliseconds(random.Next(50)));
            string[] names = [.. Directory.GetFiles(_folder["model"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
            Assert.All(names, name => Assert.True(name is "weights.bin" or "model.sig" || AtomicFile.IsPartial(name), name));
            leftovers += names.Count(name => AtomicFile.IsPartial(name));
            if (File.Exists(_folder["model/model.sig"]))
            {
                VerificationResult result = Verify(key, ignoreUnsigned: true);
                Assert.True(result.IsValid);
                Assert.Equal("weights.bin", Assert.Single(result.Statement.Manifest.Resources).Name);
                whole++;
            }
        }

        // Each outcome came about; a kill that always hit between two signings would prove nothing.
        Assert.InRange(whole, 1, Kills);
        Assert.InRange(leftovers, 1, Kills);

        Core.Signing.ModelSigner.Sign(
            new()
            {
                ModelPath = _folder["model"],
                CurrentDirectory = _folder.FullPath,
                Signer = new Core.Signing.KeySigner(key),
                Hashing = ModelFixture.Hashing,
                Force = true,
            },
            CancellationToken.None);
        Assert.Equal(2, Directory.GetFiles(_folder["model"]).Length);
        Assert.True(Verify(key, ignoreUnsigned: false).IsValid);
    }

    private VerificationResult Verify(EcPrivateKey key, bool ignoreUnsigned) => ModelVerifier.Verify(
        new()
        {
            ModelPath = _folder["model"],
            CurrentDirectory = _folder.FullPath,
            Verifier = new KeyVerifier([key.PublicKey]),
            Hashing = ModelFixture.Hashing,
            IgnoreUnsignedFiles = ignoreUnsigned,
        },
        CancellationToken.None);

    private void SignUntilKilled(TimeSpan moment)
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
        string program = Path.Join(SharedData.RepositoryRoot, "tests", "InterruptedSigning", "bin", configuration, "net10.0",
            OperatingSystem.IsWindows() ? "InterruptedSigning.exe" : "InterruptedSigning");
        using Process process = Process.Start(new ProcessStartInfo(program, [_folder["model"], _folder["key.pem"]]) { RedirectStandardOutput = true })!;
        Assert.Equal("signed", process.StandardOutput.ReadLine());
        process.WaitForExit(moment);
        process.Kill();
        process.WaitForExit();
    }
}
