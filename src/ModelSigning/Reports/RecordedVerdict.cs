using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>A verdict as a line of a report file has it.</summary>
/// <param name="Path">The model: a full path, or what was given where no path could be made of it.</param>
/// <param name="SignaturePath">The signature's full path, where the caller named it; otherwise null.</param>
/// <param name="Status">The verdict.</param>
/// <param name="IsLimited">Whether only a part or a manifest was compared.</param>
/// <param name="FileCount">How many files were compared.</param>
/// <param name="Length">How many bytes they have.</param>
internal sealed record RecordedVerdict(string Path, string? SignaturePath, ModelSignatureStatus Status, bool IsLimited, int FileCount, long Length)
{
    // A line has an end, whatever a model has warnings for.
    private const int MostWarnings = 16;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Members =
    [
        "path", "given_signature", "status", "error", "message", "rule", "signer", "scope", "basis", "signature", "pin", "revision", "files", "bytes", "seconds", "time", "warnings",
    ];

    /// <summary>What tells it from other verdicts of the same run.</summary>
    internal string Key => KeyOf(Path, SignaturePath);

    // No path has a null character, and a folder's name may have every other.
    /// <inheritdoc cref="Key"/>
    internal static string KeyOf(string path, string? signature) => signature is null ? path : $"{path}\0{signature}";

    /// <summary>What is counted of a result.</summary>
    internal static RecordedVerdict Of(ModelSignatureResult result) => new(
        result.Path, null, result.StatusValue,
        result.Scope == nameof(VerificationScope.Partial) || result.Basis == nameof(VerificationBasis.Manifest), result.FileCount, result.Length);

    /// <summary>The line of a result, with its line feed.</summary>
    internal static byte[] Line(string model, ModelSignatureResult result, string? givenSignature, DateTimeOffset now)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("path", model);
            Write(writer, "given_signature", givenSignature);
            writer.WriteString("status", result.Status);
            Write(writer, "error", result.ErrorId);
            writer.WriteString("message", result.StatusMessage);
            Write(writer, "rule", result.TrustRule);
            Write(writer, "signer", result.Signer);
            Write(writer, "scope", result.Scope);
            Write(writer, "basis", result.Basis);
            Write(writer, "signature", result.SignaturePath);
            Write(writer, "pin", result.ModelPin);
            Write(writer, "revision", result.Revision);
            writer.WriteNumber("files", result.FileCount);
            writer.WriteNumber("bytes", result.Length);
            writer.WriteNumber("seconds", Math.Round(result.Duration.TotalSeconds, 6));
            writer.WriteString("time", Rfc3339.Write(now));
            if (result.Warnings.Length > 0)
            {
                writer.WriteStartArray("warnings");
                foreach (string warning in result.Warnings.Take(MostWarnings))
                {
                    writer.WriteStringValue(warning);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="ModelSigningException"><see cref="CommandErrors.ReportFileMalformed"/>.</exception>
    internal static RecordedVerdict Read(ReadOnlyMemory<byte> line, int number, string report, InputRules rules)
    {
        using JsonDocument document = StrictJson.Parse(line, report, rules);
        JsonElement root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(member => Members.Contains(member.Name, StringComparer.Ordinal))
            && Text(root, "path") is { Length: > 0 } path
            && Text(root, "status") is { } status && Enum.TryParse(status, out ModelSignatureStatus verdict) && verdict.ToString() == status
            && root.TryGetProperty("files", out JsonElement files) && files.ValueKind == JsonValueKind.Number && files.TryGetInt32(out int count) && count >= 0
            && root.TryGetProperty("bytes", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number && bytes.TryGetInt64(out long length) && length >= 0
            ? new(path, Text(root, "given_signature"), verdict,
                Text(root, "scope") == nameof(VerificationScope.Partial) || Text(root, "basis") == nameof(VerificationBasis.Manifest), count, length)
            : throw CommandErrors.ReportFileMalformed.At(Invariant($"Line {number} of the report '{report}' is not a verdict."), report);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Write(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
