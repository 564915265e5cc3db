using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing;
using ModelSigning.Testing.Atlas;

namespace ModelSigning.Tests;

/// <summary>What the examples and the page on Intel Atlas name: a signed manifest of one file, its key, and a store.</summary>
internal static class AtlasSite
{
    internal static void Write(TemporaryFolder folder, string file, string content)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        JsonObject data = AtlasSample.Manifest("urn:c2pa:00000000-0000-0000-0000-000000000001", "Dataset");
        JsonObject manifest = AtlasSample.Sign(AtlasSample.Manifest(files: (Path.GetFileName(file), content)), key, HashAlgorithmName.SHA384);
        folder.Write("model.atlas.json", AtlasSample.Json(manifest));
        folder.Write("atlas.pub", key.ExportSubjectPublicKeyInfoPem());
        AtlasSample.WriteStore(folder["atlas-store"], data, AtlasSample.Link(manifest, data));
    }
}
