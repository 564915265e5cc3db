using ModelSigning.Core.Claims;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Tests.Claims;

namespace ModelSigning.Core.Tests.Lineage;

/// <summary>What verified claims name.</summary>
public sealed class ClaimAncestorsTests : IDisposable
{
    private readonly ClaimScene _scene = new();
    private readonly List<string> _remarks = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Provenance_names_its_resolved_dependencies()
    {
        string digest = new('a', 64);
        NamedAncestor[] named = Of("slsa-provenance", $$$"""
            {"buildDefinition":{"resolvedDependencies":[
              {"uri":"pkg:huggingface/org/base@main","digest":{"sha256":"{{{digest}}}"}}, {"uri":"git+https://example.com/train","digest":{"gitCommit":"abc"}},
              {"uri":"https://huggingface.co/datasets/org/data"}, {"name":"notes","digest":{"sha256":"no digest"}}, {"digest":{}}, 7]}}
            """);
        Assert.Equal([LineageRelation.BaseModel, LineageRelation.Software, LineageRelation.Dataset, LineageRelation.Material], named.Select(one => one.Relation));
        Assert.Equal(("org/base", "main", digest), (named[0].Name, named[0].Revision, named[0].RootDigest));
        Assert.Equal("abc", named[1].Revision);
        Assert.Equal("no digest", named[3].RootDigest);
        Assert.Equal("claim of line 1 (https://slsa.dev/provenance/v1)", named[0].Source);
    }

    // The value in JSON, and what it is compared as.
    public static TheoryData<string, string> Digests => new()
    {
        { $"\"{new string('A', 64)}\"", new('a', 64) },
        { $"\"sha256:{new string('a', 64)}\"", new('a', 64) },
        { $"\"sha512:{new string('a', 64)}\"", "sha512:" + new string('a', 64) },
        { "\"00aa\"", "00aa" },
        { "\"\"", "" },
        { "5", "" },
    };

    [Theory]
    [MemberData(nameof(Digests))]
    public void A_digest_that_cannot_be_one_is_not_taken_for_none(string written, string read) => Assert.Equal(read, Assert.Single(Of(
        "slsa-provenance", $$$"""{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:huggingface/org/base","digest":{"sha256":{{{written}}} } }] } }""")).RootDigest);

    [Theory]
    [InlineData("pkg:huggingface/org/base", "\"SHA256\":\"<a>\"", "<a>")]
    [InlineData("pkg:huggingface/org/base", "\"sha-256\":\"<a>\"", "<a>")]
    [InlineData("pkg:huggingface/org/base", "\"sha256\":\"<a>\",\"Sha256\":\"<b>\"", "<a>, <b>")]
    [InlineData("pkg:huggingface/org/base", "\"sha1\":\"<a>\"", null)]
    [InlineData("pkg:huggingface/org/base?checksum=sha256:<a>", "", "<a>")]
    [InlineData("pkg:huggingface/org/base@1?x=y&Checksum=sha1:C,SHA256%3A<a>#sub", "\"sha256\":\"<a>\"", "<a>")]
    [InlineData("pkg:huggingface/org/base?checksum=sha256:<b>", "\"sha256\":\"<a>\"", "<a>, <b>")]
    public void A_digest_counts_in_each_spelling_and_several_that_differ_fit_no_model(string uri, string set, string? digest) => Assert.Equal(Digits(digest) is { Length: > 100 } shown ? shown[..100] : Digits(digest), Assert.Single(Of(
        "slsa-provenance", $$$"""{"buildDefinition":{"resolvedDependencies":[{"uri":"{{{Digits(uri)}}}","digest":{ {{{Digits(set)}}} } }] } }""")).RootDigest);

    // Short names for digests in the cases above.
    private static string? Digits(string? text) => text?.Replace("<a>", new string('a', 64), StringComparison.Ordinal).Replace("<b>", new string('b', 64), StringComparison.Ordinal);

    [Fact]
    public void CycloneDX_names_its_pedigree_and_its_datasets()
    {
        string digest = new('b', 64);
        NamedAncestor[] named = Of("cyclonedx", $$$"""
            {"metadata":{"component":{"type":"machine-learning-model","name":"m",
              "pedigree":{"ancestors":[{"type":"machine-learning-model","group":"org","name":"base","version":"2","properties":[{"name":"oms:rootDigest","value":"sha256:{{{digest}}}"}]}, {"type":"library","name":"torch"}]},
              "modelCard":{"modelParameters":{"datasets":[{"ref":"d1"},{"type":"dataset","name":"org/more"}] } } } },
             "components":[{"bom-ref":"d1","type":"data","name":"org/data"}]}
            """);
        Assert.Equal(["org/base", "torch", "org/data", "org/more"], named.Select(one => one.Name));
        Assert.Equal((LineageRelation.BaseModel, "2", digest), (named[0].Relation, named[0].Revision, named[0].RootDigest));
        Assert.Equal([LineageRelation.Software, LineageRelation.Dataset, LineageRelation.Dataset], named.Skip(1).Select(one => one.Relation));
    }

    [Theory]
    [InlineData(""" "metadata":{"component":{"type":"machine-learning-model","name":"m","pedigree":{"ancestors":[{"name":"org/right"}]}}}, """, "", "org/right")]
    [InlineData(""" "metadata":{"component":{"type":"application","bom-ref":"app","name":"m"}}, """, """{"ref":"app","dependsOn":["m"]}""", "org/base")]
    [InlineData(""" "metadata":{"component":{"type":"application","bom-ref":"app","name":"m"}}, """, """{"ref":"app","dependsOn":["m","b"]},{"ref":"m","dependsOn":["b"]}""", "org/base")]
    [InlineData("", """{"ref":"m","dependsOn":["b"]}""", "org/base")]
    [InlineData("", """{"dependsOn":["m"]}""", null)]
    [InlineData("", """{"ref":"m","dependsOn":["b"]},{"ref":"b","dependsOn":["m"]}""", null)]
    [InlineData("", "", null)]
    public void CycloneDX_names_the_ancestors_of_what_the_document_is_about_alone_and_a_remark_says_if_that_is_unclear(string member, string dependencies, string? name)
    {
        Assert.Equal(name is null ? [] : [name], Of("cyclonedx", $$"""
            { {{member}} "dependencies":[{{dependencies}}], "components":[
              {"type":"machine-learning-model","bom-ref":"b","name":"org/base","pedigree":{"ancestors":[{"type":"machine-learning-model","name":"org/older"}]} },
              {"type":"machine-learning-model","bom-ref":"m","name":"m","pedigree":{"ancestors":[{"type":"machine-learning-model","name":"org/base"}]} }]}
            """).Select(one => one.Name));
        Assert.Equal(name is null ? ["The claim of line 1 (https://cyclonedx.org/bom) describes several models and does not say which of them it is about, so nothing that it names counts."] : [], _remarks);
    }

    [Theory]
    [InlineData("""{"@graph":[{"type":"ai_AIPackage","spdxId":"a"},{"type":"ai_AIPackage","spdxId":"b"}]}""", 1)]
    [InlineData("""{"@graph":[{"type":"ai_AIPackage","spdxId":"a"}]}""", 0)]
    [InlineData("""{"packages":[{"SPDXID":"a","name":"a"},{"SPDXID":"b","name":"b"}]}""", 1)]
    [InlineData("""{"packages":[{"SPDXID":"a","name":"a"}]}""", 0)]
    [InlineData("{}", 0)]
    public void SPDX_that_does_not_say_which_of_its_models_it_is_about_is_remarked(string document, int remarks)
    {
        Assert.Empty(Of("spdx", document));
        Assert.Equal(remarks, _remarks.Count);
    }

    [Fact]
    public void SPDX_names_what_its_relations_lead_to()
    {
        NamedAncestor[] named = Of("spdx", """
            {"@graph":[{"type":"ai_AIPackage","spdxId":"m","name":"m"},{"spdxId":"b","software_packageUrl":"pkg:huggingface/org/base@1"},{"spdxId":"d","name":"org/data"},
              {"type":"Relationship","from":"m","to":["b"],"relationshipType":"descendantOf"},{"from":"m","to":["d","gone"],"relationshipType":"trainedOn"},{"from":"m","to":["b"],"relationshipType":"other"}]}
            """);
        Assert.Equal([("org/base", LineageRelation.BaseModel), ("org/data", LineageRelation.Dataset)], named.Select(one => (one.Name, one.Relation)));
    }

    [Theory]
    [InlineData("""{"type":"SpdxDocument","spdxId":"doc","rootElement":["m"]}""", "org/base")]
    [InlineData("""{"type":"SpdxDocument","spdxId":"doc","rootElement":["bom"]},{"type":"software_Sbom","spdxId":"bom","rootElement":["m","bom"]}""", "org/base")]
    [InlineData("""{"type":"SpdxDocument","spdxId":"doc","rootElement":["b"]}""", "org/older")]
    [InlineData("""{"type":"SpdxDocument","spdxId":"doc"}""", null)]
    public void SPDX_names_the_ancestors_of_what_the_document_is_about_alone(string document, string? name) =>
        Assert.Equal(name is null ? [] : [name], Of("spdx", $$"""
            {"@graph":[{{document}},{"type":"ai_AIPackage","spdxId":"m"},{"type":"ai_AIPackage","spdxId":"b","name":"org/base"},{"type":"ai_AIPackage","spdxId":"o","name":"org/older"},
              {"from":"m","to":["b"],"relationshipType":"descendantOf"},{"from":"o","to":["b"],"relationshipType":"ancestorOf"}]}
            """).Select(one => one.Name));

    [Theory]
    [InlineData(""" "documentDescribes":["SPDXRef-m"], """, "")]
    [InlineData("", """{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-m"},""")]
    [InlineData("", """{"spdxElementId":"SPDXRef-m","relationshipType":"DESCRIBED_BY","relatedSpdxElement":"SPDXRef-DOCUMENT"},""")]
    public void SPDX_2_names_the_ancestors_of_what_it_describes(string member, string relationship)
    {
        NamedAncestor[] named = Of("spdx", $$"""
            { {{member}} "packages":[{"SPDXID":"SPDXRef-m","name":"m"},{"SPDXID":"SPDXRef-b","name":"org/base","versionInfo":"1"},{"SPDXID":"SPDXRef-o","name":"org/older"}],
             "relationships":[{{relationship}}{"spdxElementId":"SPDXRef-m","relationshipType":"DESCENDANT_OF","relatedSpdxElement":"SPDXRef-b"},
              {"spdxElementId":"SPDXRef-o","relationshipType":"ANCESTOR_OF","relatedSpdxElement":"SPDXRef-b"}]}
            """);
        Assert.Equal("org/base", Assert.Single(named).Name);
    }

    [Theory]
    [InlineData("slsa-provenance", """{"buildDefinition":[]}""")]
    [InlineData("cyclonedx", """{"metadata":7,"components":[7]}""")]
    [InlineData("spdx", """{"@graph":{},"relationships":[{}]}""")]
    [InlineData("https://example.com/other", """{"materials":[{"uri":"org/base"}]}""")]
    public void What_has_another_shape_names_nothing(string type, string predicate) => Assert.Empty(Of(type, predicate));

    [Fact]
    public void A_strangers_claim_names_nothing()
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"", """{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:huggingface/evil/base"}]}}""", "https://slsa.dev/provenance/v1");
        Assert.All(_scene.Verify(), finding => Assert.Null(finding.Claim));
    }

    private NamedAncestor[] Of(string type, string predicate)
    {
        _scene.Claim(predicate, PredicateTypes.ToWrite(type));
        return [.. ClaimAncestors.Of(Assert.Single(_scene.Verify()).Claim!, _remarks)];
    }
}
