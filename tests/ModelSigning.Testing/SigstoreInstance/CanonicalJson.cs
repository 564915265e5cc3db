using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The two canonical forms of JSON in Sigstore, for the values that the instance writes.</summary>
public static class CanonicalJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>RFC 8785 for values of ASCII strings and integers: members sorted, no spaces.</summary>
    public static byte[] Rfc8785(JsonNode node)
    {
        StringBuilder text = new();
        Write(text, node, value => JsonSerializer.Serialize(value, Plain));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The form of TUF metadata ("OLPC"): members sorted, no spaces, only <c>"</c> and <c>\</c> escaped.</summary>
    public static byte[] Olpc(JsonNode node)
    {
        StringBuilder text = new();
        Write(text, node, value => '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Ordinary JSON as a file holds it.</summary>
    public static byte[] File(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(Plain));

    private static void Write(StringBuilder text, JsonNode? node, Func<string, string> quote)
    {
        switch (node)
        {
            case JsonObject members:
                text.Append('{').AppendJoin(',', members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => quote(m.Key) + ":" + Text(m.Value, quote))).Append('}');
                break;
            case JsonArray items:
                text.Append('[').AppendJoin(',', items.Select(item => Text(item, quote))).Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                text.Append(quote(value.GetValue<string>()));
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static string Text(JsonNode? node, Func<string, string> quote)
    {
        StringBuilder text = new();
        Write(text, node, quote);
        return text.ToString();
    }
}
