using System.Text.Json;

namespace ModelSigning.Core.Policy;

/// <summary>What a rule that is to be written requires of a model besides its signer.</summary>
internal sealed record RuleDemands
{
    /// <summary>What the model must not have or name.</summary>
    public IReadOnlyList<string> Forbid { get; init; } = [];

    /// <summary>The formats of the model's files; empty for every format.</summary>
    public IReadOnlyList<string> AllowFormats { get; init; } = [];

    /// <summary>The folders in which the base models must verify; empty where that is not required.</summary>
    public IReadOnlyList<string> LineageStores { get; init; } = [];

    /// <summary>The predicate types of the claims that must have been made about the model.</summary>
    public IReadOnlyList<string> ClaimTypes { get; init; } = [];

    /// <summary>The public keys, in PEM, any of which may have made a claim.</summary>
    public IReadOnlyList<string> ClaimKeys { get; init; } = [];

    /// <summary>Writes the requirements as members of a rule.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        WriteTexts(writer, "allowFormats", AllowFormats);
        WriteTexts(writer, "forbid", Forbid);
        if (LineageStores.Count > 0)
        {
            writer.WriteString("lineage", "signed");
            WriteTexts(writer, "stores", LineageStores);
        }

        if (ClaimTypes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("claims");
        foreach (string type in ClaimTypes)
        {
            writer.WriteStartObject();
            writer.WriteString("predicateType", type);
            writer.WriteStartArray("signers");
            foreach (string key in ClaimKeys)
            {
                writer.WriteStartObject();
                writer.WriteString("type", "key");
                writer.WriteString("publicKey", key);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
