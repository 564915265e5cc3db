using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>Which certificates a rule accepts.</summary>
public sealed class CertificateRuleTests : IDisposable
{
    private readonly ModelFixture _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));
    private readonly TestCertificate _intermediate;
    private readonly TestCertificate _leaf;

    public CertificateRuleTests()
    {
        _intermediate = _root.Issue(Authority("Intermediate"));
        _leaf = _intermediate.Issue(Leaf("Leaf"));
        _model.Sign(request => request with
        {
            Signer = new CertificateSigner(new EcPrivateKey((ECDsa)_leaf.Key, "test"), [_leaf.Certificate, _intermediate.Certificate]),
        });
    }

    public void Dispose()
    {
        _model.Dispose();
        _root.Dispose();
        _intermediate.Dispose();
        _leaf.Dispose();
    }

    [Theory]
    [InlineData(""", "certificateAuthority": ROOT""", null)]
    [InlineData(""", "certificateAuthority": ROOT, "subject": SUBJECT""", null)]
    [InlineData(""", "certificateAuthority": ROOT, "fingerprint": "FINGERPRINT" """, null)]
    [InlineData(""", "certificateAuthority": INTERMEDIATE, "allowPartialChain": true""", null)]
    [InlineData(""", "certificateAuthority": INTERMEDIATE""", "TrustPolicySignerNotAccepted")]
    [InlineData(""", "certificateAuthority": INTERMEDIATE, "allowPartialChain": false""", "TrustPolicySignerNotAccepted")]
    [InlineData(""", "certificateAuthority": ROOT, "subject": "CN=Another" """, "TrustPolicySignerNotAccepted")]
    [InlineData(""", "certificateAuthority": ROOT, "fingerprint": "0000000000000000000000000000000000000000000000000000000000000000" """, "TrustPolicySignerNotAccepted")]
    [InlineData(""", "certificateAuthority": ROOT, "subject": SUBJECT, "fingerprint": "0000000000000000000000000000000000000000000000000000000000000000" """, "TrustPolicySignerNotAccepted")]
    [InlineData("", "TrustPolicyInvalid")]
    [InlineData(""", "certificateAuthority": []""", "TrustPolicyInvalid")]
    [InlineData(""", "certificateAuthority": ROOT, "subject": "" """, "TrustPolicyInvalid")]
    [InlineData(""", "certificateAuthority": ROOT, "fingerprint": "00" """, "TrustPolicyInvalid")]
    [InlineData(""", "certificateAuthority": ROOT, "fingerprint": "G000000000000000000000000000000000000000000000000000000000000000" """, "TrustPolicyInvalid")]
    public void A_certificate_is_accepted_if_it_is_the_one_that_the_rule_names_under_an_authority_of_the_rule(string members, string? error)
    {
        string filled = members.Replace("ROOT", JsonSerializer.Serialize(_root.CertificatePem), StringComparison.Ordinal)
            .Replace("INTERMEDIATE", JsonSerializer.Serialize(_intermediate.CertificatePem), StringComparison.Ordinal)
            .Replace("SUBJECT", JsonSerializer.Serialize(_leaf.Certificate.Subject), StringComparison.Ordinal)
            .Replace("FINGERPRINT", _leaf.Certificate.Sha256Fingerprint(), StringComparison.Ordinal);
        Exception? refusal = Record.Exception(() =>
        {
            TrustPolicy policy = TrustPolicy.Parse(
                Encoding.UTF8.GetBytes($$"""{ "version": 1, "rules": [{ "name": "team", "models": "model", "signers": [{ "type": "certificate"{{filled}} }] }] }"""),
                Path.Join(_model.Root, "policy.json"), [new CertificateSignerKind()]);
            Assert.True(_model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath) }).IsValid);
        });
        Assert.Equal(error, refusal is null ? null : Assert.IsType<ModelSigningException>(refusal).Definition.Id);
    }
}
