using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>
/// A JSON document of a store: an index, a manifest, a Kitfile. The programs that use stores are written in Go, whose reader takes a member for the one that it
/// looks for also when its letters differ in case, and counts the last one; the specifications define one spelling. So a member in another spelling is refused.
/// </summary>
internal static class StoreDocument
{
    // The members that any program takes something from, of the OCI image specification, Docker's and ollama's manifests, and Kitfiles.
    private static readonly HashSet<string> Members = new(StringComparer.OrdinalIgnoreCase)
    {
        "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "blobs", "fsLayers", "subject", "annotations",
        "digest", "size", "urls", "data", "platform", "os", "architecture", "variant", "imageLayoutVersion",
        "name", "from", "runner",
        "manifestVersion", "package", "model", "parts", "path", "type", "code", "datasets", "docs", "prompts", "mcpServers", "parameters", "remotePath", "remoteHash",
    };

    // What lies in these is data of others, whose names are read as they are.
    private static readonly string[] Free = ["annotations", "parameters"];

    /// <summary>Parses a document.</summary>
    /// <exception cref="ModelSigningException">One of <paramref name="rules"/>, or <see cref="StoreErrors.ManifestInvalid"/> for a member in another spelling.</exception>
    public static JsonDocument Parse(byte[] bytes, string source, InputRules rules, CancellationToken cancellationToken)
    {
        JsonDocument document = StrictJson.Parse(bytes, source, rules, cancellationToken);
        try
        {
            RequireSpelling(document.RootElement, source, cancellationToken);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>A member that is text; null where it is missing or anything else.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Refuses another spelling of one member of an object.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>.</exception>
    public static void RequireSpelling(JsonElement element, string name, string source)
    {
        if (element.EnumerateObject().Select(member => member.Name).FirstOrDefault(own => own != name && Folded(own).Equals(name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw OtherSpelling(other, name, source);
        }
    }

    private static ModelSigningException OtherSpelling(string own, string known, string source) =>
        StoreErrors.ManifestInvalid.At($"'{source}' has a member '{own}', which some programs take for '{known}' and others do not.", source);

    // The long s and the sign of Kelvin are the only other characters that Go takes for letters of ASCII.
    private static string Folded(string name) => name.Replace('\u017F', 's').Replace('\u212A', 'k');

    private static void RequireSpelling(JsonElement element, string source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                RequireSpelling(item, source, cancellationToken);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (Members.TryGetValue(Folded(member.Name), out string? known) && known != member.Name)
                {
                    throw OtherSpelling(member.Name, known, source);
                }

                if (!Free.Contains(member.Name))
                {
                    RequireSpelling(member.Value, source, cancellationToken);
                }
            }
        }
    }
}
