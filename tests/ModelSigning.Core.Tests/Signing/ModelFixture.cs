using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Signing;

/// <summary>A model in a folder of its own, a key, and the two procedures with the defaults of a test.</summary>
public sealed class ModelFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes the folder <c>model</c> with two files.</summary>
    public ModelFixture(bool empty = false)
    {
        Directory.CreateDirectory(ModelPath);
        if (!empty)
        {
            Write("config.json", "{}");
            Write("weights/part-1.bin", "one");
        }
    }

    public static HashSettings Hashing => new() { Device = new CpuHashDevice(), Threads = 2 };

    public EcPrivateKey Key { get; } = EcPrivateKey.Generate(EcCurve.P256);

    public string Root => _folder.FullPath;

    public string ModelPath => _folder["model"];

    public string SignaturePath => _folder["model/model.sig"];

    public string this[string relative] => _folder["model/" + relative];

    public string Write(string relative, string text) => _folder.Write("model/" + relative, text);

    public SigningRequest SigningRequest => new()
    {
        ModelPath = ModelPath,
        CurrentDirectory = Root,
        Signer = new KeySigner(Key),
        Hashing = Hashing,
    };

    public VerificationRequest VerificationRequest => new()
    {
        ModelPath = ModelPath,
        CurrentDirectory = Root,
        Verifier = new KeyVerifier([Key.PublicKey]),
        Hashing = Hashing,
    };

    public SigningResult Sign(Func<SigningRequest, SigningRequest>? change = null) =>
        ModelSigner.Sign(change?.Invoke(SigningRequest) ?? SigningRequest, CancellationToken.None);

    public VerificationResult Verify(Func<VerificationRequest, VerificationRequest>? change = null) =>
        ModelVerifier.Verify(change?.Invoke(VerificationRequest) ?? VerificationRequest, CancellationToken.None);

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
