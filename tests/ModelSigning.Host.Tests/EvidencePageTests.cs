namespace ModelSigning.Host.Tests;

/// <summary>The how-to pages for what is said about models: claims, cards, bills of materials and lineage, executed as they are written.</summary>
public class EvidencePageTests
{
    [Fact]
    public void A_model_goes_from_a_signature_to_claims_that_a_policy_demands()
    {
        using HowToPage page = new("claims.md");
        string output = page.Run(..);
        Assert.Contains("The model may be used.", output, StringComparison.Ordinal);
        Assert.Contains("PASSED", output, StringComparison.Ordinal);
        Assert.Contains("Content", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_card_is_made_of_the_verified_bytes_and_a_forged_one_is_not()
    {
        using HowToPage page = new("model-cards.md");
        string output = page.Run(0..1) + page.Run("$PSStyle.OutputRendering = 'PlainText'\n" + string.Join('\n', page.Blocks("powershell").Skip(1))).Output;
        Assert.Matches(@"Verified +: True", output);
        Assert.Matches(@"License +: apache-2\.0", output);
        Assert.Contains("DataType: config.json says 'F16'; model.safetensors says 'BF16'", output, StringComparison.Ordinal);
        Assert.Contains("cards: 0, because HashMismatch: README.md", output, StringComparison.Ordinal);
        Assert.EndsWith("False", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bill_of_materials_is_made_of_what_was_verified_signed_and_made_again()
    {
        using HowToPage page = new("bom.md");
        string output = page.Run(..);
        Assert.Matches("README.md SHA-256 [0-9a-f]{64}", output);
        Assert.Contains("made from example-org/base-7b, licence Apache-2.0", output, StringComparison.Ordinal);
        Assert.Contains("Valid: small has 3 files", output, StringComparison.Ordinal);
        Assert.Contains("the same document: True", output, StringComparison.Ordinal);
        Assert.Matches(@"ClaimBomMismatch\s", output);
        Assert.Matches(@"BomNotVerified\s+CardNotVerified\s", output);
        Assert.Matches("modelsigning:verified +false", output);
    }

    [Fact]
    public void A_bill_of_materials_with_another_licence_and_the_true_number_is_not_the_same_document()
    {
        using HowToPage page = new("bom.md");
        string forge = "(Get-Content ./small.cdx.json -Raw).Replace('Apache-2.0', 'MIT') | New-ModelClaim ./model -PredicateType cyclonedx -PrivateKey ./release.key | Out-Null";
        IReadOnlyList<string> blocks = page.Blocks("powershell");
        Assert.Contains("the same document: False", page.Run(string.Join('\n', blocks[0], blocks[1], forge, blocks[3])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_followed_to_what_it_was_made_from_and_a_forged_ancestor_is_refused()
    {
        using HowToPage page = new("lineage.md");
        string output = page.Run("$PSStyle.OutputRendering = 'PlainText'\n" + string.Join('\n', page.Blocks("powershell"))).Output;
        Assert.Contains("├─ acme/base [Valid] base model", output, StringComparison.Ordinal);
        Assert.Contains("others/jokes [Missing] dataset", output, StringComparison.Ordinal);
        Assert.Contains("claim of line 1 (https://slsa.dev/provenance/v1)", output, StringComparison.Ordinal);
        Assert.Contains("acme/base: NotTrusted", output, StringComparison.Ordinal);
        Assert.Contains("evil/base is followed: False", output, StringComparison.Ordinal);
        Assert.Contains("does not count", output, StringComparison.Ordinal);
        Assert.Contains(": TrustPolicyLineageUnsigned", output, StringComparison.Ordinal);
        Assert.Contains("flowchart TD", output, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(page.Folder["lineage.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_goes_through_the_three_levels()
    {
        using HowToPage page = new("cosai-levels.md");
        string[] lines = page.Run("$PSStyle.OutputRendering = 'PlainText'\n" + string.Join('\n', page.Blocks("powershell"))).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["Valid", "tuned [Valid]", "└─ acme/base [Valid] base model", "True", "Valid", "NotTrusted TrustPolicyClaimMissing", "NotTrusted TrustPolicyLineageUnsigned", "NotTrusted TrustPolicyContentForbidden"], lines);
    }
}
