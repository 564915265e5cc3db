using System.Buffers;
using System.Text.Json;
using ModelSigning.Core.Errors;
using static ModelSigning.Core.Stores.StoreDocument;

namespace ModelSigning.Core.Stores;

/// <summary>A descriptor of the OCI image specification: what a manifest or an index says about a blob.</summary>
/// <param name="MediaType">What the blob is.</param>
/// <param name="Digest"><c>sha256:</c> or <c>sha512:</c> and lowercase hexadecimal digits, so that no path can be made of it.</param>
/// <param name="Size">The blob's length in bytes.</param>
/// <param name="Annotations">What else was written down.</param>
/// <param name="IsForNoPlatform">Whether it is for the platform <c>unknown</c>, which nobody runs and nobody chooses.</param>
internal sealed record OciDescriptor(string MediaType, string Digest, long Size, IReadOnlyDictionary<string, string> Annotations, bool IsForNoPlatform)
{
    private const int MostAnnotations = 256;
    private const string Unknown = "unknown";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The algorithm of the digest.</summary>
    public string Algorithm => Digest[..Digest.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The digest's hexadecimal digits.</summary>
    public string Encoded => Digest[(Digest.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>An annotation; null when there is none.</summary>
    public string? Annotation(string key) => Annotations.GetValueOrDefault(key);

    /// <summary>Whether a text is a digest that is read here.</summary>
    public static bool IsDigest(string text) =>
        ((text.StartsWith("sha256:", StringComparison.Ordinal) && text.Length == 71) || (text.StartsWith("sha512:", StringComparison.Ordinal) && text.Length == 135))
        && !text.AsSpan(7).ContainsAnyExcept(Digits);

    /// <summary>Reads a descriptor.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="StoreErrors.DescriptorInvalid"/>, <see cref="StoreErrors.DescriptorEscapes"/>, <see cref="StoreErrors.DescriptorDigestInvalid"/>, <see cref="StoreErrors.DescriptorSizeInvalid"/>.
    /// </exception>
    public static OciDescriptor Read(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object || Text(element, "digest") is not { } digest || !IsDigest(digest))
        {
            throw DigestRefused(element, source);
        }

        if (!element.TryGetProperty("size", out JsonElement size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out long length) || length < 0)
        {
            throw StoreErrors.DescriptorSizeInvalid.At($"'{source}' has a descriptor of {digest} whose size is {(size.ValueKind == JsonValueKind.Undefined ? "missing" : $"'{size.GetRawText()}'")}.", source);
        }

        Dictionary<string, string> annotations = new(StringComparer.Ordinal);
        if (element.TryGetProperty("annotations", out JsonElement notes) && notes.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty note in notes.EnumerateObject())
            {
                if (note.Value.ValueKind != JsonValueKind.String || annotations.Count == MostAnnotations)
                {
                    throw StoreErrors.DescriptorInvalid.At(Invariant($"'{source}' has an annotation of {digest} that is not text, or more than {MostAnnotations}."), source);
                }

                annotations[note.Name] = note.Value.GetString()!;
            }
        }

        return new(Text(element, "mediaType") ?? "", digest, length, annotations, element.TryGetProperty("platform", out JsonElement platform)
            && platform.ValueKind == JsonValueKind.Object && Text(platform, "os") == Unknown && Text(platform, "architecture") == Unknown);
    }

    // A digest becomes a part of a path in every program that reads a store.
    private static ModelSigningException DigestRefused(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return StoreErrors.DescriptorInvalid.At($"'{source}' has a descriptor that is not an object.", source);
        }

        string digest = Text(element, "digest") ?? "";
        return digest.AsSpan().ContainsAny('/', '\\') || digest.Contains("..", StringComparison.Ordinal)
            ? StoreErrors.DescriptorEscapes.At($"'{source}' has a descriptor whose digest is the path '{digest}'.", source)
            : StoreErrors.DescriptorDigestInvalid.At($"'{source}' has a descriptor without a valid digest: '{digest}'.", source);
    }
}
