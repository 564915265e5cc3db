using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Trust;

/// <summary>Which services sign (<c>dev.sigstore.trustroot.v1.SigningConfig</c>, v0.2).</summary>
public sealed record SigningConfig
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

    /// <summary>Certificate authorities (Fulcio).</summary>
    public required IReadOnlyList<SigstoreService> CertificateAuthorities { get; init; }

    /// <summary>OpenID Connect issuers for interactive log-in.</summary>
    public required IReadOnlyList<SigstoreService> OidcIssuers { get; init; }

    /// <summary>Transparency logs (Rekor).</summary>
    public required IReadOnlyList<SigstoreService> TransparencyLogs { get; init; }

    /// <summary>How many of <see cref="TransparencyLogs"/> to write to.</summary>
    public required ServiceSelection TransparencyLogSelection { get; init; }

    /// <summary>Timestamp authorities.</summary>
    public required IReadOnlyList<SigstoreService> TimestampAuthorities { get; init; }

    /// <summary>How many of <see cref="TimestampAuthorities"/> to ask.</summary>
    public required ServiceSelection TimestampAuthoritySelection { get; init; }
}

/// <summary>A service of a signing configuration.</summary>
/// <param name="Url">Its address: a base for all but timestamp authorities, whose address is complete.</param>
/// <param name="MajorApiVersion">The version of its interface; 0 means an unreleased one and is never used.</param>
/// <param name="ValidFor">When it may be used for signing.</param>
/// <param name="Operator">Who runs it; empty when the configuration does not say.</param>
public sealed record SigstoreService(Uri Url, long MajorApiVersion, ValidityPeriod ValidFor, string Operator);

/// <summary>How many services of a list to use (<c>ServiceConfiguration</c>).</summary>
/// <param name="Selector">The rule.</param>
/// <param name="Count">For <see cref="ServiceSelector.Exact"/>: how many.</param>
public sealed record ServiceSelection(ServiceSelector Selector, long Count);

/// <summary>The rules of <see cref="ServiceSelection"/>.</summary>
public enum ServiceSelector
{
    /// <summary>None is given; using the list is an error.</summary>
    Undefined,

    /// <summary>Every service.</summary>
    All,

    /// <summary>Any one of them.</summary>
    Any,

    /// <summary>As many as the count says.</summary>
    Exact,
}

/// <summary>Reads signing configurations.</summary>
public static class SigningConfigReader
{
    private const int MaximumLength = 1024 * 1024, MaximumCount = 128;

    /// <summary>The names of <c>ServiceSelector</c> at their numbers.</summary>
    private static readonly string[] Selectors = ["SERVICE_SELECTOR_UNDEFINED", "ALL", "ANY", "EXACT"];

    private static readonly InputRules Rules = new("signing configuration", MaximumLength, TrustErrors.SigningConfigInvalid) { AcceptsByteOrderMark = true };

    /// <summary>Reads a signing configuration from a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="ModelSigningException"><see cref="TrustErrors.SigningConfigInvalid"/>.</exception>
    public static SigningConfig Read(string path) => Parse(BoundedFile.Read(path, Rules), path);

    /// <summary>Reads a signing configuration from memory.</summary>
    /// <param name="utf8">The JSON in UTF-8.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ModelSigningException"><see cref="TrustErrors.SigningConfigInvalid"/>.</exception>
    public static SigningConfig Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        using JsonDocument document = StrictJson.Parse(utf8, source, Rules);
        return Read(ProtoObject.Root(document, source, Rules));
    }

    internal static SigningConfig Read(ProtoObject config)
    {
        string mediaType = config.Text("mediaType");
        if (mediaType != SigningConfig.MediaType)
        {
            throw config.Refuse(TrustErrors.SigningConfigInvalid, mediaType.Contains("signingconfig", StringComparison.Ordinal)
                ? $"its mediaType is '{mediaType}', but only '{SigningConfig.MediaType}' is supported"
                : $"its mediaType is '{mediaType}', not '{SigningConfig.MediaType}'");
        }

        return new SigningConfig
        {
            CertificateAuthorities = ReadServices(config, "caUrls"),
            OidcIssuers = ReadServices(config, "oidcUrls"),
            TransparencyLogs = ReadServices(config, "rekorTlogUrls"),
            TransparencyLogSelection = ReadSelection(config, "rekorTlogConfig"),
            TimestampAuthorities = ReadServices(config, "tsaUrls"),
            TimestampAuthoritySelection = ReadSelection(config, "tsaConfig"),
        };
    }

    private static SigstoreService[] ReadServices(ProtoObject config, string name) => [.. config.Messages(name, MaximumCount).Select(service =>
        Uri.TryCreate(service.Text("url"), UriKind.Absolute, out Uri? url) && HttpAddress.IsHttp(url) && url.UserInfo.Length == 0
            ? new SigstoreService(url, service.Number("majorApiVersion"), TrustedRootReader.ReadValidity(service), service.Text("operator"))
            : throw service.Refuse($"'{service.PathOf("url")}' is not an http or https address without a user name"))];

    private static ServiceSelection ReadSelection(ProtoObject config, string name)
    {
        ProtoObject? selection = config.Message(name);
        return new ServiceSelection(
            selection?.Enumeration("selector", Selectors) switch
            {
                "ALL" => ServiceSelector.All,
                "ANY" => ServiceSelector.Any,
                "EXACT" => ServiceSelector.Exact,
                _ => ServiceSelector.Undefined,
            },
            selection?.Number("count") ?? 0);
    }
}
