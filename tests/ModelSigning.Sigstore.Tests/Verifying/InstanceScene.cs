using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;

namespace ModelSigning.Sigstore.Tests.Verifying;

/// <summary>A file signed on a private instance, and a verifier that trusts that instance and its person.</summary>
internal sealed class InstanceScene : IDisposable
{
    internal static readonly byte[] File = "the signed file"u8.ToArray();

    internal PrivateSigstore Instance { get; } = new();

    internal VerificationPolicy Policy { get; set; } = new()
    {
        Signer = new IdentityPolicy { Identity = "alice@sigstore.test", Issuer = OpenIdProvider.ConnectorId },
    };

    internal static byte[] Statement(string type = "https://in-toto.io/Statement/v1", params byte[][] subjects) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["_type"] = type,
        ["subject"] = new JsonArray([.. (subjects.Length == 0 ? [File] : subjects).Select((subject, index) => (JsonNode)new JsonObject
        {
            ["name"] = $"file{index}",
            ["digest"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(subject)) },
        })]),
        ["predicateType"] = "https://example.test/predicate",
        ["predicate"] = new JsonObject(),
    }.ToJsonString());

    internal SigstoreVerification Verify(MadeBundle bundle, Action<JsonObject>? editRoot = null) => Verify(bundle.Bytes, editRoot);

    internal SigstoreVerification Verify(byte[] bundle, Action<JsonObject>? editRoot = null)
    {
        JsonObject root = Instance.TrustedRoot();
        editRoot?.Invoke(root);
        SigstoreVerifier verifier = new(TrustedRootReader.Parse(CanonicalJson.File(root), "instance"), Policy);
        try
        {
            return verifier.Verify(BundleReader.Parse(bundle, "bundle"), new DigestArtifact(HashAlgorithmName.SHA256, SHA256.HashData(File)));
        }
        catch (ModelSigningException error)
        {
            throw SigstoreErrors.Translate(error);
        }
    }

    /// <summary>A bundle over the file, which the verifier must refuse with a code.</summary>
    internal void Refused(string code, BundleOptions options, Action<JsonObject>? editRoot = null) =>
        Refused(code, Instance.Bundles.SignMessage(File, options).Bytes, editRoot);

    internal ModelSigningException Refused(string code, byte[] bundle, Action<JsonObject>? editRoot = null)
    {
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Verify(bundle, editRoot));
        Assert.True(code == error.Definition.Id, $"expected {code}: {error.Definition.Id} {error.Message}");
        return error;
    }

    /// <summary>A bundle over the file that verifies.</summary>
    internal SigstoreVerification Accepted(BundleOptions options, Action<JsonObject>? editRoot = null) =>
        Verify(Instance.Bundles.SignMessage(File, options), editRoot);

    public void Dispose() => Instance.Dispose();
}
