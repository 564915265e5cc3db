using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Claims;

/// <summary>
/// Writes the statements of claims: in-toto statements of version 1 whose subject is a model. Its <c>sha256</c> is the root digest of the model's signature,
/// by which every tool finds the model; beside it stands the content pin, which covers the names of the files and their cut into shards as well.
/// </summary>
internal static class ClaimStatement
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a statement.</summary>
    /// <param name="modelName">The model's name in its own signature.</param>
    /// <param name="rootDigest">The root digest of the model's signature.</param>
    /// <param name="pin">The model's pin.</param>
    /// <param name="predicateType">A URI.</param>
    /// <param name="predicate">The predicate's text, which is kept as it is.</param>
    public static ReadOnlyMemory<byte> Write(string modelName, ReadOnlySpan<byte> rootDigest, string pin, string predicateType, JsonSlice predicate)
    {
        ArrayBufferWriter<byte> buffer = new(1024 + predicate.Utf8.Length);
        using Utf8JsonWriter json = new(buffer, Options);
        json.WriteStartObject();
        json.WriteString("_type", InTotoStatement.TypeV1);
        json.WriteStartArray("subject");
        json.WriteStartObject();
        json.WriteString("name", modelName);
        json.WriteStartObject("digest");
        json.WriteString("sha256", Hexadecimal.Write(rootDigest));
        json.WriteString(ModelPin.DigestName, pin[ModelPin.Prefix.Length..]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("predicateType", predicateType);
        json.WritePropertyName("predicate");
        json.WriteRawValue(predicate.Utf8.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a predicate that is to be signed.</summary>
    /// <param name="utf8">Its text; the result is a part of it.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.PredicateInvalid"/>.</exception>
    public static JsonSlice ReadPredicate(ReadOnlyMemory<byte> utf8, string source, CancellationToken cancellationToken) =>
        StrictJson.Read(utf8, source, ClaimErrors.PredicateRules, cancellationToken);
}
