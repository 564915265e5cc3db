using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Work;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>A rule of a policy that demands base models that verify.</summary>
public sealed class LineageDemandTests : IDisposable
{
    private const string Signed = """, "lineage": "signed", "stores": "models" """;

    private readonly TemporaryFolder _folder = new();
    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256), _stranger = EcPrivateKey.Generate(EcCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_whose_base_models_verify_is_accepted()
    {
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Assert.True(Verify("org/top").IsValid);
        Model("org/alone");
        Assert.True(Verify("org/alone").IsValid);
    }

    [Fact]
    public void A_part_of_a_model_does_not_show_all_its_base_models()
    {
        Model("org/base");
        Model("org/top", "base_model: org/base");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => ModelVerifier.Verify(new()
        {
            ModelPath = _folder["models/org/top"],
            IncludePaths = ["config.json"],
            CurrentDirectory = _folder.FullPath,
            Verifier = Policy(Signed).VerifierFor(_folder["models/org/top"]),
            Hashing = ModelFixture.Hashing,
        }, CancellationToken.None));
        Assert.Equal("TrustPolicyLineageUnreadable", refusal.Definition.Id);
    }

    [Fact]
    public void Each_revision_of_a_base_model_that_the_files_name_must_verify()
    {
        const string stores = """, "lineage": "signed", "stores": "hub" """;
        (string one, string two, string cache) = Snapshots();
        _folder.Write("hub/models--org--base/refs/main", one);
        _folder.Write("models/org/top/one/adapter_config.json", $$"""{"base_model_name_or_path":"org/base","revision":"{{one}}"}""");
        _folder.Write("models/org/top/two/adapter_config.json", $$"""{"base_model_name_or_path":"org/base","revision":"{{two}}"}""");
        Model("org/top");
        Assert.True(Verify("org/top", stores).IsValid);
        foreach (string revision in (string[])[one, two])
        {
            string changed = _folder[$"{cache}{revision}/config.json"], before = File.ReadAllText(changed);
            File.WriteAllText(changed, "{}");
            Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Definition.Id);
            File.WriteAllText(changed, before);
        }
    }

    [Theory]
    [InlineData("models/org/top/README.md", "---\nbase_model: https://huggingface.co/org/base/tree/ONE\n---\n", "models/org/top/adapter_config.json", "{\"base_model_name_or_path\":\"org/base\"}", true)]
    [InlineData("models/org/top/one/adapter_config.json", "{\"base_model_name_or_path\":\"org/base\",\"revision\":\"ONE\"}", "models/org/top/two/adapter_config.json", "{\"base_model_name_or_path\":\"org/base\"}", true)]
    [InlineData("models/org/top/adapter_config.json", "{\"base_model_name_or_path\":\"org/base\",\"revision\":\"ONE\"}", "models/org/top/README.md", "---\nbase_model: org/base\n---\n", false)]
    public void What_a_program_loads_without_a_revision_is_main_whatever_revision_other_files_name(string first, string pinned, string second, string named, bool isMain)
    {
        const string stores = """, "lineage": "signed", "stores": "hub" """;
        (string one, string two, string cache) = Snapshots();
        _folder.Write("hub/models--org--base/refs/main", two);
        _folder.Write(first, pinned.Replace("ONE", one, StringComparison.Ordinal));
        _folder.Write(second, named);
        Model("org/top");
        Assert.True(Verify("org/top", stores).IsValid);
        _folder.Write($"{cache}{two}/config.json", "{}");
        if (isMain)
        {
            Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Definition.Id);
        }
        else
        {
            Assert.True(Verify("org/top", stores).IsValid);
        }
    }

    [Theory]
    [InlineData("line end")]
    [InlineData("folder of the name")]
    [InlineData("link to the reference")]
    [InlineData("link to the snapshots")]
    [InlineData("link to the repository")]
    [InlineData("link to the snapshot")]
    public void A_cache_that_the_hubs_library_reads_and_this_does_not_hides_behind_no_copy(string what)
    {
        const string stores = """, "lineage": "signed", "stores": "hub" """, repository = "hub/models--org--base";
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        string commit = new('a', 40), snapshot = $"{repository}/snapshots/{commit}";
        Model("org/base");
        _folder.Write("models/org/top/adapter_config.json", """{"base_model_name_or_path":"org/base"}""");
        Model("org/top");
        Copy("models/org/base", "hub/org/base");
        Assert.True(Verify("org/top", stores).IsValid);
        _folder.Write($"{repository}/.no_exist/none", "");
        Assert.True(Verify("org/top", stores).IsValid);
        _folder.Write($"{repository}/refs/main", what == "line end" ? commit + "\n" : commit);
        _folder.Write($"{snapshot}/config.json", "{}");
        switch (what)
        {
            case "folder of the name":
                File.Delete(_folder[$"{repository}/refs/main"]);
                Directory.Move(_folder[snapshot], _folder[$"{repository}/snapshots/main"]);
                break;
            case "link to the reference":
                Relink($"{repository}/refs/main");
                break;
            case "link to the snapshots":
                Relink($"{repository}/snapshots");
                break;
            case "link to the repository":
                Relink(repository);
                break;
            case "link to the snapshot":
                Relink(snapshot);
                break;
        }

        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Definition.Id);

        void Relink(string path)
        {
            string moved = _folder["moved"];
            if (Directory.Exists(_folder[path]))
            {
                Directory.Move(_folder[path], moved);
                Directory.CreateSymbolicLink(_folder[path], moved);
            }
            else
            {
                File.Move(_folder[path], moved);
                File.CreateSymbolicLink(_folder[path], moved);
            }
        }
    }

    // Two commits of one base model in the hub's cache.
    private (string One, string Two, string Folder) Snapshots()
    {
        string one = new('a', 40), two = new('b', 40), folder = "hub/models--org--base/snapshots/";
        Model("org/base");
        Copy("models/org/base", folder + one);
        Copy("models/org/base", folder + two);
        _folder.Write("hub/models--org--base/blobs/none", "");
        return (one, two, folder);
    }

    [Fact]
    public void A_model_of_the_same_name_without_an_owner_is_no_base_model_of_a_rule()
    {
        Model("org/base");
        Model("org/top", "base_model: evil/base");
        Copy("models/org/base", "models/base");
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
        Copy("models/org/base", "models/evil--base");
        Assert.NotEqual("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
    }

    [Theory]
    [InlineData("models/org--base")]
    [InlineData("models/models--org--base/snapshots/COMMIT")]
    public void A_base_model_in_another_layout_must_also_be_one_for_the_rule_of_owner_and_name(string place)
    {
        string commit = new('a', 40), at = place.Replace("COMMIT", commit, StringComparison.Ordinal);
        string policy = $$"""
            { "version": 1, "rules": [
              { "name": "others", "models": ["models/*", "**/snapshots/*"], "signers": [{ "type": "key", "publicKey": {{Pem(_stranger)}} }, { "type": "key", "publicKey": {{Pem(_key)}} }] },
              { "name": "org", "models": ["**/org/*"], "signers": [{ "type": "key", "publicKey": {{Pem(_key)}} }]{{Signed}} }] }
            """;
        Model("org/base", key: _stranger);
        Model("org/top", "base_model: org/base");
        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => VerifyBy(policy)).Definition.Id);

        Move();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => VerifyBy(policy));
        Assert.Equal("TrustPolicyLineageUnsigned", refusal.Definition.Id);
        Assert.Contains($"'{Path.Join(_folder["models"], "org", "base")}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'org'", refusal.Message, StringComparison.Ordinal);

        Directory.Delete(_folder[at], recursive: true);
        Model("org/base");
        Move();
        Assert.True(VerifyBy(policy).IsValid);

        void Move()
        {
            Copy("models/org/base", at);
            Directory.Delete(_folder["models/org/base"], recursive: true);
            if (at != place)
            {
                _folder.Write("models/models--org--base/refs/main", commit);
                _folder.Write("models/models--org--base/blobs/none", "");
            }
        }
    }

    [Fact]
    public void A_base_model_that_two_layouts_of_a_store_have_must_be_the_same_in_both()
    {
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Copy("models/org/base", "models/org--base");
        string policy = $$"""{ "version": 1, "rules": [{ "name": "all", "models": ["**"], "signers": [{ "type": "key", "publicKey": {{Pem(_key)}} }]{{Signed}} }] }""";
        Assert.True(VerifyBy(policy).IsValid);
        Model("org/base", "license: apache-2.0");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => VerifyBy(policy));
        Assert.Equal("TrustPolicyLineageMissing", refusal.Definition.Id);
        Assert.Contains("that differ", refusal.Message, StringComparison.Ordinal);
        File.Delete(_folder["models/org--base/model.sig"]);
        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => VerifyBy(policy)).Definition.Id);
    }

    [Fact]
    public void A_missing_base_model_is_refused()
    {
        Model("org/top", "base_model: org/base");
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
        Assert.True(Verify("org/top", "").IsValid);
    }

    [Fact]
    public void Copies_of_a_base_model_in_two_stores_are_one_model_and_each_must_verify()
    {
        const string stores = """, "lineage": "signed", "stores": ["models", "more"] """;
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Copy("models/org/base", "more/org/base");
        Assert.True(Verify("org/top", stores).IsValid);

        File.WriteAllText(_folder["more/org/base/config.json"], "{}");
        Assert.Contains("is not what was signed", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Message, StringComparison.Ordinal);

        // Another version, signed by the same signer.
        Model("org/base", "license: apache-2.0");
        Copy("models/org/base", "more/org/base");
        Model("org/base");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify("org/top", stores));
        Assert.Equal("TrustPolicyLineageMissing", refusal.Definition.Id);
        Assert.Contains("that differ", refusal.Message, StringComparison.Ordinal);

        // The same contents under another name, in the same order.
        Model("org/base");
        Copy("models/org/base", "more/org/base");
        File.Move(_folder["models/org/base/config.json"], _folder["models/org/base/config.jsonl"]);
        Sign("org/base", _key);
        Assert.Contains("that differ", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_of_several_models_of_one_call_is_hashed_once()
    {
        Model("org/base");
        Model("org/one", "base_model: org/base");
        Model("org/two", "base_model: org/base");
        LineageTrail trail = new();
        long all = Bytes("org/one", trail), alone = Bytes("org/two", trail);
        Assert.Equal(Length("org/one") + Length("org/base"), all);
        Assert.Equal(Length("org/two"), alone);

        // A refusal is kept as well, and the models above it are not taken for open ones.
        Model("org/three", "base_model: org/gone");
        Model("org/four", "base_model: org/three");
        for (int count = 0; count < 2; count++)
        {
            Assert.Contains("org/gone", Assert.Throws<ModelSigningException>(() => Bytes("org/four", trail)).Message, StringComparison.Ordinal);
            Assert.Equal("TrustPolicyLineageMissing", Assert.Throws<ModelSigningException>(() => Bytes("org/three", trail)).Definition.Id);
        }
    }

    [Fact]
    public void Models_of_one_call_that_are_verified_at_once_are_judged_as_one_after_the_other_and_a_common_base_model_is_hashed_once()
    {
        Model("org/base");
        string[] good = [.. Enumerable.Range(0, 12).Select(number => $"org/good{number}")];
        foreach (string name in good)
        {
            Model(name, "base_model: org/base");
        }

        // A circle, and others that lead into it: two that waited for each other's verdicts would wait for ever.
        string[] bad = ["org/a", "org/b", "org/c", "org/d", "org/e"];
        Model("org/a", "base_model: org/b");
        Model("org/b", "base_model: org/c");
        Model("org/c", "base_model: org/a");
        Model("org/d", "base_model: org/c");
        Model("org/e", "base_model: org/gone");
        TrustPolicy policy = Policy(Signed);
        for (int round = 0; round < 5; round++)
        {
            LineageTrail trail = new();
            Throttle throttle = new(4);
            HashProgress progress = new();
            ConcurrentDictionary<string, string> verdicts = new(StringComparer.Ordinal);
            ConcurrentQueue<string> models = new(good.Concat(bad).OrderBy(_ => Random.Shared.Next()));
            Thread[] threads = [.. Enumerable.Range(0, 6).Select(_ => new Thread(() =>
            {
                throttle.Enter(CancellationToken.None);
                while (models.TryDequeue(out string? name))
                {
                    verdicts[name] = Judge(name);
                }

                throttle.Leave();
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(good, name => Assert.Equal("valid", verdicts[name]));
            Assert.All(bad[..4], name => Assert.Equal("TrustPolicyLineageLoop", verdicts[name]));
            Assert.Equal("TrustPolicyLineageMissing", verdicts[bad[4]]);

            string Judge(string name)
            {
                try
                {
                    bool isValid = ModelVerifier.Verify(new()
                    {
                        ModelPath = _folder[$"models/{name}"],
                        CurrentDirectory = _folder.FullPath,
                        Verifier = policy.VerifierFor(_folder[$"models/{name}"], trail),
                        Hashing = ModelFixture.Hashing with { Progress = good.Contains(name) ? progress : new(), Throttle = throttle, Waiting = () => { } },
                    }, CancellationToken.None).IsValid;
                    return isValid ? "valid" : "changed";
                }
                catch (ModelSigningException refusal)
                {
                    return refusal.Definition.Id;
                }
            }

            Assert.Equal(good.Sum(Length) + Length("org/base"), progress.BytesDone);
        }
    }

    [Fact]
    public void A_refusal_for_the_distance_from_one_model_is_not_kept_for_others()
    {
        Model("org/m70");
        for (int index = 69; index >= 0; index--)
        {
            Model($"org/m{index}", $"base_model: org/m{index + 1}");
        }

        LineageTrail trail = new();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Bytes("org/m0", trail));
        while (refusal.InnerException is ModelSigningException inner)
        {
            refusal = inner;
        }

        Assert.Equal("TrustPolicyLineageUnreadable", refusal.Definition.Id);
        Assert.True(Bytes("org/m10", trail) > 0);
    }

    [Fact]
    public void Base_models_whose_names_differ_in_case_are_two()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both names lead to one folder.");
        Model("org/base");
        Model("org/top", "base_model: [org/base, ORG/base]");
        Assert.Contains("'ORG/base'", Refusal("org/top").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_that_was_replaced_is_refused_for_its_own_reason()
    {
        Model("org/base");
        Model("org/top", "base_model: [org/base]");
        File.WriteAllText(_folder["models/org/base/config.json"], """{"model_type":"forged"}""");
        ModelSigningException refusal = Refusal("org/top");
        Assert.Equal("TrustPolicyLineageUnsigned", refusal.Definition.Id);
        Assert.Contains("'README.md' of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("is not what was signed", refusal.Message, StringComparison.Ordinal);
        Model("org/base", "license: mit", _stranger);
        Assert.Contains("None of the signers", Refusal("org/top").Message, StringComparison.Ordinal);
        File.Delete(_folder["models/org/base/model.sig"]);
        Assert.Equal("TrustPolicyLineageUnsigned", Refusal("org/top").Definition.Id);
    }

    [Fact]
    public void The_base_model_of_a_base_model_is_verified_by_its_own_rule()
    {
        Model("org/base");
        Model("org/middle", "base_model: org/base");
        Model("org/top", "base_model: org/middle");
        Assert.True(Verify("org/top").IsValid);
        Directory.Delete(_folder["models/org/base"], recursive: true);
        Assert.Contains("org/base", Refusal("org/top").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_are_made_from_each_other_are_refused()
    {
        Model("org/one", "base_model: org/two");
        Model("org/two", "base_model: org/one");
        Assert.Equal("TrustPolicyLineageLoop", Refusal("org/one").Definition.Id);
        Model("org/self", "base_model: org/self");
        Assert.Equal("TrustPolicyLineageLoop", Refusal("org/self").Definition.Id);
    }

    [Fact]
    public void The_base_of_an_adapter_counts_as_well()
    {
        Model("org/top");
        File.WriteAllText(_folder["models/org/top/adapter_config.json"], """{"base_model_name_or_path":"org/base"}""");
        Sign("org/top", _key);
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
    }

    [Theory]
    [InlineData("one/config.json", """{"speculators_config":{"verifier":{"name_or_path":"org/base"}}}""")]
    [InlineData("one/config.json", """{"model_type":"ultravox","text_model_id":"org/base"}""")]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":["org/base"]}""")]
    public void A_model_whose_weights_are_loaded_with_it_is_a_base_model(string name, string text)
    {
        _folder.Write($"models/org/top/{name}", text);
        Model("org/top");
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
        Model("org/base");
        Assert.True(Verify("org/top").IsValid);
    }

    [Fact]
    public void A_card_that_cannot_be_read_is_refused()
    {
        Model("org/top", "base_model: org/base\nbase_model: org/other");
        Assert.Equal("TrustPolicyLineageUnreadable", Refusal("org/top").Definition.Id);
    }

    [Theory]
    [InlineData("one/adapter_config.json", """{"base_model_name_or_path":"evil/base","lora_alpha":NaN}""")]
    [InlineData("one/adapter_config.json", """{"base_model_name_or_path":"evil/base","r":1,"r":1}""")]
    [InlineData("one/two/Adapter_Config.json", """{"base_model_name_or_path":"evil/base","lora_alpha":NaN}""")]
    [InlineData("one/config.json", """{"speculators_config":{"verifier":{"name_or_path":"evil/base"}},"eps":NaN}""")]
    public void An_adapter_or_a_configuration_in_a_folder_that_cannot_be_read_is_refused(string name, string text)
    {
        _folder.Write($"models/org/top/{name}", text);
        Model("org/top");
        ModelSigningException refusal = Refusal("org/top");
        Assert.Equal("TrustPolicyLineageUnreadable", refusal.Definition.Id);
        Assert.Contains($"'{name}' cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("z/adapter_config.json")]
    [InlineData("z/weights")]
    [InlineData("z/weights.bin")]
    public void What_can_name_a_base_model_in_a_layer_is_refused_because_its_bytes_do_not_come_by(string name)
    {
        OciLayoutBuilder builder = new();
        builder.Manifest("go", builder.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray()), builder.Blob(
            "application/vnd.cncf.model.weight.v1.tar", OciLayoutBuilder.Tar((name, """{"base_model_name_or_path":"evil/base"}""")), ("org.cncf.model.filepath", "z")));
        string layout = builder.WriteFolder(_folder, "models/org/top");
        ModelSource source = ModelStores.Open(ModelStores.Oci, layout, "go", _folder.FullPath, allowSymlinks: false);
        ModelSigner.Sign(new()
        {
            ModelPath = layout,
            Source = source,
            CurrentDirectory = _folder.FullPath,
            Signer = new KeySigner(_key),
            Hashing = ModelFixture.Hashing,
            SignaturePath = _folder["the.sig"],
        }, CancellationToken.None);
        VerificationResult Verified(string more) => ModelVerifier.Verify(new()
        {
            ModelPath = layout,
            Source = source,
            CurrentDirectory = _folder.FullPath,
            Verifier = Policy(more).VerifierFor(layout),
            Hashing = ModelFixture.Hashing,
            SignaturePath = _folder["the.sig"],
        }, CancellationToken.None);
        Assert.True(Verified("").IsValid);
        Assert.Equal("TrustPolicyLineageUnreadable", Assert.Throws<ModelSigningException>(() => Verified(Signed)).Definition.Id);
    }

    [Fact]
    public void A_base_model_that_is_a_file_through_proc_for_this_process_is_not_passed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has /proc.");
        const string stores = """, "lineage": "signed", "stores": ["hub", "more"] """;
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Copy("models/org/base", "hub/org/base");
        Directory.CreateDirectory(_folder["more/org"]);
        Assert.True(Verify("org/top", stores).IsValid);
        File.CreateSymbolicLink(_folder["more/org/base"], $"/proc/self/root{_folder["hub/org/base"]}/config.json");
        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", stores)).Definition.Id);
    }

    [Fact]
    public void A_link_of_a_store_that_leads_nowhere_is_not_a_base_model_that_it_does_not_have()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Assert.True(Verify("org/top").IsValid);

        // What it leads to can be one that others see.
        Directory.CreateSymbolicLink(_folder["models/org--base"], _folder["away"]);
        Assert.Equal("TrustPolicyLineageUnsigned", Refusal("org/top").Definition.Id);
    }

    [Theory]
    [InlineData("adapter_config.json", "adapter_config.json", false)]
    [InlineData("README.md", "README.md", false)]
    [InlineData("extra", "extra/config.json", false)]
    [InlineData("extra", "extra/deep/adapter_config.json", false)]
    [InlineData("extra", "extra/README.md", true)]
    [InlineData("notes.txt", "notes.txt", true)]
    [InlineData(".git", ".git/adapter_config.json", true)]
    public void What_can_name_a_base_model_and_is_not_signed_is_refused(string ignored, string name, bool isAccepted)
    {
        Model("org/top");
        Sign("org/top", _key, [ignored]);
        _folder.Write($"models/org/top/{name}", """{"base_model_name_or_path":"evil/base"}""");
        if (isAccepted)
        {
            Assert.True(Verify("org/top").IsValid);
            return;
        }

        Assert.True(Verify("org/top", "").IsValid);
        ModelSigningException refusal = Refusal("org/top");
        Assert.Equal("TrustPolicyLineageUnreadable", refusal.Definition.Id);
        Assert.Contains($"'{name}' is not signed", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("readme.md")]
    [InlineData("README.MD")]
    public void A_signed_file_that_is_the_card_where_case_makes_no_difference_is_refused(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both names lead to one file.");
        Model("org/top");
        File.Move(_folder["models/org/top/README.md"], _folder[$"models/org/top/{name}"]);
        Sign("org/top", _key);
        ModelSigningException refusal = Refusal("org/top");
        Assert.Equal("TrustPolicyLineageUnreadable", refusal.Definition.Id);
        Assert.Contains($"'{name}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsigned_file_that_is_the_card_where_case_makes_no_difference_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both names lead to one file.");
        Model("org/top");
        Sign("org/top", _key, ["readme.md"]);
        _folder.Write("models/org/top/readme.md", "---\nbase_model: evil/base\n---\n");
        Assert.True(Verify("org/top", "").IsValid);
        Assert.Contains("'readme.md' is not signed", Refusal("org/top").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsigned_link_to_a_folder_may_lead_to_an_adapter()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets only some users make links.");
        _folder.Write("elsewhere/adapter_config.json", """{"base_model_name_or_path":"evil/base"}""");
        Model("org/top");
        Sign("org/top", _key, ["extra"]);
        Directory.CreateDirectory(_folder["models/org/top/extra"]);
        Assert.True(Verify("org/top").IsValid);
        Directory.CreateSymbolicLink(_folder["models/org/top/extra/link"], _folder["elsewhere"]);
        Assert.Equal("TrustPolicyLineageUnreadable", Refusal("org/top").Definition.Id);
    }

    [Fact]
    public void A_link_in_a_base_model_is_refused_where_links_are_refused_in_the_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets only some users make links.");
        Model("org/base");
        File.CreateSymbolicLink(_folder["models/org/base/link.json"], "config.json");
        Sign("org/base", _key, allowSymlinks: true);
        Model("org/top", "base_model: org/base");
        Assert.True(Verify("org/top").IsValid);
        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", forbidSymlinks: true)).Definition.Id);
    }

    [Fact]
    public void Paths_of_git_in_a_base_model_count_where_they_do_in_the_model_and_what_it_leaves_unchecked_is_said()
    {
        Model("org/base");
        _folder.Write("models/org/base/notes/a.txt", "left out");
        Sign("org/base", _key, ignored: ["notes"]);
        Model("org/middle", "base_model: org/base");
        Model("org/top", "base_model: org/middle");
        Assert.Contains("excluded 'notes'", Assert.Single(Verify("org/middle").Warnings), StringComparison.Ordinal);
        Assert.Contains("excluded 'notes'", Assert.Single(Verify("org/top").Warnings), StringComparison.Ordinal);
        _folder.Write("models/org/base/.github/evil.py", "evil");
        _folder.Write("models/org/base/.gitignore", "*.tmp");
        Assert.Contains(Verify("org/top").Warnings, warning => warning.Contains("'.github' and 1 more were not checked", StringComparison.Ordinal));
        Assert.Equal("TrustPolicyLineageUnsigned", Assert.Throws<ModelSigningException>(() => Verify("org/top", ignoreGitPaths: false)).Definition.Id);
    }

    // Through two models at each of ten levels, the base is reached on a thousand ways.
    [Fact]
    public void What_is_said_of_a_base_model_is_said_once_however_many_ways_lead_to_it()
    {
        Model("org/base");
        _folder.Write("models/org/base/notes/a.txt", "left out");
        Sign("org/base", _key, ignored: ["notes"]);
        string below = "base_model: org/base";
        for (int level = 0; level < 10; level++)
        {
            Model($"org/a{level}", below);
            Model($"org/b{level}", below);
            below = $"base_model: [org/a{level}, org/b{level}]";
        }

        Model("org/top", below);
        Assert.Contains("excluded 'notes'", Assert.Single(Verify("org/top").Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""", "lineage": "signed" """, "'stores'")]
    [InlineData(""", "stores": "models" """, "'lineage'")]
    [InlineData(""", "lineage": "any", "stores": "models" """, "'any'")]
    public void Half_a_requirement_makes_the_policy_invalid(string more, string says) =>
        Assert.Contains(says, Assert.Throws<ModelSigningException>(() => Policy(more)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_store_that_does_not_exist_is_worth_a_warning()
    {
        Assert.Contains("does not exist", Assert.Single(Policy(Signed).Advice()).Text, StringComparison.Ordinal);
        Model("org/base");
        Assert.Empty(Policy(Signed).Advice());
    }

    private void Model(string name, string matter = "license: mit", EcPrivateKey? key = null)
    {
        _folder.Write($"models/{name}/config.json", """{"model_type":"llama"}""");
        _folder.Write($"models/{name}/README.md", $"---\n{matter}\n---\n");
        Sign(name, key ?? _key);
    }

    private void Sign(string name, EcPrivateKey key, string[]? ignored = null, bool allowSymlinks = false) => ModelSigner.Sign(new()
    {
        ModelPath = _folder[$"models/{name}"],
        CurrentDirectory = _folder.FullPath,
        Signer = new KeySigner(key),
        Hashing = ModelFixture.Hashing,
        IgnorePaths = ignored ?? [],
        AllowSymlinks = allowSymlinks,
        Force = true,
    }, CancellationToken.None);

    private TrustPolicy Policy(string more) => TrustPolicy.Parse(
        Encoding.UTF8.GetBytes($$"""{ "version": 1, "rules": [{ "name": "team", "models": ["**/org/*", "**/snapshots/*"], "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(_key.PublicKey.Pem)}} }]{{more}} }] }"""),
        Path.Join(_folder.FullPath, "policy.json"), [new KeySignerKind()]);

    private static string Pem(EcPrivateKey key) => JsonSerializer.Serialize(key.PublicKey.Pem);

    private VerificationResult VerifyBy(string policy) => ModelVerifier.Verify(new()
    {
        ModelPath = _folder["models/org/top"],
        CurrentDirectory = _folder.FullPath,
        Verifier = TrustPolicy.Parse(Encoding.UTF8.GetBytes(policy), Path.Join(_folder.FullPath, "policy.json"), [new KeySignerKind()]).VerifierFor(_folder["models/org/top"]),
        Hashing = ModelFixture.Hashing,
    }, CancellationToken.None);

    private VerificationResult Verify(string name, string more = Signed, bool forbidSymlinks = false, bool ignoreGitPaths = true) => ModelVerifier.Verify(new()
    {
        ForbidSymlinks = forbidSymlinks,
        IgnoreGitPaths = ignoreGitPaths,
        ModelPath = _folder[$"models/{name}"],
        CurrentDirectory = _folder.FullPath,
        Verifier = Policy(more).VerifierFor(_folder[$"models/{name}"]),
        Hashing = ModelFixture.Hashing,
    }, CancellationToken.None);

    private long Bytes(string name, LineageTrail trail)
    {
        HashProgress progress = new();
        Assert.True(ModelVerifier.Verify(new()
        {
            ModelPath = _folder[$"models/{name}"],
            CurrentDirectory = _folder.FullPath,
            Verifier = Policy(Signed).VerifierFor(_folder[$"models/{name}"], trail),
            Hashing = ModelFixture.Hashing with { Progress = progress },
        }, CancellationToken.None).IsValid);
        return progress.BytesDone;
    }

    private long Length(string name) => new DirectoryInfo(_folder[$"models/{name}"]).EnumerateFiles().Where(file => file.Name != "model.sig").Sum(file => file.Length);

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(_folder[to]);
        foreach (FileInfo file in new DirectoryInfo(_folder[from]).EnumerateFiles())
        {
            file.CopyTo(Path.Join(_folder[to], file.Name), overwrite: true);
        }
    }

    private ModelSigningException Refusal(string name) => Assert.Throws<ModelSigningException>(() => Verify(name));
}
