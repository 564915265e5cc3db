using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>A statement that is to be signed as it is (in-toto Attestation Framework, statement.md): an attestation about some files.</summary>
public static class InTotoStatement
{
    private static readonly InputRules Rules = new("statement", BundleReader.MaximumLength, SigstoreSigningErrors.StatementInvalid);

    /// <summary>Reads a statement, and refuses what no verifier would take.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ModelSigningException"><see cref="SigstoreSigningErrors.StatementInvalid"/>.</exception>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        byte[] bytes = BoundedFile.Read(path, Rules);
        using JsonDocument document = StrictJson.Parse(bytes, path, Rules);
        JsonElement statement = document.RootElement;
        string? type = Text(statement, "_type");
        string? fault =
            type is not ("https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1") ? $"its _type is '{type}'"
            : Text(statement, "predicateType") is null ? "it has no predicateType"
            : !statement.TryGetProperty("subject", out JsonElement subjects) || subjects.ValueKind != JsonValueKind.Array || subjects.GetArrayLength() == 0 ? "it has no subject"
            : subjects.EnumerateArray().Any(subject => !HasDigest(subject)) ? "a subject has no digest"
            : null;
        return fault is null ? bytes : throw SigstoreSigningErrors.StatementInvalid.At($"'{path}' is no in-toto statement: {fault}.", path);
    }

    private static string? Text(JsonElement statement, string name) =>
        statement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool HasDigest(JsonElement subject) =>
        subject.ValueKind == JsonValueKind.Object && subject.TryGetProperty("digest", out JsonElement digests)
        && digests.ValueKind == JsonValueKind.Object && digests.EnumerateObject().Any();
}
