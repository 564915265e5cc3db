using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Tests.Verifying;

/// <summary>The public conformance cases, each refused for the reason that its name gives and no other.</summary>
public class SharedCasesTests
{
    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["bundle-empty-certificate-chain_fail"] = "BUNDLE-MATERIAL",
        ["bundle-malformed-json_fail"] = "BUNDLE-PARSE",
        ["checkpoint-bad-keyhint_fail"] = "LOG-CHECKPOINT",
        ["dsse-mismatch-sig_fail"] = "LOG-BODY",
        ["inclusion-proof-corrupted-hash_fail"] = "LOG-PROOF",
        ["intoto-set-outside-signing-cert-validity_fail"] = "CERT-TIME",
        ["invalid-ct-key_fail"] = "SCT",
        ["managed-key-no-key_fail"] = "KEY",
        ["rekor2-checkpoint-missing-origin_fail"] = "LOG-CHECKPOINT",
        ["rekor2-no-timestamp_fail"] = "TIME-MISSING",
        ["rekor2-timestamp-payload-mismatch_fail"] = "TIMESTAMP",
        ["rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail"] = "TIME-MISSING",
        ["set-invalid-signature_fail"] = "LOG-SET",
        ["wrong-hashedrekord-entry_fail"] = "LOG-BODY",
    };

    public static TheoryData<string, bool> Cases => SharedCase.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_shared_case_verifies_or_is_refused_for_its_own_reason(string name, bool byDigest)
    {
        SharedCase shared = new(name);
        if (!name.EndsWith("_fail", StringComparison.Ordinal))
        {
            SigstoreVerification verification = shared.Verify(byDigest);
            Assert.NotEmpty(verification.Findings);
            return;
        }

        ModelSigningException error = Assert.Throws<ModelSigningException>(() => shared.Verify(byDigest));
        Assert.True(Codes.TryGetValue(name, out string? code), $"No code is known for {name}: it gave {error.Definition.Id}, {error.Message}");
        Assert.Equal((code, name), (error.Definition.Id, name));
    }
}
