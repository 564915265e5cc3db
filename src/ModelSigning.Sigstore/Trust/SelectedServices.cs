using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Trust;

/// <summary>The services that one signing uses.</summary>
/// <param name="CertificateAuthority">The certificate authority.</param>
/// <param name="OidcIssuer">The issuer to log in at; null when the configuration has none.</param>
/// <param name="TransparencyLogs">The logs to write to, all of one version.</param>
/// <param name="TimestampAuthorities">The authorities to ask; empty when the configuration has none.</param>
public sealed record SelectedServices(
    SigstoreService CertificateAuthority,
    SigstoreService? OidcIssuer,
    IReadOnlyList<SigstoreService> TransparencyLogs,
    IReadOnlyList<SigstoreService> TimestampAuthorities)
{
    private static readonly long[] VersionOne = [1];
    private static readonly long[] RekorVersions = [1, 2];

    /// <summary>
    /// Chooses the services of a signing (Sigstore client specification, "signing configuration"): those valid now, of the highest
    /// version that is known, the newest first, at most one for each operator.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="TrustErrors.SigningServiceMissing"/>; nothing was signed.</exception>
    public static SelectedServices Select(SigningConfig config, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(config);
        SigstoreService authority = Candidates(config.CertificateAuthorities, VersionOne, now).FirstOrDefault() ??
            throw Missing("certificate authority", now);
        SigstoreService? issuer = Candidates(config.OidcIssuers, VersionOne, now).FirstOrDefault();
        List<SigstoreService> logs =
            Chosen(Candidates(config.TransparencyLogs, RekorVersions, now), config.TransparencyLogSelection, "transparency log", now);
        List<SigstoreService> clocks = config.TimestampAuthorities.Count == 0
            ? []
            : Chosen(Candidates(config.TimestampAuthorities, VersionOne, now), config.TimestampAuthoritySelection, "timestamp authority", now);
        return clocks.Count == 0 && logs[0].MajorApiVersion >= 2
            ? throw TrustErrors.SigningServiceMissing.At(
                $"The log {HttpAddress.Plain(logs[0].Url)} does not confirm the signing time, and the signing configuration lists no timestamp authority.", HttpAddress.Plain(logs[0].Url))
            : new SelectedServices(authority, issuer, logs, clocks);
    }

    /// <summary>The usable services of the highest version, the newest first; the configuration's order decides between equals.</summary>
    private static List<SigstoreService> Candidates(IReadOnlyList<SigstoreService> services, long[] versions, DateTimeOffset now)
    {
        List<SigstoreService> usable = [.. services.Where(service => versions.Contains(service.MajorApiVersion) && service.ValidFor.Contains(now))];
        long highest = usable.Count == 0 ? 0 : usable.Max(service => service.MajorApiVersion);
        return [.. usable.Where(service => service.MajorApiVersion == highest)
            .OrderByDescending(service => service.ValidFor.Start ?? DateTimeOffset.MinValue)];
    }

    private static List<SigstoreService> Chosen(List<SigstoreService> candidates, ServiceSelection selection, string kind, DateTimeOffset now)
    {
        // A service without an operator is an operator of its own.
        List<SigstoreService> services = [.. candidates.DistinctBy(service => service.Operator.Length == 0 ? service.Url.ToString() : service.Operator, StringComparer.Ordinal)];
        if (services.Count == 0)
        {
            throw Missing(kind, now);
        }

        return selection.Selector switch
        {
            ServiceSelector.All => services,
            ServiceSelector.Any => [services[0]],
            ServiceSelector.Exact when selection.Count > 0 && selection.Count <= services.Count => services[..(int)selection.Count],
            ServiceSelector.Exact => throw TrustErrors.SigningServiceMissing.At(Invariant($"The signing configuration requires {selection.Count} services of the kind '{kind}' from different operators, but only {services.Count} can be used.")),
            _ => throw TrustErrors.SigningServiceMissing.At($"The signing configuration does not say how many services of the kind '{kind}' to use."),
        };
    }

    private static Core.Errors.ModelSigningException Missing(string kind, DateTimeOffset now) => TrustErrors.SigningServiceMissing.At(
        $"The signing configuration lists no {kind} that is valid on {Rfc3339.Write(now)} and has a supported version.");
}
