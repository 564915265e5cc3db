using System.Text.Json;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Atlas;

/// <summary>Reads manifests of Intel Atlas: JSON, CBOR, or CBOR as hexadecimal digits, as <c>atlas-cli --encoding</c> writes them.</summary>
public static class AtlasReader
{
    /// <summary>The largest manifest that is read: 16 MiB.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    private const string IdPrefix = "urn:c2pa:", FilePrefix = "file://";
    private const string EnvelopePredicate = "https://spec.c2pa.org/specifications/specifications/2.2";
    private const string Signature = "signature";

    internal static InputRules Rules { get; } = new("Atlas manifest", MaximumLength, AtlasErrors.AtlasMalformed)
    {
        NotFound = AtlasErrors.AtlasNotFound,
        Unreadable = AtlasErrors.AtlasUnreadable,
        TooDeep = AtlasErrors.AtlasTooLarge,
        TooLarge = AtlasErrors.AtlasTooLarge,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What the manifest says; nothing of it is verified.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="AtlasErrors"/>.</exception>
    public static AtlasManifest ReadFile(string path, CancellationToken cancellationToken) =>
        Read(BoundedFile.Read(path, Rules, cancellationToken), path, cancellationToken);

    /// <summary>Reads a manifest.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <inheritdoc cref="ReadFile"/>
    public static AtlasManifest Read(ReadOnlyMemory<byte> file, string source, CancellationToken cancellationToken)
    {
        using JsonDocument document = StrictJson.Parse(AtlasEncoding.ToJson(file, source), source, Rules, cancellationToken);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("dsseEnvelope", out _) || root.TryGetProperty("messageSignature", out _) || root.TryGetProperty("payloadType", out _))
        {
            throw AtlasErrors.AtlasKindWrong.At($"'{source}' is a Sigstore bundle or a DSSE envelope, not an Atlas manifest.", source);
        }

        return root.TryGetProperty("payload_type", out _) ? ReadEnveloped(root, source, cancellationToken) : ReadManifest(root, source, isEnveloped: false);
    }

    // The statement of --format=oms. Its signature is of the type and the payload in one, where DSSE signs their lengths as well, and of no manifest of OMS.
    private static AtlasManifest ReadEnveloped(JsonElement envelope, string source, CancellationToken cancellationToken)
    {
        if (!StrictBase64.TryDecode(new AtlasObject(envelope, "the envelope", source).Required("payload", JsonValueKind.String), out byte[]? payload))
        {
            throw Malformed(source, "the envelope's payload is not base64");
        }

        InTotoStatement statement = InTotoStatement.Read(payload, source, Rules, cancellationToken);
        if (statement.PredicateType != EnvelopePredicate)
        {
            throw AtlasErrors.AtlasKindWrong.At($"'{source}' is a statement of the type '{statement.PredicateType}', not an Atlas manifest.", source);
        }

        using JsonDocument predicate = StrictJson.Parse(statement.Predicate.Utf8, source, Rules, cancellationToken);
        return ReadManifest(predicate.RootElement, source, isEnveloped: true);
    }

    private static AtlasManifest ReadManifest(JsonElement root, string source, bool isEnveloped)
    {
        AtlasObject manifest = new(root, "the manifest", source);
        JsonElement claimElement = manifest.Required("claim", JsonValueKind.Object);
        AtlasObject claim = new(claimElement, "the claim", source);
        List<AtlasIngredient> ingredients = [];
        List<AtlasReference> references = [];
        foreach ((AtlasObject owner, bool isInClaim) in (ReadOnlySpan<(AtlasObject, bool)>)[(claim, true), (manifest, false)])
        {
            foreach (JsonElement element in owner.Items("ingredients"))
            {
                ReadIngredient(new AtlasObject(element, "an ingredient", source), isInClaim, ingredients, references);
            }
        }

        foreach (JsonElement element in manifest.Items("cross_references"))
        {
            AtlasObject reference = new(element, "a reference", source);
            references.Add(ReadReference(reference.Id("manifest_url"), reference.Text("manifest_hash"), isInClaim: false, source));
        }

        JsonElement[] assertions = [.. claim.Items("created_assertions")];
        byte[] signature = ReadSignature(claim, source);
        return new()
        {
            InstanceId = manifest.Id("instance_id"),
            Title = manifest.Text("title"),
            Generator = manifest.Text("claim_generator"),
            CreatedAt = manifest.Text("created_at"),
            Kind = KindOf(assertions),
            IsActive = manifest.Optional("is_active", JsonValueKind.True, JsonValueKind.False) is { ValueKind: JsonValueKind.True },
            Ingredients = ingredients,
            References = references,
            Assertions = [.. assertions.Select(assertion => Variant(assertion, source).Name)],
            Signature = signature,
            SignedClaim = AtlasEncoding.ToCbor(claimElement, withNull: Signature),
            CompactJson = AtlasEncoding.ToCompactJson(root),
            IsEnveloped = isEnveloped,
            Remarks = [.. Remarks(manifest, claimElement, isEnveloped)],
        };
    }

    private static byte[] ReadSignature(AtlasObject claim, string source) =>
        claim.Optional(Signature, JsonValueKind.String) is not { } text ? []
            : StrictBase64.TryDecode(text, out byte[]? bytes) ? bytes : throw Malformed(source, "the claim's signature is not base64");

    private static void ReadIngredient(AtlasObject ingredient, bool isInClaim, List<AtlasIngredient> ingredients, List<AtlasReference> references)
    {
        AtlasObject data = ingredient.Member("data");
        string title = ingredient.Text("title"), name = data.Text("alg"), digits = data.Text("hash");
        AtlasDigest algorithm = AtlasDigest.Find(name)
            ?? throw AtlasErrors.AtlasDigestInvalid.At($"'{ingredient.Source}': the ingredient '{title}' has a digest of the unknown algorithm '{name}'.", ingredient.Source);
        byte[] digest = algorithm.Read(digits) ?? throw AtlasErrors.AtlasDigestInvalid.At(
            $"'{ingredient.Source}': the digest of the ingredient '{title}' is not {algorithm.Length * 2} hexadecimal digits, as {name} requires.", ingredient.Source);
        ingredients.Add(new(title, FilePath(data.Text("url"), title, ingredient.Source), algorithm, digest, ingredient.Text("relationship"), ingredient.Text("dc:format"), isInClaim));
        if (data.Optional("linked_ingredient_url", JsonValueKind.String) is { } url)
        {
            references.Add(ReadReference(AtlasObject.CheckedId(url.GetString()!, ingredient.Source), data.Text("linked_ingredient_hash"), isInClaim, ingredient.Source));
        }

        if (ingredient.Optional("linked_ingredient", JsonValueKind.Object) is { } linked)
        {
            AtlasObject members = new(linked, "a linked ingredient", ingredient.Source);
            references.Add(ReadReference(members.Id("url"), members.Text("hash"), isInClaim, ingredient.Source));
        }
    }

    private static AtlasReference ReadReference(string id, string digits, bool isInClaim, string source)
    {
        byte[]? digest = AtlasDigest.OfLength(digits)?.Read(digits);
        return digest is null
            ? throw AtlasErrors.AtlasDigestInvalid.At($"'{source}': the digest of the reference to '{id}' is not 64, 96 or 128 hexadecimal digits.", source)
            : new(id, AtlasDigest.OfLength(digits)!, digest, isInClaim);
    }

    // Written as it was given on a command line, without the escapes of an address.
    private static string FilePath(string url, string title, string source)
    {
        string path = url.StartsWith(FilePrefix, StringComparison.Ordinal) ? url[FilePrefix.Length..].Replace('\\', '/') : "";
        return path.Length > 0 && !path.EndsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && !path.Split('/').Contains("..")
            ? path
            : throw AtlasErrors.AtlasPathEscapes.At($"'{source}': the ingredient '{title}' has the address '{url}', which does not lead to a file of the model.", source);
    }

    // Rust writes a variant of an enumeration as an object with one member, or, where it has no content, as its name.
    private static (string Name, JsonElement? Content) Variant(JsonElement assertion, string source) => assertion.ValueKind switch
    {
        JsonValueKind.String => (assertion.GetString()!, null),
        JsonValueKind.Object when assertion.EnumerateObject().Count() == 1 => (assertion.EnumerateObject().First().Name, assertion.EnumerateObject().First().Value),
        _ => throw Malformed(source, "an assertion is not one of Atlas's"),
    };

    private static string? KindOf(IEnumerable<JsonElement> assertions) => assertions
        .Where(assertion => assertion.ValueKind == JsonValueKind.Object)
        .SelectMany(assertion => assertion.EnumerateObject())
        .Where(variant => variant.NameEquals("CreativeWork") && variant.Value.ValueKind == JsonValueKind.Object)
        .Select(variant => variant.Value.TryGetProperty("@type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null)
        .FirstOrDefault(kind => kind is not null);

    private static IEnumerable<string> Remarks(AtlasObject manifest, JsonElement claim, bool isEnveloped)
    {
        if (isEnveloped)
        {
            yield return "The envelope around the manifest looks like DSSE, but signs different bytes. It is shown, but not accepted as a signature.";
        }

        if (manifest.Optional("c2pa.claim.v2", JsonValueKind.Object) is { } copy
            && !AtlasEncoding.ToCbor(copy, Signature).Span.SequenceEqual(AtlasEncoding.ToCbor(claim, Signature).Span))
        {
            yield return "The manifest has a second claim (c2pa.claim.v2) that differs from the first. The second was ignored.";
        }

        if (manifest.Items("ingredients").Any())
        {
            yield return "The ingredients outside the claim are not signed: anyone can add or change them.";
        }

        if (manifest.Items("cross_references").Any())
        {
            yield return "The references of the manifest are not signed: anyone can add or change them.";
        }
    }

    private static ModelSigningException Malformed(string source, string what) =>
        AtlasErrors.AtlasMalformed.At($"The Atlas manifest '{source}' cannot be read: {what}.", source);

    /// <summary>The members of one object, by their types.</summary>
    private readonly record struct AtlasObject(JsonElement Element, string What, string Source)
    {
        public static string CheckedId(string id, string source) =>
            id.StartsWith(IdPrefix, StringComparison.Ordinal) && id.Length >= IdPrefix.Length + 36 && Guid.TryParseExact(id.AsSpan(IdPrefix.Length, 36), "D", out _)
                && (id.Length == IdPrefix.Length + 36 || id[IdPrefix.Length + 36] == ':')
                ? id
                : throw Malformed(source, $"'{id}' is not an id such as urn:c2pa:550e8400-e29b-41d4-a716-446655440000");

        public JsonElement Required(string name, JsonValueKind kind) =>
            Optional(name, kind) ?? throw Malformed(Source, $"{What} has no member '{name}'");

        public string Text(string name) => Required(name, JsonValueKind.String).GetString()!;

        public string Id(string name) => CheckedId(Text(name), Source);

        public AtlasObject Member(string name) => new(Required(name, JsonValueKind.Object), $"the member '{name}' of {What}", Source);

        public JsonElement.ArrayEnumerator Items(string name) => Optional(name, JsonValueKind.Array)?.EnumerateArray() ?? default;

        public JsonElement? Optional(string name, JsonValueKind kind, JsonValueKind? other = null)
        {
            if (Element.ValueKind != JsonValueKind.Object)
            {
                throw Malformed(Source, $"{What} is not an object");
            }

            return !Element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
                : value.ValueKind == kind || value.ValueKind == other ? value
                : throw Malformed(Source, $"the member '{name}' of {What} has the wrong type");
        }
    }
}
