using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Policy;

/// <summary>A rule that is to be written.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Model">The pattern of the models that it matches.</param>
/// <param name="Comment">Why it is there, for the readers of the policy.</param>
/// <param name="WriteSigner">Writes the members of the rule's signer.</param>
public sealed record RuleDraft(string Name, string Model, string Comment, Action<Utf8JsonWriter> WriteSigner)
{
    /// <summary>The pin of the only model that is accepted; null for any model of the signer.</summary>
    public string? Pin { get; init; }

    /// <summary>What the rule also requires.</summary>
    internal RuleDemands Demands { get; init; } = new();
}

/// <summary>Writes policies.</summary>
public static class TrustPolicyWriter
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // A file for people: only what JSON itself requires is escaped.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A policy with these rules, in UTF-8.</summary>
    public static byte[] ToJson(IEnumerable<RuleDraft> rules) => ToJson(rules, revoked: null);

    /// <summary>What a policy revokes, to be kept where it is replaced.</summary>
    /// <param name="path">The policy's full path.</param>
    /// <returns>JSON; null if it revokes nothing or does not exist.</returns>
    internal static string? RevokedBy(string path) => new TrustPolicyReader(path, []).RevokedText();

    /// <summary>A policy with these rules and revocations, in UTF-8.</summary>
    internal static byte[] ToJson(IEnumerable<RuleDraft> rules, string? revoked)
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
            if (revoked is not null)
            {
                writer.WritePropertyName("revoked");

                // A policy can have comments, which JSON itself does not have.
                writer.WriteRawValue(revoked, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Checks, before anyone is asked, that a policy can be written.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="overwrite">Whether a policy that exists is replaced; another file never is, because a slip must not cost a key.</param>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="PolicyErrors.PolicyExists"/>, <see cref="PolicyErrors.PolicyReplacesFile"/>, or one of <see cref="FileErrors"/>.
    /// </exception>
    public static void CheckWritable(string path, bool overwrite)
    {
        AtomicFile.CheckWritable(path, overwrite ? null : PolicyErrors.PolicyExists);
        if (FileStatus.Of(path).Kind != FileKind.Missing && !new TrustPolicyReader(path, []).IsPolicy())
        {
            throw PolicyErrors.PolicyReplacesFile.At($"'{path}' exists and is not a trust policy, so it was not overwritten.", path);
        }
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

        rule.Demands.Write(writer);
        writer.WriteEndObject();
    }
}
