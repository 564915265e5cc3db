using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Policy;

/// <summary>Writes policies.</summary>
public static class TrustPolicyWriter
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // A file for people: only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A policy with these rules, in UTF-8.</summary>
    public static byte[] ToJson(IEnumerable<RuleDraft> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", TrustPolicy.Version);
            writer.WriteStartArray("rules");
            foreach (RuleDraft rule in rules)
            {
                Write(writer, rule);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Writes a policy's file, whole or not at all.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="utf8">The policy.</param>
    /// <param name="overwrite">Whether a file that exists is replaced.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="PolicyErrors.PolicyExists"/>, or one of <see cref="FileErrors"/>.</exception>
    public static void Write(string path, ReadOnlySpan<byte> utf8, bool overwrite) =>
        AtomicFile.Write(path, utf8, Mode, overwrite ? null : PolicyErrors.PolicyExists);

    private static void Write(Utf8JsonWriter writer, RuleDraft rule)
    {
        writer.WriteStartObject();
        writer.WriteString("name", rule.Name);
        writer.WriteString("comment", rule.Comment);
        writer.WriteStartArray("models");
        writer.WriteStringValue(rule.Model);
        writer.WriteEndArray();
        writer.WriteStartArray("signers");
        writer.WriteStartObject();
        rule.WriteSigner(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (rule.Pin is { } pin)
        {
            writer.WriteStartArray("pins");
            writer.WriteStringValue(pin);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
