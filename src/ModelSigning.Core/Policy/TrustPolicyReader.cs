using System.Text.Json;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Reads a policy file: JSON with comments, at most 1 MiB, every member known (docs/trust-policy.schema.json).</summary>
internal sealed class TrustPolicyReader(string path, IReadOnlyList<ISignerKind> kinds)
{
    private const int MaximumLength = 1024 * 1024;
    private const double MostDays = 36_500;

    private static readonly string[] KeyAlgorithms = [.. Enum.GetValues<EcCurve>().Select(curve => curve.DisplayName()), "Ed25519"];

    private static readonly InputRules Rules = new("trust policy", MaximumLength, PolicyErrors.PolicyInvalid)
    {
        NotFound = PolicyErrors.PolicyNotFound,
        Unreadable = PolicyErrors.PolicyUnreadable,
        AcceptsByteOrderMark = true,
        AcceptsComments = true,
    };

    internal TrustPolicy Read() => Parse(BoundedFile.Read(path, Rules));

    /// <summary>Whether the file is a policy by its shape, be its rules usable or not.</summary>
    internal bool IsPolicy() => TryMember("rules", out _);

    /// <summary>What the file revokes, as it is written there; null where it revokes nothing, or is not a policy.</summary>
    internal string? RevokedText() => IsPolicy() && TryMember("revoked", out string? text) ? text : null;

    private bool TryMember(string name, out string? text)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(BoundedFile.Read(path, Rules), path, Rules);
            text = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out JsonElement member) ? member.GetRawText() : null;
            return text is not null;
        }
        catch (ModelSigningException)
        {
            text = null;
            return false;
        }
    }

    internal TrustPolicy Parse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument document = StrictJson.Parse(utf8, path, Rules);
        List<string> named = [];
        PolicyElement root = new(document.RootElement, path, "the policy", named);
        _ = root.OptionalText("$schema");
        if (root.Number("version") is not { } version)
        {
            throw root.Missing("version", $"the number {TrustPolicy.Version}");
        }

        if (version != TrustPolicy.Version)
        {
            throw root.Invalid($"'version' must be {TrustPolicy.Version}.");
        }

        TrustRule[] rules = [.. root.Objects("rules").Select(ReadRule)];
        Revocations revoked = root.OptionalObject("revoked") is { } listed ? Revocations.Read(listed) : Revocations.None;
        root.RefuseOthers();
        string? twice = rules.GroupBy(rule => rule.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? new TrustPolicy(rules, path) { Revoked = revoked, NamedPaths = named } : throw root.Invalid($"Two rules have the name '{twice}'.");
    }

    private TrustRule ReadRule(PolicyElement element)
    {
        TrustRule rule = new()
        {
            Name = element.Text("name"),
            Models = [.. Required(element, "models").Select(pattern => ReadPattern(element, pattern))],
            Signers = [.. element.Objects("signers").Select(ReadSigner)],
            TimestampRequired = element.Flag("timestampRequired"),
            MaximumAge = element.Positive("maximumAgeDays", MostDays) is { } days ? TimeSpan.FromDays(days) : null,
            HashAlgorithms = [.. element.Texts("hashAlgorithms").Select(name => DigestAlgorithms.TryParse(name, out DigestAlgorithm algorithm)
                ? algorithm
                : throw element.Invalid($"'{name}' of {element.Where} is not one of the digest algorithms {DigestAlgorithms.Names()}."))],
            KeyAlgorithms = [.. element.Texts("keyAlgorithms").Select(name => KeyAlgorithms.Contains(name)
                ? name
                : throw element.Invalid($"'{name}' of {element.Where} is not a key algorithm. Use one of {string.Join(", ", KeyAlgorithms)}."))],
            Pins = [.. element.Texts("pins").Select(pin => element.Pin(pin, "pins"))],
            Scope = Choice(element, "scope", VerificationScope.Partial),
            Basis = Choice(element, "basis", VerificationBasis.Files),
            Forbidden = [.. element.Texts("forbid").Select(name => ForbiddenContents.Parse(name)
                ?? throw element.Invalid($"'{name}' in 'forbid' of {element.Where} is not one of {string.Join(", ", ForbiddenContents.Names)}."))],
            AllowedFormats = [.. element.Texts("allowFormats").Select(name => FileFormats.Names.Contains(name)
                ? name
                : throw element.Invalid($"'{name}' in 'allowFormats' of {element.Where} is not one of the formats {string.Join(", ", FileFormats.Names)}."))],
            LineageStores = ReadLineage(element),
            Claims = element.Member("claims") is null ? [] : [.. element.Objects("claims").Select(claim => ClaimDemand.Read(claim, ReadSigner))],
        };
        _ = element.OptionalText("comment");
        if (element.Has("rootDigests"))
        {
            throw element.Invalid(
                $"'rootDigests' of {element.Where} is no longer supported, because a root digest covers neither the names nor the shards of the files. " +
                "Review the model, and use 'pins' with the output of Get-ModelManifest -ModelPin.");
        }

        element.RefuseOthers();
        return rule.MaximumAge is null || rule.Signers.FirstOrDefault(signer => !signer.ProvesAge) is not { } ageless
            ? rule
            : throw element.Invalid(
                $"'maximumAgeDays' of {element.Where} cannot be enforced for a signer of the type '{ageless.Type}', because anyone can have an old signature timestamped again. " +
                "Remove it, and list the keys, certificates or pins that are no longer trusted in 'revoked'.");
    }

    private TrustedSigner ReadSigner(PolicyElement element)
    {
        string type = element.Text("type");
        ISignerKind kind = kinds.FirstOrDefault(kind => kind.Type == type)
            ?? throw element.Invalid($"The type '{type}' of {element.Where} is not one of {string.Join(", ", kinds.Select(kind => kind.Type))}.");
        TrustedSigner signer = kind.Read(element);
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return signer;
    }

    private static T Choice<T>(PolicyElement element, string name, T usual) where T : struct, Enum => element.OptionalText(name) switch
    {
        null => usual,
        string text when Enum.GetNames<T>().Contains(text, StringComparer.Ordinal) => Enum.Parse<T>(text),
        string text => throw element.Invalid($"'{text}' in '{name}' of {element.Where} is not one of {string.Join(", ", Enum.GetNames<T>())}."),
    };

    private static string[] ReadLineage(PolicyElement element)
    {
        string? lineage = element.OptionalText("lineage");
        IReadOnlyList<string> stores = element.Texts("stores");
        return (lineage, stores.Count) switch
        {
            (null, 0) => [],
            ("signed", > 0) => [.. stores.Select(element.FullPath)],
            ("signed", 0) => throw element.Missing("stores", "the folders in which the base models are looked for"),
            (null, _) => throw element.Invalid($"'stores' of {element.Where} has no effect without 'lineage'."),
            _ => throw element.Invalid($"'lineage' of {element.Where} is '{lineage}', and 'signed' is the only value that it can have."),
        };
    }

    private static IReadOnlyList<string> Required(PolicyElement element, string name) =>
        element.Texts(name) is { Count: > 0 } texts ? texts : throw element.Missing(name, "a string or a list of strings");

    private ModelPattern ReadPattern(PolicyElement element, string pattern) => ModelPattern.Fault(pattern) is { } fault
        ? throw element.Invalid($"The pattern '{pattern}' in 'models' of {element.Where} can never match: {fault}")
        : new ModelPattern(pattern, Path.GetDirectoryName(path)!);
}
