using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>
/// A private Sigstore instance: certificate authority, certificate log, both versions of Rekor, timestamp authority, identity
/// provider and TUF repository, with the files that name them. It shares no code with the module. <see cref="BundleFactory"/>
/// makes bundles on it directly; <see cref="SigstoreServer"/> serves it over HTTP.
/// </summary>
public sealed class PrivateSigstore : IDisposable
{
    private readonly Lazy<CertificateAuthority> _strangerAuthority;
    private readonly Lazy<TimestampAuthority> _strangerTimestamps;

    /// <summary>Makes an instance.</summary>
    /// <param name="clock">Its clock; null is the system's.</param>
    /// <param name="address">The address of its services; null for one that nobody serves.</param>
    /// <param name="rekor2Address">The address of Rekor v2, whose host must be another: it names the log.</param>
    public PrivateSigstore(TimeProvider? clock = null, Uri? address = null, Uri? rekor2Address = null)
    {
        Clock = clock ?? TimeProvider.System;
        Address = address ?? new Uri("https://sigstore.test");
        Created = DateTimeOffset.FromUnixTimeSeconds(Clock.GetUtcNow().ToUnixTimeSeconds());
        Fulcio = new CertificateAuthority(Clock);
        CertificateLog = new CertificateTransparencyLog();
        Rekor1 = new TransparencyLog(1, Address, Clock);
        Rekor2 = new TransparencyLog(2, rekor2Address ?? new Uri("https://rekor2.sigstore.test"), Clock);
        Timestamps = new TimestampAuthority(Clock);
        OpenId = new OpenIdProvider(Address, Clock, Faults);
        Bundles = new BundleFactory(this);
        _strangerAuthority = new Lazy<CertificateAuthority>(() => new CertificateAuthority(Clock));
        _strangerTimestamps = new Lazy<TimestampAuthority>(() => new TimestampAuthority(Clock));
    }

    public TimeProvider Clock { get; }

    public Uri Address { get; }

    /// <summary>When the instance was made, in whole seconds; its keys are valid from an hour before.</summary>
    public DateTimeOffset Created { get; }

    public Faults Faults { get; } = new();

    public CertificateAuthority Fulcio { get; }

    public CertificateTransparencyLog CertificateLog { get; }

    public TransparencyLog Rekor1 { get; }

    public TransparencyLog Rekor2 { get; }

    public TimestampAuthority Timestamps { get; }

    public OpenIdProvider OpenId { get; }

    /// <summary>Makes bundles without HTTP.</summary>
    public BundleFactory Bundles { get; }

    /// <summary>An authority of the same names that no file lists.</summary>
    public CertificateAuthority StrangerAuthority => _strangerAuthority.Value;

    /// <summary>A timestamp authority of the same names that no file lists.</summary>
    public TimestampAuthority StrangerTimestamps => _strangerTimestamps.Value;

    /// <summary>The complete address of the timestamp authority.</summary>
    public string TimestampAddress => Base(Address) + "/api/v1/timestamp";

    private DateTimeOffset Start => Created.AddHours(-1);

    /// <summary><c>trusted_root.json</c>, fresh, for a test to change.</summary>
    public JsonObject TrustedRoot() => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(TrustFiles.Log(Rekor1, Start), TrustFiles.Log(Rekor2, Start)),
        ["certificateAuthorities"] = new JsonArray(TrustFiles.Authority(Fulcio.Chain, Base(Address), Start)),
        ["ctlogs"] = new JsonArray(TrustFiles.Log(CertificateLog, Base(Address) + "/ctfe", Start)),
        ["timestampAuthorities"] = new JsonArray(TrustFiles.Authority(Timestamps.Chain, TimestampAddress, Start)),
    };

    /// <summary><c>signing_config.v0.2.json</c>, fresh, for a test to change.</summary>
    /// <param name="rekorVersion">1: Rekor v1 alone. 2: both, of one operator.</param>
    public JsonObject SigningConfig(int rekorVersion = 1)
    {
        JsonObject rekor1 = TrustFiles.Service(Base(Address), 1, Start);
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            ["caUrls"] = new JsonArray(TrustFiles.Service(Base(Address), 1, Start)),
            ["oidcUrls"] = new JsonArray(TrustFiles.Service(OpenId.Issuer, 1, Start)),
            ["rekorTlogUrls"] = rekorVersion == 1 ? new JsonArray(rekor1) : new JsonArray(TrustFiles.Service(Base(Rekor2.Address), 2, Start), rekor1),
            ["rekorTlogConfig"] = new JsonObject { ["selector"] = "ANY" },
            ["tsaUrls"] = new JsonArray(TrustFiles.Service(TimestampAddress, 1, Start)),
            ["tsaConfig"] = new JsonObject { ["selector"] = "ANY" },
        };
    }

    /// <summary>The trusted root and the signing configuration in one file.</summary>
    public JsonObject ClientTrustConfig(int rekorVersion = 1) => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        ["trustedRoot"] = TrustedRoot(),
        ["signingConfig"] = SigningConfig(rekorVersion),
    };

    public void Dispose()
    {
        Fulcio.Dispose();
        CertificateLog.Dispose();
        Rekor1.Dispose();
        Rekor2.Dispose();
        Timestamps.Dispose();
        OpenId.Dispose();
        if (_strangerAuthority.IsValueCreated)
        {
            _strangerAuthority.Value.Dispose();
        }

        if (_strangerTimestamps.IsValueCreated)
        {
            _strangerTimestamps.Value.Dispose();
        }
    }

    private static string Base(Uri address) => address.ToString().TrimEnd('/');
}
