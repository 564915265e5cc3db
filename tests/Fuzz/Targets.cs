using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Content;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Stores.Zstandard;
using ModelSigning.Core.Timestamps;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Policy;
using ModelSigning.Sigstore.TransparencyLog;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing;

namespace ModelSigning.Fuzz;

/// <summary>
/// The readers of what comes from outside. Each ends with a value or a <see cref="Core.Errors.ModelSigningException"/>; whatever else leaves one is a fault.
/// What is read lazily is asked for here too.
/// </summary>
internal static class Targets
{
    private const string Source = "input";

    public static void Bundle(byte[] input) => _ = BundleReader.Parse(input, Source);

    public static void Statement(byte[] input)
    {
        ModelStatement statement = ModelStatement.Read(input);
        _ = statement.Manifest.Resources.Count + statement.Warnings.Count;
    }

    public static void ManifestList(byte[] input) => _ = ManifestImport.Parse(input, ManifestTable.IsTable(input) ? "list.csv" : Source, CancellationToken.None).Lengths;

    public static void Policy(byte[] input)
    {
        TrustPolicy policy = TrustPolicy.Parse(input, Seeds.PolicyPath, [new KeySignerKind(), new CertificateSignerKind(), new SigstoreSignerKind(_ => Seeds.TrustedRootRead)]);
        _ = policy.Advice();
        _ = policy.RuleFor(Path.Join(Path.GetDirectoryName(Seeds.PolicyPath), "release-1"));
    }

    public static void TrustedRoot(byte[] input) => _ = TrustedRootReader.Parse(input, Source);

    public static void TufRoot(byte[] input)
    {
        _ = RootMetadata.Parse(input, Source);
        _ = Seeds.FirstTufRoot.Next(input, Source);
    }

    public static void PublicKey(byte[] input) => _ = PublicKeyPem.Parse(Encoding.UTF8.GetString(input), Source);

    public static void PrivateKey(byte[] input)
    {
        using EcPrivateKey key = PrivateKeyPem.Parse(Encoding.UTF8.GetString(input).AsMemory(), Seeds.Password.AsMemory(), Source);
        _ = key.SignDigest(new byte[32]);
    }

    public static void Pkcs12(byte[] input)
    {
        using SecureString password = new();
        foreach (char character in Seeds.Password)
        {
            password.AppendChar(character);
        }

        _ = Pkcs12File.Is(input);
        Dispose(Pkcs12File.Open(input, password, Source));
    }

    public static void Timestamp(byte[] input) => _ = TimestampVerifier.Verify(input, Seeds.TimestampedSignature, [Seeds.TimestampAuthority]);

    /// <summary>A chain in PEM, the leaf first, below a root that is trusted.</summary>
    public static void CertificateChain(byte[] input)
    {
        IReadOnlyList<X509Certificate2> chain = CertificateReader.Parse(input, Source);
        try
        {
            _ = chain[0].DisplaySubject() + chain[0].DisplayIssuer();
            _ = CertificatePath.IssuerOf(chain[0], chain);
            _ = CertificatePath.Validate(chain[0], [.. chain.Skip(1)], Seeds.PathRules);
        }
        finally
        {
            Dispose(chain);
        }
    }

    public static void LogCheckpoint(byte[] input) => _ = Checkpoint.Parse(Encoding.UTF8.GetString(input));

    public static void Token(byte[] input)
    {
        using IdentityToken token = IdentityToken.Parse(Encoding.UTF8.GetString(input), Source);
        token.RequireUsable("sigstore", Seeds.Instance.Created);
    }

    public static void Safetensors(byte[] input) => _ = SafetensorsFile.Parse(input, input.Length, Source);

    /// <summary>A layer of Zstandard. Who unpacks it expects the two exceptions that say that it is not right; what is right has the same bytes for another decoder.</summary>
    public static void Zstd(byte[] input)
    {
        using MemoryStream unpacked = new(), expected = new();
        try
        {
            using ZstdStream own = new(new MemoryStream(input), RefuseWindow, CancellationToken.None);
            own.CopyTo(unpacked);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            // It is damaged.
            return;
        }

        using ZstdSharp.DecompressionStream other = new(new MemoryStream(input));
        other.CopyTo(expected);
        Assert.True(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length).SequenceEqual(expected.GetBuffer().AsSpan(0, (int)expected.Length)), "Another decoder unpacks it to other bytes.");

        static void RefuseWindow(long length)
        {
            if (length > 128L << 20)
            {
                throw new InvalidDataException("A window is too large.");
            }
        }
    }

    public static void Tar(byte[] input)
    {
        TarReader tar = new(new MemoryStream(input), Source, CancellationToken.None);
        byte[] content = new byte[1024];
        while (tar.Next() is { } file)
        {
            _ = file.Length > 0 ? tar.Read(content) : 0;
        }
    }

    public static void Gguf(byte[] input) => _ = GgufHeader.Read(new MemoryStream(input), input.Length, Source);

    public static void Index(byte[] input) => _ = TensorIndex.Read(input, Source).Shards;

    public static void TokenUri(byte[] input)
    {
        Pkcs11Uri uri = Pkcs11Uri.Parse(Encoding.UTF8.GetString(input));
        _ = $"{uri} {uri.Token} {uri.ObjectLabel} {uri.Id} {uri.SlotId} {uri.Type} {uri.PinSource} {uri.ModuleName} {uri.ModulePath}";
    }

    /// <summary>A claims file: its lines, and the statement of each bundle.</summary>
    public static void ClaimsLines(byte[] input)
    {
        using TemporaryFolder folder = new();
        folder.Write("m.claims.jsonl", input);
        foreach (ClaimLine line in ClaimsReader.Read(folder["m.claims.jsonl"], CancellationToken.None))
        {
            InTotoStatement statement = ClaimsReader.ReadUnverified(line, CancellationToken.None);
            foreach (StatementSubject subject in statement.Subjects)
            {
                _ = subject.Name + subject.Digests.TryGet("sha256", out _) + statement.Predicate.Kind;
            }
        }
    }

    /// <summary>A predicate of every kind that names ancestors.</summary>
    public static void Ancestors(byte[] input)
    {
        JsonSlice predicate = StrictJson.Read(input, Source, AtlasReader.Rules, CancellationToken.None);
        foreach (string type in Seeds.AncestorTypes)
        {
            _ = ClaimAncestors.Of(type, predicate, Source, []).Count;
        }
    }

    /// <summary>A model's files: each input is both its README.md and its config.json.</summary>
    public static void ModelCard(byte[] input)
    {
        bool isJson = input.AsSpan().TrimStart(" \r\n\t"u8).StartsWith("{"u8);
        Card card = CardReader.Read([new CapturedFile(isJson ? "config.json" : "README.md", input, input.Length)], CancellationToken.None);
        if (card.Refusals is [var refusal, ..])
        {
            throw refusal;
        }
    }

    /// <summary>A pickle, or an archive with some; nothing of it is executed.</summary>
    public static void Pickle(byte[] input)
    {
        ContentCapture capture = new();
        capture.Observe("model.pt", 0, input.Length, input);
        _ = ModelInspection.Of(capture, CancellationToken.None).Executables.Count;
    }

    public static void Atlas(byte[] input) => _ = AtlasReader.Read(input, Source, CancellationToken.None).References.Count;

    private static void Dispose(IEnumerable<X509Certificate2> certificates)
    {
        foreach (X509Certificate2 certificate in certificates)
        {
            certificate.Dispose();
        }
    }
}
