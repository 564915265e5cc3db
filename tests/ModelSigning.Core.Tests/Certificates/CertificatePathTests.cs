using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

public sealed class CertificatePathTests
{
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));

    [Fact]
    public void A_leaf_below_an_intermediate_below_a_given_root_is_valid()
    {
        TestCertificate intermediate = _root.Issue(Authority("Intermediate"));
        TestCertificate leaf = intermediate.Issue(Leaf("Leaf"));
        Assert.Equal(
            [leaf.Certificate, intermediate.Certificate, _root.Certificate],
            Validate(leaf, [intermediate], [_root]));
    }

    [Fact]
    public void The_pool_may_be_in_any_order_and_hold_the_leaf_the_root_and_strangers()
    {
        TestCertificate intermediate = _root.Issue(Authority("Intermediate"));
        TestCertificate leaf = intermediate.Issue(Leaf("Leaf"));
        TestCertificate stranger = TestCertificate.SelfSigned(Authority("Intermediate"));
        Assert.Equal(3, Validate(leaf, [_root, stranger, leaf, intermediate, intermediate], [_root]).Count);
    }

    [Fact]
    public void A_root_from_the_pool_gives_no_trust()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf"));
        TestCertificate other = TestCertificate.SelfSigned(Authority("Other"));
        Refused(CertificateErrors.IssuerUnknown, leaf, [_root], [other]);
    }

    [Fact]
    public void A_refusal_names_the_root_that_is_not_trusted_or_the_issuer_that_is_missing()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf"));
        TestCertificate other = TestCertificate.SelfSigned(Authority("Other"));
        Assert.Equal(
            "The chain of 'CN=Leaf' ends in the root 'CN=Root', which is not among the trusted certificates.",
            Assert.Throws<ModelSigningException>(() => Validate(leaf, [_root], [other])).Message);
        Assert.Equal(
            "No chain leads from 'CN=Leaf' to a trusted certificate: none of the specified certificates issued 'CN=Leaf', whose issuer is named 'CN=Root'.",
            Assert.Throws<ModelSigningException>(() => Validate(leaf, [], [other])).Message);
    }

    [Fact]
    public void A_root_of_the_same_name_and_another_key_is_not_the_issuer()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf") with { KeyIdentifiers = false });
        TestCertificate twin = TestCertificate.SelfSigned(Authority("Root"));
        Refused(CertificateErrors.IssuerUnknown, leaf, [], [twin]);
        Assert.Equal(2, Validate(leaf, [], [twin, _root]).Count);
    }

    [Fact]
    public void An_authority_of_another_name_is_not_the_issuer_although_its_key_signed()
    {
        TestCertificate renamed = TestCertificate.SelfSigned(Authority("Renamed") with { Key = _root.Key });
        Refused(CertificateErrors.IssuerUnknown, renamed.Issue(Leaf("Leaf")), [], [_root]);
    }

    [Fact]
    public void Key_identifiers_that_differ_exclude_an_issuer_whose_key_signed()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf"));
        TestCertificate relabelled = TestCertificate.SelfSigned(Authority("Root") with
        {
            Key = _root.Key,
            KeyIdentifiers = false,
            Extensions = [new X509SubjectKeyIdentifierExtension(new byte[20], critical: false)],
        });
        Refused(CertificateErrors.IssuerUnknown, leaf, [], [relabelled]);
    }

    [Fact]
    public void An_authority_key_identifier_without_a_key_identifier_excludes_no_issuer()
    {
        X509AuthorityKeyIdentifierExtension byNumber = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _root.Certificate, includeKeyIdentifier: false, includeIssuerAndSerial: true);
        Assert.Equal(2, Validate(_root.Issue(Leaf("Leaf") with { KeyIdentifiers = false, Extensions = [byNumber] }), [], [_root]).Count);
    }

    [Fact]
    public void A_leaf_that_carries_its_issuers_name_is_not_taken_for_self_signed()
    {
        RSA rsa = RSA.Create(2048);
        TestCertificate intermediate = _root.Issue(Authority("intermediate-ca") with { Key = rsa });
        TestCertificate leaf = intermediate.Issue(Leaf("intermediate-ca") with
        {
            IsAuthority = true,
            Key = ECDsa.Create(ECCurve.NamedCurves.nistP384),
        });
        Assert.Equal(3, Validate(leaf, [leaf, intermediate], [_root]).Count);
    }

    [Fact]
    public void The_leaf_of_the_public_suite_is_valid_below_its_root()
    {
        string keys = SharedData.Require("testdata/oms/test/assets/keys/certificate");
        X509Certificate2 Read(string name) => X509Certificate2.CreateFromPem(File.ReadAllText(Path.Join(keys, name)));
        X509Certificate2 leaf = Read("signing-key-cert.pem");
        X509Certificate2 intermediate = Read("int-ca-cert.pem");
        X509Certificate2 root = Read("ca-cert.pem");
        Assert.Equal([leaf, intermediate, root], CertificatePath.Validate(leaf, [leaf, intermediate], Rules([root])));
    }

    [Fact]
    public void A_self_signed_certificate_that_is_given_is_its_own_anchor()
    {
        TestCertificate alone = TestCertificate.SelfSigned(Leaf("Alone"));
        Assert.Equal([alone.Certificate], Validate(alone, [alone], [alone]));
    }

    [Fact]
    public void A_given_intermediate_ends_a_path_only_when_partial_chains_are_allowed()
    {
        TestCertificate intermediate = _root.Issue(Authority("Intermediate"));
        TestCertificate leaf = intermediate.Issue(Leaf("Leaf"));
        Refused(CertificateErrors.NoTrustAnchor, leaf, [], [intermediate]);
        Assert.Equal(
            [leaf.Certificate, intermediate.Certificate],
            CertificatePath.Validate(leaf.Certificate, [], Rules([intermediate.Certificate]) with { AllowPartialChain = true }));
        Assert.Equal(3, Validate(leaf, [], [intermediate, _root]).Count);
    }

    [Fact]
    public void Both_ends_of_the_validity_belong_to_it()
    {
        DateTimeOffset from = Noon, until = Noon.AddHours(1);
        TestCertificate leaf = _root.Issue(Leaf("Leaf") with { NotBefore = from, NotAfter = until });
        CertificatePathRules At(DateTimeOffset time) => Rules([_root.Certificate]) with { Time = time };
        Assert.Equal(2, CertificatePath.Validate(leaf.Certificate, [], At(from)).Count);
        Assert.Equal(2, CertificatePath.Validate(leaf.Certificate, [], At(until)).Count);
        Refused(CertificateErrors.NotYetValid, leaf, [], At(from.AddTicks(-1)));
        Refused(CertificateErrors.Expired, leaf, [], At(until.AddTicks(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_certificate_of_the_path_must_be_valid(int position)
    {
        CertificateSpecification Shaped(CertificateSpecification specification, int at, bool expired) => at != position ? specification
            : expired ? specification with { NotAfter = Noon.AddDays(-1) } : specification with { NotBefore = Noon.AddDays(1) };
        foreach (bool expired in (bool[])[true, false])
        {
            TestCertificate root = TestCertificate.SelfSigned(Shaped(Authority("Root"), 0, expired));
            TestCertificate intermediate = root.Issue(Shaped(Authority("Intermediate"), 1, expired));
            TestCertificate leaf = intermediate.Issue(Shaped(Leaf("Leaf"), 2, expired));
            Refused(expired ? CertificateErrors.Expired : CertificateErrors.NotYetValid, leaf, [intermediate], [root]);
        }
    }

    [Fact]
    public void Validity_to_the_year_9999_is_read()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf") with { NotAfter = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero) });
        Assert.Equal(2, Validate(leaf, [], [_root]).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(null)]
    public void An_issuer_must_be_an_authority(bool? bit)
    {
        TestCertificate impostor = _root.Issue(Authority("Impostor") with { IsAuthority = bit });
        Refused(CertificateErrors.NotAuthority, impostor.Issue(Leaf("Leaf")), [impostor], [_root]);
    }

    [Fact]
    public void An_issuer_with_a_key_usage_must_have_keyCertSign()
    {
        TestCertificate without = _root.Issue(Authority("Without") with { KeyUsage = X509KeyUsageFlags.DigitalSignature });
        Refused(CertificateErrors.UsageForbidden, without.Issue(Leaf("Leaf")), [without], [_root]);
        TestCertificate unsaid = _root.Issue(Authority("Unsaid") with { KeyUsage = null });
        Assert.Equal(3, Validate(unsaid.Issue(Leaf("Leaf")), [unsaid], [_root]).Count);
    }

    [Fact]
    public void The_path_length_counts_authorities_below_and_not_the_leaf()
    {
        TestCertificate zero = _root.Issue(Authority("Zero") with { PathLength = 0 });
        Assert.Equal(3, Validate(zero.Issue(Leaf("Leaf") with { IsAuthority = true }), [zero], [_root]).Count);
        TestCertificate below = zero.Issue(Authority("Below"));
        Refused(CertificateErrors.PathLengthExceeded, below.Issue(Leaf("Leaf")), [zero, below], [_root]);
    }

    [Fact]
    public void The_path_length_of_the_anchor_counts_too_and_cannot_be_widened_below()
    {
        TestCertificate root = TestCertificate.SelfSigned(Authority("Narrow") with { PathLength = 1 });
        TestCertificate first = root.Issue(Authority("First") with { PathLength = 5 });
        TestCertificate second = first.Issue(Authority("Second"));
        Assert.Equal(3, Validate(first.Issue(Leaf("Leaf")), [first], [root]).Count);
        Refused(CertificateErrors.PathLengthExceeded, second.Issue(Leaf("Leaf")), [first, second], [root]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_unknown_extension_is_refused_when_critical_and_ignored_otherwise(int position)
    {
        CertificateSpecification With(CertificateSpecification specification, int at, bool critical) =>
            at == position ? specification with { Extensions = [TestCertificate.UnknownExtension(critical)] } : specification;
        foreach (bool critical in (bool[])[true, false])
        {
            TestCertificate root = TestCertificate.SelfSigned(With(Authority("Root"), 0, critical));
            TestCertificate intermediate = root.Issue(With(Authority("Intermediate"), 1, critical));
            TestCertificate leaf = intermediate.Issue(With(Leaf("Leaf"), 2, critical));
            if (critical)
            {
                Refused(CertificateErrors.ExtensionUnknown, leaf, [intermediate], [root]);
            }
            else
            {
                Assert.Equal(3, Validate(leaf, [intermediate], [root]).Count);
            }
        }
    }

    [Fact]
    public void An_extended_key_usage_must_be_allowed_by_every_certificate_that_has_one()
    {
        TestCertificate other = _root.Issue(Authority("Other") with { ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1"] });
        TestCertificate any = _root.Issue(Authority("Any") with { ExtendedKeyUsage = ["2.5.29.37.0"] });
        CertificatePathRules rules = Rules([_root.Certificate]) with { ExtendedKeyUsage = CodeSigning };
        CertificateSpecification leaf = Leaf("Leaf") with { ExtendedKeyUsage = [CodeSigning] };
        Refused(CertificateErrors.UsageForbidden, other.Issue(leaf), [other.Certificate], rules);
        Assert.Equal(3, CertificatePath.Validate(any.Issue(leaf).Certificate, [any.Certificate], rules).Count);
        Assert.Equal(3, Validate(other.Issue(leaf), [other], [_root]).Count);
    }

    [Fact]
    public void An_expired_cross_certificate_does_not_hide_the_valid_one()
    {
        TestCertificate oldRoot = TestCertificate.SelfSigned(Authority("Old root") with { NotAfter = Noon.AddDays(-1) });
        TestCertificate intermediate = _root.Issue(Authority("Intermediate"));
        TestCertificate crossed = oldRoot.Issue(Authority("Intermediate") with { Key = intermediate.Key, NotAfter = Noon.AddDays(-1) });
        TestCertificate leaf = intermediate.Issue(Leaf("Leaf"));
        Assert.Equal(
            [leaf.Certificate, intermediate.Certificate, _root.Certificate],
            Validate(leaf, [crossed, intermediate], [oldRoot, _root]));
    }

    [Fact]
    public void Authorities_that_signed_each_other_do_not_form_a_cycle()
    {
        TestCertificate a = TestCertificate.SelfSigned(Authority("A"));
        TestCertificate b = TestCertificate.SelfSigned(Authority("B"));
        TestCertificate aByB = b.Issue(Authority("A") with { Key = a.Key });
        TestCertificate bByA = a.Issue(Authority("B") with { Key = b.Key });
        Refused(CertificateErrors.IssuerUnknown, a.Issue(Leaf("Leaf")), [a, b, aByB, bByA], [_root]);
    }

    [Fact]
    public void A_hostile_pool_ends_at_a_bound()
    {
        // Seven layers of eight certificates each, all of a layer with one key: 8^7 paths, none to the root.
        List<TestCertificate> pool = [];
        TestCertificate above = TestCertificate.SelfSigned(Authority("Stranger"));
        for (int layer = 0; layer < 7; layer++)
        {
            ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            TestCertificate[] made = [.. Enumerable.Range(0, 8).Select(_ => above.Issue(Authority($"Layer {layer}") with { Key = key }))];
            pool.AddRange(made);
            above = made[0];
        }

        Refused(CertificateErrors.PathTooComplex, above.Issue(Leaf("Leaf")), pool, [_root]);
        Refused(CertificateErrors.PathTooComplex, above.Issue(Leaf("Leaf")), [.. Enumerable.Repeat(_root, 65)], [_root]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Whole_chains_of_which_none_keeps_the_rules_are_tried_up_to_a_bound(int layers)
    {
        // Two certificates of one key in each layer: 2^5 chains to the root, or 2^6, all with an expired leaf.
        List<TestCertificate> pool = [];
        TestCertificate above = _root;
        for (int layer = 0; layer < layers; layer++)
        {
            ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            TestCertificate[] made = [.. Enumerable.Range(0, 2).Select(_ => above.Issue(Authority($"Layer {layer}") with { Key = key }))];
            pool.AddRange(made);
            above = made[0];
        }

        TestCertificate leaf = above.Issue(Leaf("Leaf") with { NotAfter = Noon.AddDays(-1) });
        Refused(layers == 5 ? CertificateErrors.Expired : CertificateErrors.PathTooComplex, leaf, pool, [_root]);
    }

    internal static CertificatePathRules Rules(IReadOnlyList<X509Certificate2> anchors) => new() { Time = Noon, Anchors = anchors };

    // Of all timestamps of a bundle, whoever made them.
    [Fact]
    public void Searches_that_share_a_budget_end_together()
    {
        TestCertificate leaf = _root.Issue(Leaf("Leaf"));
        CertificatePathRules rules = Rules([_root.Certificate]);
        int searches = 0;
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() =>
        {
            for (; searches < 1000; searches++)
            {
                CertificatePath.Validate(leaf.Certificate, [], rules);
            }
        });
        Assert.Equal(CertificateErrors.PathTooComplex, refusal.Definition);
        Assert.InRange(searches, 100, 256);
        Assert.Equal(2, CertificatePath.Validate(leaf.Certificate, [], rules with { Budget = new() }).Count);
    }

    internal static IReadOnlyList<X509Certificate2> Validate(
        TestCertificate leaf, IReadOnlyList<TestCertificate> pool, IReadOnlyList<TestCertificate> anchors) =>
        CertificatePath.Validate(leaf.Certificate, [.. pool.Select(one => one.Certificate)], Rules([.. anchors.Select(one => one.Certificate)]));

    internal static void Refused(
        ErrorDefinition expected, TestCertificate leaf, IReadOnlyList<TestCertificate> pool, IReadOnlyList<TestCertificate> anchors) =>
        Assert.Equal(expected, Assert.Throws<ModelSigningException>(() => Validate(leaf, pool, anchors)).Definition);

    private static void Refused(
        ErrorDefinition expected, TestCertificate leaf, IReadOnlyList<X509Certificate2> pool, CertificatePathRules rules) =>
        Assert.Equal(expected, Assert.Throws<ModelSigningException>(() => CertificatePath.Validate(leaf.Certificate, pool, rules)).Definition);
}
