using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>A folder, a key, and the two procedures over a store.</summary>
public sealed class StoreFixture : IDisposable
{
    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256);

    public TemporaryFolder Folder { get; } = new();

    public string Signature => Folder["the.sig"];

    public EcPublicKey PublicKey => _key.PublicKey;

    public void Dispose()
    {
        _key.Dispose();
        Folder.Dispose();
    }

    public SigningResult Sign(string path, string? source, string? revision = null, Func<SigningRequest, SigningRequest>? change = null)
    {
        SigningRequest request = new()
        {
            ModelPath = path,
            Source = Open(path, source, revision),
            CurrentDirectory = Folder.FullPath,
            Signer = new KeySigner(_key),
            Hashing = ModelFixture.Hashing,
            SignaturePath = Signature,
            Force = true,
        };
        return ModelSigner.Sign(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    public VerificationResult Verify(string path, string? source, string? revision = null, Func<VerificationRequest, VerificationRequest>? change = null)
    {
        VerificationRequest request = new()
        {
            ModelPath = path,
            Source = Open(path, source, revision),
            CurrentDirectory = Folder.FullPath,
            Verifier = new KeyVerifier([_key.PublicKey]),
            Hashing = ModelFixture.Hashing,
            SignaturePath = Signature,
        };
        return ModelVerifier.Verify(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    /// <summary>Changes the signed statement, and signs it again.</summary>
    public void Alter(Action<JsonNode> change)
    {
        JsonNode statement = JsonNode.Parse(BundleReader.Read(Signature).DsseEnvelope!.Payload.Span)!;
        change(statement);
        File.WriteAllBytes(Signature, BundleWriter.Write(new KeySigner(_key).Sign(Encoding.UTF8.GetBytes(statement.ToJsonString()), CancellationToken.None)));
    }

    public ModelSource Open(string path, string? source, string? revision = null) =>
        ModelStores.Open(source, path, revision, Folder.FullPath, allowSymlinks: false);

    public string[] Names(string path, string source, string? revision = null) =>
        [.. Open(path, source, revision).Find(new() { CurrentDirectory = Folder.FullPath }, CancellationToken.None).Files.Select(file => file.Name)];

    public static string Refusal(Action action) => Assert.Throws<ModelSigningException>(action).Definition.Id;

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }

    public static byte[] Zstd(byte[] bytes)
    {
        using ZstdSharp.Compressor compressor = new();
        return compressor.Wrap(bytes).ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
