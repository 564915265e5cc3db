using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
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

    /// <summary>Holds that the model is refused with this error.</summary>
    public void Refuses(string id, Func<VerificationRequest, VerificationRequest>? change = null) =>
        Assert.Equal(id, Assert.Throws<ModelSigningException>(() => Verify(change)).Definition.Id);

    /// <summary>Puts another bundle in the place of the signature.</summary>
    public void Replace(Bundle bundle) => File.WriteAllBytes(SignaturePath, BundleWriter.Write(bundle));

    /// <summary>Changes the signed statement, and signs it again.</summary>
    public void Alter(Action<JsonNode> change)
    {
        JsonNode statement = JsonNode.Parse(BundleReader.Read(SignaturePath).DsseEnvelope!.Payload.Span)!;
        change(statement);
        Replace(new KeySigner(Key).Sign(Encoding.UTF8.GetBytes(statement.ToJsonString()), CancellationToken.None));
    }

    /// <summary>Makes a symbolic link in the model, or skips the test where the system does not let the user make one.</summary>
    public void Link(string name, string target)
    {
        try
        {
            if (Directory.Exists(target))
            {
                Directory.CreateSymbolicLink(this[name], target);
            }
            else
            {
                File.CreateSymbolicLink(this[name], target);
            }
        }
        catch (IOException error) when (OperatingSystem.IsWindows())
        {
            Assert.Skip($"This Windows does not let the user make links: {error.Message}");
        }
    }

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
