using System.Security.Cryptography;
using System.Text;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>A small model and the key that signs it, in a folder of a test's own.</summary>
internal sealed class SampleModel : IDisposable
{
    /// <summary>The files, relative to the model.</summary>
    internal static readonly string[] Names = ["config.json", "onnx/model.onnx", "tokenizer.json", "weights.bin"];

    private readonly TemporaryFolder _folder = new();

    private string? _encryptedKey;

    internal SampleModel(string name = "model")
    {
        Path = _folder[name];
        foreach (string file in Names)
        {
            Write(file, "content of " + file);
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateKey = _folder.Write("signing.key", key.ExportPkcs8PrivateKeyPem());
        PublicKey = _folder.Write("signing.pub", key.ExportSubjectPublicKeyInfoPem());
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        OtherPublicKey = _folder.Write("other.pub", other.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>The password of <see cref="EncryptedKey"/>, not ASCII on purpose.</summary>
    internal const string Password = "pässword ключ";

    /// <summary>The model's folder.</summary>
    internal string Path { get; }

    internal string PrivateKey { get; }

    /// <summary>The same key, encrypted when it is first asked for: Wine, where these tests run too, cannot do that.</summary>
    internal string EncryptedKey => _encryptedKey ??= Encrypt();

    internal string PublicKey { get; }

    /// <summary>The public key of somebody else.</summary>
    internal string OtherPublicKey { get; }

    /// <summary>Where a signature lies when nobody says otherwise.</summary>
    internal string Signature => System.IO.Path.Join(Path, "model.sig");

    /// <summary>The folder that all of it lies in.</summary>
    internal TemporaryFolder Folder => _folder;

    /// <summary>The full path of a file of the model.</summary>
    internal string this[string file] => System.IO.Path.Join(Path, file);

    /// <summary>Writes a file of the model.</summary>
    internal string Write(string file, string text)
    {
        string path = this[file];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    private string Encrypt()
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(PrivateKey));
        return _folder.Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem(
            Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
    }

    /// <summary>Signs it with <see cref="PrivateKey"/>.</summary>
    internal void Sign(ModuleSession session) =>
        session.Run("param($m, $k) New-ModelSignature -LiteralPath $m -PrivateKey $k", Path, PrivateKey).ThrowIfFailed();

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
