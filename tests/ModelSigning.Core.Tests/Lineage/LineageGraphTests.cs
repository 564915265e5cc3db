using System.Text.Json;
using ModelSigning.Core.Files;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Lineage;

/// <summary>Graphs of models whose verdicts the tests give.</summary>
public sealed class LineageGraphTests : IDisposable
{
    private const string Digest = "0000000000000000000000000000000000000000000000000000000000000001";

    private readonly TemporaryFolder _store = new();
    private readonly Dictionary<string, LineageFacts> _facts = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Ancestors_are_followed_and_each_is_verified_once()
    {
        Add("a/top", "a/left", "a/right");
        Add("a/left", "a/base");
        Add("a/right", "a/base");
        Add("a/base");
        LineageGraph graph = Graph("a/top");
        Assert.Equal(["top", "a/left", "a/base", "a/right"], graph.Nodes.Select(node => node.Name));
        Assert.Equal(4, _asked.Count);
        Assert.Equal(
            "top [Valid]\n├─ a/left [Valid] base model\n│  └─ a/base [Valid] base model\n└─ a/right [Valid] base model\n   └─ a/base [Valid] base model, see above", LineageText.Tree(graph));
    }

    [Fact]
    public void What_no_store_has_is_missing()
    {
        Add("a/top", "b/gone", "../../etc", "a/..", "/etc", "C:\\x", "a//b", "con:x");
        Assert.All(Graph("a/top").Edges, edge => Assert.Equal("Missing", edge.Verdict));
        Assert.Single(_asked);
    }

    [Fact]
    public void A_loop_is_named_and_ends()
    {
        Add("a/top", "a/middle", "a/top");
        Add("a/middle", "a/top");
        LineageGraph graph = Graph("a/top");
        Assert.Equal(["Loop", "Valid", "Loop"], graph.Edges.Select(edge => edge.Verdict));
        Assert.Equal(2, graph.Nodes.Count);
        Assert.Equal(3, graph.Tree().Count());
    }

    [Fact]
    public void Nothing_is_followed_from_what_does_not_verify()
    {
        Add("a/top", "a/base");
        Add("a/base");
        _facts[Place("a/base")] = new("NotTrusted", "A stranger signed it.");
        LineageGraph graph = Graph("a/top");
        Assert.Equal("NotTrusted", Assert.Single(graph.Edges).Verdict);
        Assert.Equal("A stranger signed it.", graph.Edges[0].To.Reason);
    }

    [Fact]
    public void Copies_of_a_base_model_in_two_stores_are_one_model_if_each_verifies_and_their_pins_are_the_same()
    {
        Add("a/top", "a/base");
        Add("one/a/base");
        Add("two/a/base");
        LineageFacts copy = new("Valid", "") { RootDigest = Digest, Pin = "one" };
        (_facts[Place("one/a/base")], _facts[Place("two/a/base")]) = (copy, copy);
        LineageEdge edge = Assert.Single(Graph().Edges);
        Assert.Equal(("Valid", Place("one/a/base")), (edge.Verdict, edge.To.Path));
        Assert.Equal(3, _asked.Count);

        // The same contents under other names.
        _facts[Place("two/a/base")] = copy with { Pin = "another" };
        edge = Assert.Single(Graph().Edges);
        Assert.Equal("Conflicting", edge.Verdict);
        Assert.Contains("differ in their files or names", edge.To.Reason, StringComparison.Ordinal);

        _facts[Place("two/a/base")] = new("NotTrusted", "A stranger signed it.") { RootDigest = Digest };
        edge = Assert.Single(Graph().Edges);
        Assert.Equal("Conflicting", edge.Verdict);
        Assert.Contains("A stranger signed it.", edge.To.Reason, StringComparison.Ordinal);

        LineageGraph Graph() => LineageGraph.Of(Place("a/top"), new StoreSearch([_store["one"], _store["two"]], FileSystemRules.Current), Examine, new(100, 10), null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_copy_of_the_model_itself_among_its_ancestors_is_a_loop()
    {
        Add("one/a/top", "a/top");
        Add("two/a/top", "a/top");
        _facts[Place("one/a/top")] = _facts[Place("one/a/top")] with { Pin = "one" };
        _facts[Place("two/a/top")] = _facts[Place("one/a/top")];
        LineageGraph graph = LineageGraph.Of(Place("two/a/top"), new StoreSearch([_store["one"], _store["two"]], FileSystemRules.Current), Examine, new(100, 10), null, TestContext.Current.CancellationToken);
        Assert.Equal("Loop", Assert.Single(graph.Edges).Verdict);
    }

    [Theory]
    [InlineData(Digest, null, "Valid")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000002", null, "Conflicting")]
    public void A_claim_that_names_a_digest_is_about_no_other_model(string named, string? revision, string verdict)
    {
        Add("a/base");
        _facts[Place("a/base")] = new("Valid", "") { RootDigest = Digest };
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "claim of line 1") { RootDigest = named, Revision = revision });
        Assert.Equal(verdict, Assert.Single(Graph("a/top").Edges).Verdict);
    }

    [Fact]
    public void A_model_whose_signature_has_no_root_digest_is_not_the_one_that_a_claim_names_by_its_digest()
    {
        Add("a/base");
        _facts[Place("a/base")] = new("Valid", "");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "claim of line 1") { RootDigest = Digest });
        LineageEdge edge = Assert.Single(Graph("a/top").Edges);
        Assert.Equal("Conflicting", edge.Verdict);
        Assert.Contains("has none", edge.FaultReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_that_do_not_agree_are_conflicting()
    {
        Add("a/base");
        Add("a/other");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), new(LineageRelation.BaseModel, "a/other", "adapter_config.json"));
        Assert.All(Graph("a/top").Edges, edge => Assert.Equal("Conflicting", edge.Verdict));
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md") { Revision = "1" }, new(LineageRelation.BaseModel, "a/base", "adapter_config.json") { Revision = "2" });
        Assert.Equal("Conflicting", Assert.Single(Graph("a/top").Edges).Verdict);
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), new(LineageRelation.BaseModel, "a/base", "adapter_config.json") { Revision = "2" });
        Assert.Equal("Valid", Assert.Single(Graph("a/top").Edges).Verdict);
    }

    [Fact]
    public void Names_that_differ_in_case_are_two_because_they_can_lead_to_two_folders()
    {
        Add("a/base");
        Assert.SkipWhen(Directory.Exists(Place("A/base")), "This file system does not tell them apart.");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), new(LineageRelation.BaseModel, "A/base", "adapter_config.json"));
        Assert.Equal(2, Graph("a/top").Edges.Count);
        Assert.All(Graph("a/top").Edges, edge => Assert.NotEqual("Valid", edge.Verdict));
    }

    [Fact]
    public void What_only_an_unverified_source_names_is_unsigned()
    {
        Add("a/base");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "a manifest") { IsSigned = false });
        Assert.Equal("Unsigned", Assert.Single(Graph("a/top").Edges).Verdict);
    }

    [Fact]
    public void Depth_and_number_are_bounded_and_work_is_linear()
    {
        foreach (int count in new[] { 50, 100 })
        {
            _asked.Clear();
            for (int index = 0; index < count; index++)
            {
                Add($"c/m{index}", $"c/m{index + 1}", $"c/m{index + 2}");
            }

            Assert.Equal(count, _facts.Count);
            LineageGraph whole = LineageGraph.Of(Place("c/m0"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(1000, 1000), null, TestContext.Current.CancellationToken);
            Assert.Equal(count, _asked.Count);
            Assert.Equal(2 * count, whole.Edges.Count);
            Assert.Equal("NotFollowed", LineageGraph.Of(Place("c/m0"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(1000, 3), null, TestContext.Current.CancellationToken).Nodes[^1].Verdict);
            Assert.Contains(LineageGraph.Of(Place("c/m0"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(5, 1000), null, TestContext.Current.CancellationToken).Edges, edge => edge.Verdict == "NotFollowed");
        }
    }

    [Fact]
    public void On_the_page_a_line_to_what_is_drawn_already_runs_beside_all_boxes_and_shares_its_lane_with_none_that_it_overlaps()
    {
        static NamedAncestor Data(string name) => new(LineageRelation.Dataset, name, "README.md");
        Name("a/top", new(LineageRelation.BaseModel, "a/one", "README.md"), new(LineageRelation.BaseModel, "a/two", "README.md"));
        Name("a/one", Data("a/x"), Data("a/y"));
        Name("a/two", Data("a/x"), Data("a/y"), Data("a/z"));
        string html = LineagePage.Write(Graph("a/top"), DateTimeOffset.UnixEpoch);
        int[] Numbers(string pattern) => [.. System.Text.RegularExpressions.Regex.Matches(html, pattern).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        int right = Numbers("<rect x=\"(\\d+)\"").Max() + Numbers("<rect [^>]*width=\"(\\d+)\"")[0];
        int[] lanes = Numbers("<circle[^>]* cx=\"(\\d+)\"");
        Assert.Equal(2, lanes.Distinct().Count());
        Assert.All(lanes, lane => Assert.InRange(lane, right + 1, Numbers("<svg [^>]*width=\"(\\d+)\"")[0] - 1));
    }

    [Fact]
    public void In_the_picture_long_names_are_told_apart_by_their_ends()
    {
        string[] names = [.. new[] { "q4", "q8" }.Select(end => $"a/{new string('m', 60)}-{end}")];
        Add("a/top", names);
        string html = LineagePage.Write(Graph("a/top"), DateTimeOffset.UnixEpoch);
        Assert.All(new[] { "-q4", "-q8" }, end => Assert.Matches($"<text x=[^>]*>a/m+…m+{end}</text>", html));
        Assert.Contains("td:nth-child(3) { white-space: nowrap;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_form_escapes_what_its_reader_would_interpret()
    {
        const string evil = "\"]; click n0 javascript:alert(1) <script>alert(1)</script> \\\" -->|x| \u001b[31m\u202e&#x; `x`";
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, evil, evil));
        LineageGraph graph = Graph("a/top");
        string tree = LineageText.Tree(graph), mermaid = LineageText.Mermaid(graph), dot = LineageText.Dot(graph), json = LineageText.Json(graph), html = LineagePage.Write(graph, DateTimeOffset.UnixEpoch);
        Assert.All([tree, mermaid, dot, json, html], text => Assert.DoesNotContain(text, character => character is '\u001b' or '\u202e'));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("click n0 javascript:", mermaid, StringComparison.Ordinal);
        Assert.Equal(4, mermaid.Split('\n').Count(line => line.Contains("n0", StringComparison.Ordinal) || line.Contains("n1", StringComparison.Ordinal)));
        Assert.Contains("\\\"]; click", dot, StringComparison.Ordinal);
        Assert.Contains("\\\\\\\" -->", dot, StringComparison.Ordinal);
        using JsonDocument read = JsonDocument.Parse(json);
        Assert.Equal(evil, read.RootElement.GetProperty("nodes")[1].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("https://huggingface.co/org/name", "org/name", null, LineageRelation.BaseModel)]
    [InlineData("https://huggingface.co/org/name/tree/main", "org/name", "main", LineageRelation.BaseModel)]
    [InlineData("https://huggingface.co/datasets/org/data", "org/data", null, LineageRelation.Dataset)]
    [InlineData("pkg:huggingface/org/name@abc?x=y", "org/name", "abc", LineageRelation.BaseModel)]
    [InlineData("pkg:huggingface/org%2Fname@abc", "org/name", "abc", LineageRelation.BaseModel)]
    [InlineData("pkg:pypi/torch@2.0", "pkg:pypi/torch@2.0", null, LineageRelation.Software)]
    [InlineData("org/name", "org/name", null, null)]
    public void Names_are_read_in_the_ways_that_they_are_written(string text, string name, string? revision, object? relation) =>
        Assert.Equal((name, revision, (LineageRelation?)relation), AncestorName.Read(text));

    [Fact]
    public void A_store_is_searched_for_owner_and_name_then_for_the_name()
    {
        _store.Write("s/org/m/x", "");
        _store.Write("s/org--n/x", "");
        _store.Write("s/m/x", "");
        _store.Write("s/o/x", "");
        StoreSearch search = new([_store["s"]], FileSystemRules.Current);
        Assert.Equal(Path.Join(_store["s"], "org", "m"), Assert.Single(search.Find("org/m")));
        Assert.Equal(Path.Join(_store["s"], "org--n"), Assert.Single(search.Find("org/n")));
        Assert.Equal(Path.Join(_store["s"], "o"), Assert.Single(search.Find("org/o")));
        Assert.Empty(search.Find("org/../s"));
    }

    [Fact]
    public void A_cache_of_the_hub_is_searched_by_name_and_revision()
    {
        HubCache cache = new(_store);
        StoreSearch search = new([_store["hub"]], FileSystemRules.Current);
        Assert.Equal(cache.Snapshot, Assert.Single(search.Find("org/name")));
        Assert.Empty(search.Find("org/name", HubCache.Commit, isDataset: true));
        Assert.Empty(search.Find("org/name", "another"));
        Assert.Empty(search.Find("org/other"));
        Assert.Equal("HuggingFace", search.SourceOf(cache.Snapshot, _store.FullPath).Kind);
        Assert.Equal(ModelSource.PlainKind, search.SourceOf(_store["hub"], _store.FullPath).Kind);

        // Where -Store does not lead, no store is guessed.
        Assert.Equal(ModelSource.PlainKind, new StoreSearch([_store["other"]], FileSystemRules.Current).SourceOf(cache.Snapshot, _store.FullPath).Kind);
        _store.Write("hub/name/x", "");
        Assert.Equal(cache.Snapshot, Assert.Single(search.Find("org/name")));
        Assert.Equal(_store["hub/name"], Assert.Single(search.Find("another/name")));
        string[] forms = [_store["hub/another/name"], _store["hub/another--name"], _store["hub/models--another--name"], _store["hub/datasets--another--name"]];
        Assert.Equal(forms, search.Before("another/name", _store["hub/name"]));
        Assert.Equal([_store["hub/org/name"], _store["hub/org--name"]], search.Before("org/name", cache.Snapshot));
        StoreSearch odd = new([Path.Join(_store.FullPath, ".", "hub", "..", "hub") + Path.DirectorySeparatorChar], FileSystemRules.Current);
        Assert.Equal(cache.Snapshot, Assert.Single(odd.Find("org/name")));
        Assert.Equal("HuggingFace", odd.SourceOf(cache.Snapshot, _store.FullPath).Kind);
        Assert.Equal(forms, odd.Before("another/name", _store["hub/name"]));
    }

    [Fact]
    public void What_a_program_loads_without_a_revision_is_another_model_than_the_revision_that_another_file_names()
    {
        HubCache cache = new(_store);
        string other = new('b', 40);
        _store.Write($"hub/models--org--name/snapshots/{other}/config.json", "{}");
        NamedAncestor pinned = new(LineageRelation.BaseModel, "org/name", "one/adapter_config.json") { Revision = other, IsLoaded = true };
        NamedAncestor plain = new(LineageRelation.BaseModel, "org/name", "two/adapter_config.json") { IsLoaded = true };
        Assert.Equal("Conflicting", Verdict(pinned, plain));
        Assert.Equal("Conflicting", Verdict(plain, pinned));
        Assert.Equal("Valid", Verdict(pinned, plain with { IsLoaded = false }));
        Assert.Equal("Valid", Verdict(pinned with { Revision = HubCache.Commit }, plain));
        Assert.Equal(cache.Snapshot, Assert.Single(new StoreSearch([_store["hub"]], FileSystemRules.Current).Find("org/name")));
        _store.Write("hub/models--org--name/refs/main", HubCache.Commit + "\n");
        Assert.Equal("Conflicting", Verdict(plain));

        string Verdict(params NamedAncestor[] named) => Assert.Single(LineageGraph.Of(
            Place("top"), new StoreSearch([_store["hub"]], FileSystemRules.Current), path => new(LineageVerdicts.Valid, "") { Named = path == Place("top") ? named : [] }, new(100, 10), null, TestContext.Current.CancellationToken).Edges).Verdict;
    }

    [Fact]
    public void The_forms_before_a_place_are_those_of_each_store_that_it_lies_in()
    {
        _store.Write("org/name/name/x", "");
        StoreSearch nested = new([_store.FullPath, _store["org/name"]], FileSystemRules.Current);
        string inner = Place("org/name");
        Assert.Equal(
            [Path.Join(inner, "org", "name"), Path.Join(inner, "org--name"), Path.Join(inner, "models--org--name"), Path.Join(inner, "datasets--org--name")],
            nested.Before("org/name", Path.Join(inner, "name")));
    }

    [Fact]
    public void A_model_to_which_the_rules_for_its_name_object_is_conflicting()
    {
        Add("a/base");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"));
        List<string> asked = [];
        LineageGraph graph = LineageGraph.Of(Place("a/top"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(100, 10), (place, before) =>
        {
            asked.Add(place);
            return "another rule";
        }, TestContext.Current.CancellationToken);
        Assert.Equal([Place("a/base")], asked);
        Assert.Equal("Conflicting", Assert.Single(graph.Edges).Verdict);
        Assert.Equal("another rule", graph.Edges[0].To.Reason);
    }

    [Fact]
    public void Names_that_lead_to_one_model_do_not_contradict_each_other()
    {
        Add("a/base");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), new(LineageRelation.BaseModel, "base", "claim of line 1"));
        Add("base");
        Assert.All(Graph("a/top").Edges, edge => Assert.Equal("Conflicting", edge.Verdict));
        LineageGraph graph = LineageGraph.Of(Place("a/top"), new StoreSearch([Place("a")], FileSystemRules.Current), Examine, new(100, 10), null, TestContext.Current.CancellationToken);
        Assert.Equal(["Valid", "Valid"], graph.Edges.Select(edge => edge.Verdict));
        Assert.Same(graph.Edges[0].To, graph.Edges[1].To);
    }

    [Fact]
    public void An_unsigned_source_does_not_make_signed_ones_doubtful()
    {
        Add("a/base");
        Add("a/evil");
        Name("a/top", new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), new(LineageRelation.BaseModel, "a/evil", "a manifest") { IsSigned = false });
        Assert.Equal(["Valid", "Unsigned"], Graph("a/top").Edges.Select(edge => edge.Verdict));
    }

    private string Place(string name) => Path.Join([_store.FullPath, .. name.Split('/')]);

    private void Add(string name, params string[] bases) => Name(name, [.. bases.Select(one => new NamedAncestor(LineageRelation.BaseModel, one, "README.md"))]);

    private void Name(string name, params NamedAncestor[] named)
    {
        Directory.CreateDirectory(Place(name));
        _facts[Place(name)] = new("Valid", "It is as it was signed.") { Named = named };
    }

    [Fact]
    public void A_reason_lists_a_few_of_many_sources_that_name_another_base_model()
    {
        Add("a/base");
        Name("a/top", [new NamedAncestor(LineageRelation.BaseModel, "a/base", "README.md"), .. Enumerable.Range(0, 100).Select(number => new NamedAncestor(LineageRelation.BaseModel, $"other/{number}", $"claim {number}"))]);
        LineageGraph graph = LineageGraph.Of(Place("a/top"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(100, 10), null, TestContext.Current.CancellationToken);
        Assert.Equal("Conflicting", graph.Edges[0].Verdict);
        Assert.Contains("'claim 7'", graph.Edges[0].FaultReason, StringComparison.Ordinal);
        Assert.DoesNotContain("'claim 8'", graph.Edges[0].FaultReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_graph_ends_between_two_names()
    {
        using CancellationTokenSource source = new();
        Name("a/top", [.. Enumerable.Range(0, 10).Select(number => new NamedAncestor(LineageRelation.BaseModel, $"other/{number}", "README.md"))]);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => LineageGraph.Of(Place("a/top"), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(100, 10), null, source.Token));
    }

    private LineageGraph Graph(string name) => LineageGraph.Of(Place(name), new StoreSearch([_store.FullPath], FileSystemRules.Current), Examine, new(100, 10), null, TestContext.Current.CancellationToken);

    private LineageFacts Examine(string path)
    {
        _asked.Add(path);
        return _facts[path];
    }
}
