using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.SigstoreInstance;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>A folder with everything that the examples of the help name.</summary>
internal sealed class ExampleSite : IDisposable
{
    private const string GitHub = "https://token.actions.githubusercontent.com";
    private const string Workflow = "https://github.com/example/tool/.github/workflows/release.yml@refs/tags/v1.0";
    private static readonly string[] Models = ["model", "models/v1", "models/v2", "models/llama-3", "sites/a/models/llm", "sites/b/models/llm"];

    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Company root"));

    internal ExampleSite(SigstoreServer sigstore, X509Certificate2 timestampRoot)
    {
        foreach (string model in Models)
        {
            Folder.Write($"{model}/weights.bin", model);
            Folder.Write($"{model}/code.py", "pass");
            Folder.Write($"{model}/model.safetensors", SafetensorsBytes.Of((model.Contains("v2", StringComparison.Ordinal) ? "new" : "old", "U8", [2], 2)));
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), vendor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        WriteIfPossible("keys/release.key", () => Encoding.ASCII.GetBytes(
            key.ExportEncryptedPkcs8PrivateKeyPem(SoftHsm.Pin, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))));
        foreach (string file in (string[])["release.pub", "vendor.pub", "team.pub", "keys/team.pub"])
        {
            Folder.Write(file, key.ExportSubjectPublicKeyInfoPem());
        }

        Folder.Write("keys/vendor.pub", vendor.ExportSubjectPublicKeyInfoPem());
        Folder.Write("policy.json", """{ "version": 1, "rules": [{ "name": "ours", "models": ["*"], "signers": [{ "type": "key", "publicKey": "release.pub" }] }] }""");
        Directory.CreateDirectory(Folder["policy"]);
        Directory.CreateDirectory(Folder["publish"]);
        Directory.CreateDirectory(Folder["release"]);

        using TestCertificate leaf = _root.Issue(Leaf("Model release"));
        WriteIfPossible("signing.pfx", () =>
        {
            using X509Certificate2 withKey = leaf.WithPrivateKey();
            return withKey.Export(X509ContentType.Pkcs12);
        });
        Folder.Write("company-root.pem", _root.CertificatePem);
        Folder.Write("timestamp-root.pem", timestampRoot.ExportCertificatePem());

        WriteFilesOfSigstore(sigstore, key);
        StoreSite.Write(Folder);
        AtlasSite.Write(Folder, "model/weights.bin", "model");
        Folder.Write("Update-Model.ps1", "Set-Content ./model/weights.bin changed");
        Folder.Write("Start-Inference.ps1", "\"started $args\"");
    }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        _root.Dispose();
        Folder.Dispose();
    }

    /// <summary>A certificate of the company for a key of a token, and the authority between it and the root.</summary>
    internal void WriteCertificateOf(string publicKey)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(publicKey);
        using TestCertificate intermediate = _root.Issue(Authority("Company intermediate"));
        using TestCertificate leaf = intermediate.Issue(Leaf("Model release") with { Key = key });
        Folder.Write("intermediate.pem", intermediate.CertificatePem);
        Folder.Write("signing.pem", leaf.CertificatePem);
    }

    // Wine, where these tests run too, has neither encrypted keys nor certificates with a private key: there the examples fail that name such a file, and no others.
    private void WriteIfPossible(string name, Func<byte[]> content)
    {
        try
        {
            Folder.Write(name, content());
        }
        catch (CryptographicException)
        {
            return;
        }
    }

    private void WriteFilesOfSigstore(SigstoreServer sigstore, ECDsa key)
    {
        sigstore.WriteFiles(Folder);
        byte[] config = CanonicalJson.File(sigstore.Instance.ClientTrustConfig());
        Folder.Write("public.json", config);
        Folder.Write("company.json", config);
        Folder.Write("root.json", sigstore.Tuf.Files["1.root.json"]);

        byte[] tool = "a tool"u8.ToArray(), digested = "test"u8.ToArray();
        Folder.Write("tool.tar.gz", tool);
        Folder.Write("dist/tool.tar.gz", tool);
        LeafOptions ofWorkflow = new() { Names = [new SubjectName(SubjectNameKind.Uri, Workflow)], Issuer = GitHub, RawIssuer = GitHub };
        Folder.Write("tool.tar.gz.sigstore.json", sigstore.Instance.Bundles.SignMessage(tool, new BundleOptions { Leaf = ofWorkflow }).Bytes);
        Folder.Write("provenance.json", $$"""
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"tool.tar.gz","digest":{"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(tool))}}" } }],
            "predicateType":"https://slsa.dev/provenance/v1","predicate":{} }
            """);
        Folder.Write("a.sigstore.json", $$"""
            {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"team"} },"messageSignature":{
            "messageDigest":{"algorithm":"SHA2_256","digest":"{{Convert.ToBase64String(SHA256.HashData(digested))}}"
            }, "signature":"{{Convert.ToBase64String(key.SignData(digested, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))}}"
            } }
            """);
    }
}
