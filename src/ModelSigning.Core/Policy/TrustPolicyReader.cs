using System.Text.Json;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Policy;

/// <summary>Reads a policy file: JSON with comments, at most 1 MiB, every member known (docs/trust-policy.schema.json).</summary>
internal sealed class TrustPolicyReader(string path, IReadOnlyList<ISignerKind> kinds)
{
    private const int MaximumLength = 1024 * 1024;
    private const double MostDays = 36_500;
    private const int RootDigestLength = 64;
    private const string DigestPrefix = "sha256:";

    private static readonly string[] KeyAlgorithms = [.. Enum.GetValues<EcCurve>().Select(curve => curve.DisplayName()), "Ed25519"];

    private static readonly InputRules Rules = new("trust policy", MaximumLength, PolicyErrors.PolicyInvalid)
    {
        NotFound = PolicyErrors.PolicyNotFound,
        Unreadable = PolicyErrors.PolicyUnreadable,
        AcceptsByteOrderMark = true,
        AcceptsComments = true,
    };

    internal TrustPolicy Read() => Parse(BoundedFile.Read(path, Rules));

    internal TrustPolicy Parse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument document = StrictJson.Parse(utf8, path, Rules);
        PolicyElement root = new(document.RootElement, path, "the policy");
        _ = root.OptionalText("$schema");
        if (root.Positive("version", TrustPolicy.Version) != TrustPolicy.Version)
        {
            throw root.Invalid($"Its member 'version' must be {TrustPolicy.Version}.");
        }

        TrustRule[] rules = [.. root.Objects("rules").Select(ReadRule)];
        root.RefuseOthers();
        string? twice = rules.GroupBy(rule => rule.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? new TrustPolicy(rules, path) : throw root.Invalid($"Two rules are called '{twice}'.");
    }

    private TrustRule ReadRule(PolicyElement element)
    {
        TrustRule rule = new()
        {
            Name = element.Text("name"),
            Models = [.. Required(element, "models").Select(pattern => new ModelPattern(pattern, Path.GetDirectoryName(path)!))],
            Signers = [.. element.Objects("signers").Select(ReadSigner)],
            TimestampRequired = element.Flag("timestampRequired"),
            MaximumAge = element.Positive("maximumAgeDays", MostDays) is { } days ? TimeSpan.FromDays(days) : null,
            HashAlgorithms = [.. element.Texts("hashAlgorithms").Select(name => DigestAlgorithms.TryParse(name, out DigestAlgorithm algorithm)
                ? algorithm
                : throw element.Invalid($"'{name}' of {element.Where} is no digest algorithm; known are sha256, blake2b and blake3."))],
            KeyAlgorithms = [.. element.Texts("keyAlgorithms").Select(name => KeyAlgorithms.Contains(name)
                ? name
                : throw element.Invalid($"'{name}' of {element.Where} is no algorithm of a key; known are {string.Join(", ", KeyAlgorithms)}."))],
            RootDigests = [.. element.Texts("rootDigests").Select(digest => ReadDigest(element, digest))],
        };
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return rule;
    }

    private TrustedSigner ReadSigner(PolicyElement element)
    {
        string type = element.Text("type");
        ISignerKind kind = kinds.FirstOrDefault(kind => kind.Type == type)
            ?? throw element.Invalid($"The type '{type}' of {element.Where} is none of {string.Join(", ", kinds.Select(kind => kind.Type))}.");
        TrustedSigner signer = kind.Read(element);
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return signer;
    }

    private static IReadOnlyList<string> Required(PolicyElement element, string name) =>
        element.Texts(name) is { Count: > 0 } texts ? texts : throw element.Invalid($"{element.Where} needs a member '{name}'.");

    private static string ReadDigest(PolicyElement element, string text)
    {
        string digest = text.StartsWith(DigestPrefix, StringComparison.Ordinal) ? text[DigestPrefix.Length..] : text;
        return digest.Length == RootDigestLength && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : throw element.Invalid($"'{text}' of {element.Where} is no root digest: sha256: and {RootDigestLength} lower-case hexadecimal digits.");
    }
}
