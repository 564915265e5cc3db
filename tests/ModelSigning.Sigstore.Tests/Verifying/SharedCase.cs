using System.Security.Cryptography;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Sigstore.Tests.Verifying;

/// <summary>One folder of the public conformance suite, read by the suite's own rules.</summary>
internal sealed class SharedCase(string name)
{
    internal const string Identity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    internal const string Issuer = "https://token.actions.githubusercontent.com";

    private readonly string _folder = SharedData.Require($"testdata/sigstore/{name}");

    internal static TheoryData<string, bool> All
    {
        get
        {
            TheoryData<string, bool> cases = [];
            if (SharedData.IsPresent)
            {
                foreach (string folder in Directory.GetDirectories(SharedData.Require("testdata/sigstore")).Order(StringComparer.Ordinal))
                {
                    cases.Add(Path.GetFileName(folder), false);
                    cases.Add(Path.GetFileName(folder), true);
                }
            }
            else
            {
                // One row that skips: a theory without rows fails.
                cases.Add("happy-path-v0.1", false);
            }

            return cases;
        }
    }

    internal string Bundle => Path.Join(_folder, "bundle.sigstore.json");

    internal string Root => Optional("trusted_root.json") ?? SharedData.Require("testdata/trust/production_trusted_root.json");

    internal TrustedRoot TrustedRoot => TrustedRootReader.Read(Root);

    internal string ArtifactPath => Optional("artifact") ?? SharedData.Require("testdata/sigstore/a.txt");

    internal VerificationPolicy Policy => Optional("key.pub") is { } key
        ? new VerificationPolicy { Key = ManagedKey.Read(key) }
        : new VerificationPolicy
        {
            Signer = new IdentityPolicy { Identity = Text("identity") ?? Identity, Issuer = Text("issuer") ?? Issuer },
        };

    internal IArtifact Artifact(bool byDigest) => byDigest
        ? new DigestArtifact(HashAlgorithmName.SHA256, SHA256.HashData(File.ReadAllBytes(ArtifactPath)))
        : new FileArtifact(ArtifactPath);

    internal SigstoreVerification Verify(bool byDigest) =>
        new SigstoreVerifier(TrustedRoot, Policy).Verify(SigstoreErrors.ReadBundle(Bundle), Artifact(byDigest));

    private string? Optional(string file)
    {
        string path = Path.Join(_folder, file);
        return File.Exists(path) ? path : null;
    }

    private string? Text(string file) => Optional(file) is { } path ? File.ReadAllText(path).Trim() : null;
}
