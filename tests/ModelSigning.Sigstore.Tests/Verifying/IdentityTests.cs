using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;
using SubjectName = ModelSigning.Testing.SigstoreInstance.SubjectName;

namespace ModelSigning.Sigstore.Tests.Verifying;

public sealed class IdentityTests : IDisposable
{
    private const string Uri = "https://github.com/octo-org/octo-repo/.github/workflows/sign.yml@refs/heads/main";

    private const string Tag = "https://github.com/octo-org/octo-repo/.github/workflows/sign.yml@refs/tags/v1";
    private const string BranchLikeATag = "https://github.com/octo-org/octo-repo/.github/workflows/evil.yml@refs/heads/x@refs/tags/v1";

    private readonly InstanceScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private void Trust(string? identity, string issuer = OpenIdProvider.ConnectorId, string? pattern = null) =>
        _scene.Policy = new VerificationPolicy { Signer = new IdentityPolicy { Identity = identity, IdentityPattern = pattern, Issuer = issuer } };

    private static BundleOptions Named(params SubjectName[] names) => new() { Leaf = new LeafOptions { Names = names } };

    [Theory]
    [InlineData("alice@sigstore.tes")]
    [InlineData("lice@sigstore.test")]
    [InlineData("Alice@sigstore.test")]
    [InlineData(".*")]
    [InlineData("*")]
    [InlineData("alice@sigstore.test ")]
    [InlineData("bob@sigstore.test")]
    public void Another_identity_a_part_of_it_or_a_pattern_of_it_is_refused(string identity)
    {
        Trust(identity);
        _scene.Refused("IDENTITY", new BundleOptions());
    }

    [Fact]
    public void Another_issuer_is_refused_and_the_message_shows_what_would_match()
    {
        Trust("alice@sigstore.test", "https://idp.sigstore.test/");
        ModelSigningException error = _scene.Refused("IDENTITY", _scene.Instance.Bundles.SignMessage(InstanceScene.File).Bytes);
        Assert.Contains("-Identity 'alice@sigstore.test' -Issuer 'https://idp.sigstore.test'", error.Message, StringComparison.Ordinal);
        Assert.Contains("only if, you trust", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_older_extension_alone_names_the_issuer() =>
        Assert.Equal(OpenIdProvider.ConnectorId, _scene.Accepted(new BundleOptions { Leaf = new LeafOptions { Issuer = null } }).Identity!.Issuer);

    [Fact]
    public void The_newer_extension_alone_names_the_issuer() =>
        Assert.Equal(OpenIdProvider.ConnectorId, _scene.Accepted(new BundleOptions { Leaf = new LeafOptions { RawIssuer = null } }).Identity!.Issuer);

    [Fact]
    public void What_a_certificate_claims_is_read_as_verification_reads_it()
    {
        SigstoreVerification verified = _scene.Accepted(new BundleOptions());
        UnverifiedIdentity claimed = UnverifiedIdentity.Of(Leaf(new BundleOptions()));
        Assert.Equal(verified.Identity!.Name.Value, claimed.Name.Value);
        Assert.Equal(verified.Identity.Issuer, claimed.Issuer);
        foreach (LeafOptions odd in (LeafOptions[])[new() { RawIssuer = "https://other.test" }, new() { RawIssuer = null, Issuer = null }])
        {
            Assert.Throws<ModelSigningException>(() => UnverifiedIdentity.Of(Leaf(new BundleOptions { Leaf = odd })));
        }

        Assert.Throws<ModelSigningException>(() => UnverifiedIdentity.Of("0\u0003\u0002\u0001"u8.ToArray()));
    }

    private ReadOnlyMemory<byte> Leaf(BundleOptions options)
    {
        VerificationMaterial material = BundleReader.Parse(_scene.Instance.Bundles.SignMessage(InstanceScene.File, options).Bytes, "test").VerificationMaterial;
        return material.Certificate ?? material.X509CertificateChain![0];
    }

    [Fact]
    public void Two_issuers_that_differ_or_none_are_refused()
    {
        _scene.Refused("IDENTITY", new BundleOptions { Leaf = new LeafOptions { RawIssuer = "https://other.test" } });
        _scene.Refused("IDENTITY", new BundleOptions { Leaf = new LeafOptions { RawIssuer = null, Issuer = null } });
    }

    [Fact]
    public void A_URI_and_a_user_name_are_identities_of_their_own_kind()
    {
        Trust(Uri);
        Assert.Equal(ModelSigning.Sigstore.Certificates.SubjectNameType.Uri, _scene.Accepted(Named(new SubjectName(SubjectNameKind.Uri, Uri))).Identity!.Name.Type);
        Trust("alice!sigstore.test");
        Assert.Equal(ModelSigning.Sigstore.Certificates.SubjectNameType.UserName,
            _scene.Accepted(Named(new SubjectName(SubjectNameKind.Other, "alice!sigstore.test"))).Identity!.Name.Type);
    }

    [Fact]
    public void A_name_of_one_kind_does_not_stand_for_one_of_another()
    {
        Trust("alice@sigstore.test");
        _scene.Refused("IDENTITY", Named(new SubjectName(SubjectNameKind.Uri, "alice@sigstore.test")));
        _scene.Refused("IDENTITY", Named(new SubjectName(SubjectNameKind.Other, "alice@sigstore.test")));
        Trust(Uri);
        _scene.Refused("IDENTITY", Named(new SubjectName(SubjectNameKind.Email, Uri)));
    }

    [Fact]
    public void Two_names_are_refused_even_if_one_is_the_right_one() =>
        _scene.Refused("IDENTITY", Named(SubjectName.Alice, new SubjectName(SubjectNameKind.Email, "eve@sigstore.test")));

    [Fact]
    public void A_certificate_without_a_name_is_refused() => _scene.Refused("CERT-PROFILE", Named());

    [Theory]
    [InlineData("*@sigstore.test", true)]
    [InlineData("alice@*", true)]
    [InlineData("al?ce@sigstore.test", true)]
    [InlineData("**@sigstore.test", true)]
    [InlineData("**", true)]
    [InlineData("*", false)]
    [InlineData("?**", true)]
    [InlineData("alice?sigstore.test", false)]
    [InlineData("a*sigstore.test", false)]
    [InlineData("alice", false)]
    [InlineData("*@sigstore", false)]
    [InlineData(".*", false)]
    [InlineData("[a-z]*@sigstore.test", false)]
    [InlineData("ALICE@*", false)]
    public void A_pattern_is_of_the_whole_identity_and_no_regular_expression(string pattern, bool matches)
    {
        Trust(null, pattern: pattern);
        if (matches)
        {
            _scene.Accepted(new BundleOptions());
        }
        else
        {
            _scene.Refused("IDENTITY", new BundleOptions());
        }
    }

    [Theory]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/*@refs/heads/main", Uri, true)]
    [InlineData("https://github.com/octo-org/**", Uri, true)]
    [InlineData("https://github.com/octo-org/*", Uri, false)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/sign.yml?refs/heads/main", Uri, false)]
    [InlineData("https://github.com/octo-org/octo-repo/.github?workflows/sign.yml@refs/heads/main", Uri, false)]
    [InlineData("https://github.com/*/.github/workflows/sign.yml@refs/heads/main", Uri, false)]
    [InlineData("https://github.com/*/*/.github/workflows/sign.yml@refs/heads/main", Uri, true)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/sign.yml@refs/*", Uri, false)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/sign*/heads/main", Uri, false)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/sign*@*/heads/main", Uri, true)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/*@refs/tags/*", Tag, true)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/*@refs/tags/*", BranchLikeATag, false)]
    [InlineData("https://github.com/octo-org/octo-repo/.github/workflows/*@refs/tags/**", BranchLikeATag, false)]
    [InlineData("https://github.com/octo-org/octo-repo/*@refs/tags/*", BranchLikeATag, false)]
    [InlineData("https://github.com/octo-org/octo-repo/*/*/*@refs/tags/*", BranchLikeATag, false)]
    [InlineData("https://github.com/octo-org/octo-repo/**@refs/tags/*", BranchLikeATag, true)]
    public void One_star_crosses_neither_a_slash_nor_an_at_sign(string pattern, string identity, bool matches)
    {
        Trust(null, pattern: pattern);
        BundleOptions bundle = Named(new SubjectName(SubjectNameKind.Uri, identity));
        if (matches)
        {
            _scene.Accepted(bundle);
        }
        else
        {
            _scene.Refused("IDENTITY", bundle);
        }
    }

    [Theory]
    [InlineData("*@sigstore.test", SubjectNameKind.Uri, "https://evil.test/x@sigstore.test")]
    [InlineData("**@sigstore.test", SubjectNameKind.Uri, "https://evil.test/x@sigstore.test")]
    [InlineData("**@sigstore.test", SubjectNameKind.Other, "evil!x@sigstore.test")]
    [InlineData("*!sigstore.test", SubjectNameKind.Email, "evil!sigstore.test")]
    [InlineData("https://sigstore.test/**", SubjectNameKind.Email, "https://sigstore.test/@evil.test")]
    [InlineData("**sigstore.test**", SubjectNameKind.Uri, "https://sigstore.test/x")]
    public void A_pattern_fits_only_the_sort_of_name_that_it_looks_like(string pattern, SubjectNameKind kind, string identity)
    {
        Trust(null, pattern: pattern);
        _scene.Refused("IDENTITY", Named(new SubjectName(kind, identity)));
    }

    [Theory]
    [InlineData("**")]
    [InlineData("?**")]
    public void A_name_of_a_sort_that_Sigstore_does_not_issue_fits_no_pattern(string pattern)
    {
        Trust(null, pattern: pattern);
        _scene.Refused("IDENTITY", Named(new SubjectName(SubjectNameKind.Dns, "release.sigstore.test")));
    }

    [Fact]
    public void A_pattern_of_any_length_is_judged_and_never_another_exception()
    {
        foreach (string pattern in new[] { string.Concat(Enumerable.Repeat("a*b?", 1300)), new string('x', 20_000), new string('*', 1025) })
        {
            Trust(null, pattern: pattern);
            Assert.Contains("the limit is 1024", _scene.Refused("IDENTITY", _scene.Instance.Bundles.SignMessage(InstanceScene.File).Bytes).Message, StringComparison.Ordinal);
        }

        Trust(null, pattern: string.Concat(Enumerable.Repeat("*a?", 300)) + "b@sigstore.test");
        _scene.Refused("IDENTITY", Named(new SubjectName(SubjectNameKind.Email, new string('a', 20_000) + "@sigstore.test")));
    }

    private const string File = "https://github.com/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main";

    private void AcceptsClaims(bool accepted, Func<IdentityPolicy, IdentityPolicy> demand, params (int Number, string Value)[] claims)
    {
        Trust("alice@sigstore.test");
        _scene.Policy = new VerificationPolicy { Signer = demand(_scene.Policy.Signer!) };
        BundleOptions bundle = new() { Leaf = new LeafOptions { Extensions = [.. claims.Select(claim => LeafOptions.Claim(claim.Number, claim.Value))] } };
        if (accepted)
        {
            _scene.Accepted(bundle);
        }
        else
        {
            _scene.Refused("IDENTITY", bundle);
        }
    }

    [Fact]
    public void A_workflow_is_known_by_the_address_of_its_file_and_not_by_the_name_that_its_author_chose()
    {
        string evil = File.Replace("release.yml", "evil.yml", StringComparison.Ordinal);
        AcceptsClaims(true, policy => policy with { Workflow = File }, (4, "Release"), (18, File));
        AcceptsClaims(false, policy => policy with { Workflow = File }, (4, File), (18, evil));
        AcceptsClaims(false, policy => policy with { Workflow = File }, (4, File));
        AcceptsClaims(false, policy => policy with { Workflow = File }, (9, File), (18, evil));
        AcceptsClaims(false, policy => policy with { Workflow = "Release" }, (4, "Release"), (18, File));
        AcceptsClaims(true, policy => policy with { WorkflowName = "Release" }, (4, "Release"), (18, evil));
        AcceptsClaims(false, policy => policy with { WorkflowName = "Release" }, (18, "Release"));
        AcceptsClaims(false, policy => policy with { Workflow = File, WorkflowName = "Release" }, (4, "Release"), (18, evil));
    }

    [Fact]
    public void A_workflow_that_other_repositories_can_call_is_told_by_the_one_that_called_it()
    {
        const string caller = "https://github.com/evil/octo-repo";
        string? CalledFrom(params (int Number, string Value)[] claims)
        {
            Trust("alice@sigstore.test");
            SigstoreVerification verified = _scene.Accepted(new() { Leaf = new LeafOptions { Extensions = [.. claims.Select(claim => LeafOptions.Claim(claim.Number, claim.Value))] } });
            Assert.NotEmpty(verified.LogKeys);
            Assert.Equal(verified.Identity!.CalledFrom is not null, verified.Warnings is [var warning] && warning.Contains(verified.Identity.CalledFrom!, StringComparison.Ordinal));
            return verified.Identity!.CalledFrom;
        }

        Assert.Equal(caller, CalledFrom((12, caller), (18, File)));
        Assert.Equal(File, CalledFrom((18, File)));
        Assert.Null(CalledFrom((12, caller), (18, "alice@sigstore.test")));
        Assert.Null(CalledFrom((12, caller)));
    }

    [Fact]
    public void A_repository_and_a_ref_are_compared_with_the_newer_claim_alone_where_it_is_there()
    {
        const string repository = "https://github.com/octo-org/octo-repo", evil = "https://github.com/evil/octo-repo", main = "refs/heads/main";
        AcceptsClaims(true, policy => policy with { SourceRepository = "octo-org/octo-repo" }, (5, "octo-org/octo-repo"));
        AcceptsClaims(true, policy => policy with { SourceRepository = "octo-org/octo-repo" }, (12, repository));
        AcceptsClaims(true, policy => policy with { SourceRepository = repository }, (12, repository), (5, "evil/octo-repo"));
        AcceptsClaims(false, policy => policy with { SourceRepository = "octo-org/octo-repo" }, (12, evil), (5, "octo-org/octo-repo"));
        AcceptsClaims(false, policy => policy with { SourceRepository = repository }, (12, evil), (5, repository));
        AcceptsClaims(false, policy => policy with { SourceRepository = repository }, (5, repository));
        AcceptsClaims(true, policy => policy with { Ref = main }, (6, main));
        AcceptsClaims(true, policy => policy with { Ref = main }, (14, main), (6, "refs/heads/x"));
        AcceptsClaims(false, policy => policy with { Ref = main }, (14, "refs/heads/x"), (6, main));
    }

    [Fact]
    public void A_claim_that_the_certificate_does_not_make_is_refused()
    {
        foreach (IdentityPolicy demanding in new[]
        {
            _scene.Policy.Signer! with { SourceRepository = "octo-org/octo-repo" },
            _scene.Policy.Signer! with { Workflow = File },
            _scene.Policy.Signer! with { WorkflowName = "release" },
            _scene.Policy.Signer! with { Ref = "refs/heads/main" },
        })
        {
            _scene.Policy = new VerificationPolicy { Signer = demanding };
            _scene.Refused("IDENTITY", new BundleOptions());
        }
    }

    [Fact]
    public void The_claims_of_a_workflow_are_compared_in_both_of_their_forms()
    {
        SharedCase shared = new("happy-path-v0.3");
        IdentityPolicy signer = shared.Policy.Signer!;
        void Verify(IdentityPolicy policy) => new SigstoreVerifier(shared.TrustedRoot, new VerificationPolicy { Signer = policy })
            .Verify(SigstoreErrors.ReadBundle(shared.Bundle), shared.Artifact(byDigest: false));
        const string repository = "sigstore-conformance/extremely-dangerous-public-oidc-beacon";
        Verify(signer with { SourceRepository = repository, Ref = "refs/heads/main" });
        Verify(signer with { SourceRepository = "https://github.com/" + repository, Workflow = SharedCase.Identity });
        Assert.Throws<ModelSigningException>(() => Verify(signer with { SourceRepository = "sigstore-conformance/other" }));
        Assert.Throws<ModelSigningException>(() => Verify(signer with { Ref = "refs/heads/mai" }));
    }
}
