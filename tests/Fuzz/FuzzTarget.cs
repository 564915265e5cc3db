using ModelSigning.Core.Errors;

namespace ModelSigning.Fuzz;

/// <summary>A reader with valid inputs to start from.</summary>
internal sealed record FuzzTarget(Action<byte[]> Read, byte[][] Seeds)
{
    /// <summary>Every target by its name.</summary>
    public static IReadOnlyDictionary<string, Lazy<FuzzTarget>> All { get; } = new Dictionary<string, Lazy<FuzzTarget>>
    {
        ["bundle"] = new(() => new(Targets.Bundle, Fuzz.Seeds.Bundle())),
        ["statement"] = new(() => new(Targets.Statement, Fuzz.Seeds.Statements())),
        ["manifest-import"] = new(() => new(Targets.ManifestList, Fuzz.Seeds.ManifestLists())),
        ["policy"] = new(() => new(Targets.Policy, Fuzz.Seeds.Policies())),
        ["trusted-root"] = new(() => new(Targets.TrustedRoot, Fuzz.Seeds.TrustedRoots())),
        ["tuf-root"] = new(() => new(Targets.TufRoot, Fuzz.Seeds.TufRoots())),
        ["public-key"] = new(() => new(Targets.PublicKey, Fuzz.Seeds.PublicKeys())),
        ["private-key"] = new(() => new(Targets.PrivateKey, Fuzz.Seeds.PrivateKeys())),
        ["pkcs12"] = new(() => new(Targets.Pkcs12, Fuzz.Seeds.Pkcs12Files())),
        ["timestamp"] = new(() => new(Targets.Timestamp, Fuzz.Seeds.Timestamps())),
        ["certificate-path"] = new(() => new(Targets.CertificateChain, Fuzz.Seeds.CertificateChains())),
        ["checkpoint"] = new(() => new(Targets.LogCheckpoint, Fuzz.Seeds.Checkpoints())),
        ["identity-token"] = new(() => new(Targets.Token, Fuzz.Seeds.Tokens())),
        ["safetensors"] = new(() => new(Targets.Safetensors, Fuzz.Seeds.SafetensorsFiles())),
        ["zstd"] = new(() => new(Targets.Zstd, Fuzz.Seeds.ZstdLayers())),
        ["tar"] = new(() => new(Targets.Tar, Fuzz.Seeds.Tars())),
        ["gguf"] = new(() => new(Targets.Gguf, Fuzz.Seeds.GgufFiles())),
        ["tensor-index"] = new(() => new(Targets.Index, Fuzz.Seeds.TensorIndexes())),
        ["claims"] = new(() => new(Targets.ClaimsLines, Fuzz.Seeds.ClaimsFiles())),
        ["claim-ancestors"] = new(() => new(Targets.Ancestors, Fuzz.Seeds.AncestorPredicates())),
        ["card"] = new(() => new(Targets.ModelCard, Fuzz.Seeds.Cards())),
        ["pickle"] = new(() => new(Targets.Pickle, Fuzz.Seeds.Pickles())),
        ["atlas"] = new(() => new(Targets.Atlas, Fuzz.Seeds.AtlasManifests())),
        ["pkcs11-uri"] = new(() => new(Targets.TokenUri, Fuzz.Seeds.TokenUris())),
    };

    /// <summary>Reads an input; a refusal is as good as a value.</summary>
    /// <returns>Whether the input was taken.</returns>
    public bool Try(byte[] input)
    {
        try
        {
            Read(input);
            return true;
        }
        catch (ModelSigningException)
        {
            return false;
        }
    }
}
