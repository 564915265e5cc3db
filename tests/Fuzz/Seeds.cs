using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Certificates;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing;
using ModelSigning.Testing.Atlas;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Fuzz;

/// <summary>Valid inputs of every target, made again in each run: their keys differ, their shapes do not.</summary>
internal static class Seeds
{
    public const string Password = "fuzz";

    private const string Statement = """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"m","digest":{"sha256":"ROOT"}}],"predicateType":"https://model_signing/signature/v1.0","predicate":
        {"resources":[{"name":"a/b","digest":"DIGEST","algorithm":"sha256"}],"serialization":{"method":"files","hash_type":"sha256","allow_symlinks":false,"ignore_paths":[".git"]}}}
        """;

    private const string PolicyText = """
        {"version":1,"rules":[{"name":"ours","models":["release-*"],"signers":[{"type":"key","publicKey":"PEM"}],"hashAlgorithms":["sha256"]},
        {"name":"ci","models":["ci-*","**/team"],"signers":[{"type":"sigstore","identityPattern":"https://example.com/*","issuer":"https://issuer.example.com"}],"maximumAgeDays":365}],
        "revoked":{"keys":["DIGEST"],"comment":"stolen"}}
        """;

    private static readonly TestCertificate Root = TestCertificate.SelfSigned(CertificateSpecification.Authority("Root"));
    private static readonly TestCertificate Intermediate = Root.Issue(CertificateSpecification.Authority("Intermediate") with { PathLength = 0 });
    private static readonly TestCertificate Leaf = Intermediate.Issue(CertificateSpecification.Leaf("Leaf") with { ExtendedKeyUsage = [CertificateSpecification.CodeSigning] });

    public static readonly PrivateSigstore Instance = new();

    public static readonly TrustedRoot TrustedRootRead = TrustedRootReader.Parse(Utf8(Instance.TrustedRoot()), "trusted root");

    private static readonly TufRepository Repository = TwoRoots();

    public static readonly RootMetadata FirstTufRoot = RootMetadata.Parse(Repository.Files["1.root.json"], "1.root.json");

    public static readonly string PolicyPath = Path.Join(Path.GetTempPath(), "policy.json");

    public static readonly byte[] TimestampedSignature = [1, 2, 3];

    public static readonly Core.Timestamps.TimestampAuthority TimestampAuthority = new(Instance.Timestamps.Chain, null, null, "authority");

    public static readonly CertificatePathRules PathRules = new()
    {
        Time = CertificateSpecification.Noon,
        Anchors = [Root.Certificate],
        ExtendedKeyUsage = CertificateSpecification.CodeSigning,
    };

    private static readonly byte[] StatementBytes = StatementOf(new string('0', 64));

    private static readonly MadeBundle[] Bundles =
    [
        Instance.Bundles.SignStatement(StatementBytes),
        Instance.Bundles.SignMessage([1], new BundleOptions { RekorVersion = 2 }),
    ];

    public static byte[][] Bundle() => [.. Bundles.Select(bundle => bundle.Bytes)];

    public static byte[][] Statements() => [StatementBytes];

    public static byte[][] ManifestLists()
    {
        string digest = new('a', 64);
        return
        [
            Encoding.UTF8.GetBytes($"{digest}  ./config.json\n\\{digest} *two\\nlines\n"),
            Encoding.UTF8.GetBytes($"\"Name\",\"Algorithm\",\"Digest\",\"Length\",\"ModelPath\"\r\n\"a \"\"b\"\"\",\"sha256\",\"{digest}\",\"5\",\"/srv/m\"\r\n"),
        ];
    }

    public static byte[][] Policies() =>
        [Encoding.UTF8.GetBytes(PolicyText.Replace("PEM", PublicPem().Replace("\n", "\\n", StringComparison.Ordinal), StringComparison.Ordinal).Replace("DIGEST", new string('a', 64), StringComparison.Ordinal))];

    public static byte[][] TrustedRoots() => [Utf8(Instance.TrustedRoot()), Utf8(Instance.ClientTrustConfig(2))];

    public static byte[][] TufRoots() => [Repository.Files["2.root.json"]];

    public static byte[][] PublicKeys() => [Encoding.ASCII.GetBytes(PublicPem())];

    public static byte[][] PrivateKeys()
    {
        ECDsa key = (ECDsa)Leaf.Key;
        PbeParameters encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        return [.. new[] { key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem(), key.ExportEncryptedPkcs8PrivateKeyPem(Password, encryption) }.Select(Encoding.ASCII.GetBytes)];
    }

    public static byte[][] Pkcs12Files()
    {
        using X509Certificate2 withKey = Leaf.WithPrivateKey();
        X509Certificate2Collection all = [withKey, Intermediate.Certificate];
        return [all.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1), Password)];
    }

    public static byte[][] Timestamps() => [Instance.Timestamps.Timestamp(TimestampedSignature)];

    public static byte[][] CertificateChains() => [Encoding.ASCII.GetBytes(Leaf.CertificatePem + Intermediate.CertificatePem + Root.CertificatePem)];

    public static byte[][] Checkpoints() => [.. Bundles.Select(bundle => Encoding.UTF8.GetBytes(bundle.Entry!.Checkpoint!))];

    public static byte[][] Tokens() => [Encoding.ASCII.GetBytes(Instance.OpenId.MintPerson()), Encoding.ASCII.GetBytes(Instance.OpenId.MintWorkflow())];

    public static byte[][] Tars() => [OciLayoutBuilder.Tar(("config.json", "{}"), (string.Join('/', Enumerable.Repeat("folder", 20)), "deep")), OciLayoutBuilder.Tar(("empty", ""))];

    public static byte[][] ZstdLayers()
    {
        using ZstdSharp.Compressor compressor = new();
        return [.. new[] { 50, 1000, 20_000 }.Select(length => compressor.Wrap(Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Range(0, length).Select(number => number * number % 991)))).ToArray())];
    }

    public static byte[][] GgufFiles() =>
    [
        .. new[] { false, true }.Select(isBigEndian => new GgufBytes(isBigEndian).Value("general.architecture", "llama").Value("tokens", "a", "b")
            .Value("n", 7U).Value("m", 8UL).Tensor("a", 12, 144, 256).Tensor("b", 0, 4, 1).ToArray()),
    ];

    public static byte[][] TensorIndexes() => [Encoding.UTF8.GetBytes("""{"metadata":{"total_size":8},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}""")];

    public static byte[][] SafetensorsFiles()
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""");
        return [[.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[11]]];
    }

    public static readonly string[] AncestorTypes = ["https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom", "https://spdx.dev/Document/v3"];

    public static byte[][] ClaimsFiles()
    {
        byte[] bundle = Bundles[0].Bytes;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string claim = ForeignClaim.Line(key, ForeignClaim.Statement($"\"sha256\":\"{new string('a', 64)}\"", AncestorTypes[0], "{}"));
        return [[.. bundle, (byte)'\n'], Encoding.UTF8.GetBytes($"{claim}\n\n{claim}\n"), Encoding.UTF8.GetBytes(claim)];
    }

    public static byte[][] AncestorPredicates() => [.. new[]
    {
        """{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:huggingface/org/base@main","digest":{"sha256":"aa","gitCommit":"ab"}},{"name":"x"}]},"materials":[{"uri":"git+https://example.com/x"}]}""",
        """
        {"metadata":{"component":{"type":"machine-learning-model","name":"m","pedigree":{"ancestors":[{"type":"library","group":"org","name":"base","properties":[{"name":"rootDigest","value":"sha256:aa"}]}]},
        "modelCard":{"modelParameters":{"datasets":[{"ref":"d"},{"name":"n"}]}}}},"components":[{"bom-ref":"d","type":"data","purl":"pkg:huggingface/datasets/org/data@1"}]}
        """,
        """
        {"@graph":[{"type":"SpdxDocument","spdxId":"s","rootElement":["m"]},{"type":"ai_AIPackage","spdxId":"m"},{"spdxId":"b","name":"org/base"},{"from":"m","to":["b"],"relationshipType":"descendantOf"}],
        "documentDescribes":["p"],"packages":[{"SPDXID":"p","name":"p"},{"SPDXID":"q","name":"q"}],"relationships":[{"spdxElementId":"p","relationshipType":"DEPENDS_ON","relatedSpdxElement":"q"}]}
        """,
    }.Select(Encoding.UTF8.GetBytes)];

    public static byte[][] Cards() => [.. new[]
    {
        "---\nlicense: mit\nbase_model: &b [org/base, 'org/b']\ndatasets: *b\nmodel-index:\n- name: x\n  results:\n  - dataset: {name: MMLU}\n    metrics: [{type: acc, value: 0.5}]\ntext: |-\n  more\n---\n# Model\n",
        """{"model_type":"llama","architectures":["X"],"max_position_embeddings":4096,"auto_map":{"AutoModel":"org/repo--file.Class"},"quantization_config":{"quant_method":"gptq","bits":4}}""",
    }.Select(Encoding.UTF8.GetBytes)];

    public static byte[][] Pickles()
    {
        byte[] framed = [0x80, 4, 0x8c, 5, .. "posix"u8, 0x8c, 6, .. "system"u8, 0x93, .. "."u8];
        byte[] plain = "cposix\nsystem\n(S'true'\ntR."u8.ToArray();
        using MemoryStream archive = new();
        using (ZipArchive zip = new(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream member = zip.CreateEntry("m/data.pkl").Open();
            member.Write(plain);
        }

        return [plain, framed, archive.ToArray()];
    }

    public static byte[][] AtlasManifests()
    {
        JsonObject manifest = AtlasSample.Manifest(files: ("/srv/model.onnx", "weights"));
        return [Encoding.UTF8.GetBytes(AtlasSample.Json(AtlasSample.Link(manifest, AtlasSample.Manifest()))), AtlasCbor.Encode(manifest)];
    }

    public static byte[][] TokenUris() =>
    [
        Encoding.ASCII.GetBytes("pkcs11:token=a%20b;object=key;id=%01%02;type=private;slot-id=1?module-name=softhsm2&pin-source=file:/pin"),
        Encoding.ASCII.GetBytes("pkcs11:object=key?module-path=/lib/token.so&pin-value=1234"),
    ];

    private static TufRepository TwoRoots()
    {
        TufRepository repository = new(TimeProvider.System);
        repository.PublishRoot();
        return repository;
    }

    private static string PublicPem() => ((ECDsa)Leaf.Key).ExportSubjectPublicKeyInfoPem();

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static byte[] StatementOf(string digest)
    {
        string root = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(digest)));
        return Encoding.UTF8.GetBytes(Statement.Replace("ROOT", root, StringComparison.Ordinal).Replace("DIGEST", digest, StringComparison.Ordinal));
    }
}
