using ModelSigning.Sigstore.Trust;
using ModelSigning.Testing;

namespace ModelSigning.Sigstore.Tests.Trust;

public class EmbeddedTrustTests
{
    [Theory]
    [InlineData(-1, 0, TrustOrigin.Embedded)]
    [InlineData(1, 0, TrustOrigin.Cache)]
    [InlineData(-1, 1, TrustOrigin.Cache)]
    public void Of_an_update_and_the_module_the_one_counts_that_was_current_last_unless_the_root_of_the_other_is_newer(int days, int versions, TrustOrigin origin)
    {
        SigstoreTrust embedded = SigstoreTrust.Embedded;
        SigstoreTrust kept = embedded with { Origin = TrustOrigin.Cache, AsOf = embedded.AsOf!.Value.AddDays(days), TufRootVersion = embedded.TufRootVersion + versions };
        Assert.Equal(origin, SigstoreInstances.Newer(kept, embedded).Origin);
        Assert.Equal(versions == 0 ? TrustOrigin.Embedded : TrustOrigin.Cache, SigstoreInstances.Newer(kept with { AsOf = null }, embedded).Origin);
    }

    [Fact]
    public void The_embedded_trust_is_dated_and_its_TUF_root_signs_itself()
    {
        SigstoreTrust trust = SigstoreTrust.Embedded;
        Assert.Equal(TrustOrigin.Embedded, trust.Origin);
        Assert.True(trust.AsOf > new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.True(trust.TufRootVersion >= 16);
        Assert.Equal("https://tuf-repo-cdn.sigstore.dev/", trust.Repository!.AbsoluteUri);
    }

    [Fact]
    public void Every_key_of_the_embedded_trusted_root_can_be_used()
    {
        TrustedRoot root = EmbeddedTrust.TrustedRoot;
        Assert.All([.. root.TransparencyLogs, .. root.CertificateTransparencyLogs], log => Assert.Null(log.Unusable));
        Assert.NotEmpty(root.CertificateAuthorities);
        Assert.NotEmpty(root.TimestampAuthorities);
        Assert.Same(root, EmbeddedTrust.TrustedRoot);
    }

    [Fact]
    public void The_embedded_signing_configuration_names_services_of_each_kind()
    {
        SelectedServices services = SelectedServices.Select(EmbeddedTrust.SigningConfig, EmbeddedTrust.Taken);
        Assert.Equal("fulcio.sigstore.dev", services.CertificateAuthority.Url.Host);
        Assert.Single(services.TransparencyLogs);
        Assert.Single(services.TimestampAuthorities);
    }

    [Fact]
    public void The_shared_signing_configuration_names_the_same_services()
    {
        SelectedServices shared = SelectedServices.Select(SigningConfigReader.Read(SharedData.Require("testdata/trust/signing_config.v0.2.json")), EmbeddedTrust.Taken);
        SelectedServices embedded = SelectedServices.Select(EmbeddedTrust.SigningConfig, EmbeddedTrust.Taken);
        Assert.Equal(shared.CertificateAuthority, embedded.CertificateAuthority);
        Assert.Equal(shared.TransparencyLogs, embedded.TransparencyLogs);
        Assert.Equal(shared.TimestampAuthorities, embedded.TimestampAuthorities);
    }
}
