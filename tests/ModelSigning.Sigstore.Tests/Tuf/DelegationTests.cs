using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;

namespace ModelSigning.Sigstore.Tests.Tuf;

public class DelegationTests
{
    private static JsonObject Targets(string? path, JsonObject? delegations = null)
    {
        JsonObject targets = [];
        if (path is not null)
        {
            targets[path] = new JsonObject
            {
                ["length"] = TufScene.Content.Length,
                ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(TufScene.Content)) },
            };
        }

        JsonObject signed = new()
        {
            ["_type"] = "targets",
            ["spec_version"] = "1.0.31",
            ["version"] = 1,
            ["expires"] = TrustFiles.Timestamp(DateTimeOffset.UtcNow.AddDays(1)),
            ["targets"] = targets,
        };
        if (delegations is not null)
        {
            signed["delegations"] = delegations;
        }

        return signed;
    }

    private static JsonObject Delegations(ECDsa key, params (string Name, JsonObject Which, bool Terminating)[] roles) => new()
    {
        ["keys"] = new JsonObject
        {
            ["k"] = new JsonObject
            {
                ["keytype"] = "ecdsa",
                ["scheme"] = "ecdsa-sha2-nistp256",
                ["keyval"] = new JsonObject { ["public"] = key.ExportSubjectPublicKeyInfoPem() },
            },
        },
        ["roles"] = new JsonArray([.. roles.Select(role =>
        {
            JsonObject described = new() { ["name"] = role.Name, ["keyids"] = new JsonArray("k"), ["threshold"] = 1, ["terminating"] = role.Terminating };
            foreach ((string name, JsonNode? value) in role.Which)
            {
                described[name] = value!.DeepClone();
            }

            return (JsonNode)described;
        })]),
    };

    private static JsonObject Paths(params string[] patterns) => new() { ["paths"] = new JsonArray([.. patterns.Select(pattern => (JsonNode)pattern)]) };

    private static byte[] Sign(JsonObject signed, ECDsa key) => CanonicalJson.File(new JsonObject
    {
        ["signatures"] = new JsonArray(new JsonObject
        {
            ["keyid"] = "k",
            ["sig"] = Convert.ToHexStringLower(key.SignData(CanonicalJson.Olpc(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        }),
        ["signed"] = signed,
    });

    /// <summary>Publishes delegated roles under the top-level targets.</summary>
    private static void Publish(TufScene scene, JsonObject delegations, params (string Name, byte[] File)[] roles)
    {
        foreach ((string name, byte[] file) in roles)
        {
            scene.Repository.Files[$"1.{Uri.EscapeDataString(name)}.json"] = file;
        }

        scene.Repository.Publish((role, signed) =>
        {
            if (role == "targets")
            {
                signed["delegations"] = delegations;
            }
            else if (role == "snapshot")
            {
                foreach ((string name, _) in roles)
                {
                    signed["meta"]![name + ".json"] = new JsonObject { ["version"] = 1 };
                }
            }
        });
    }

    private static void Serve(TufScene scene, string path)
    {
        int slash = path.LastIndexOf('/') + 1;
        scene.Repository.Files[$"targets/{path[..slash]}{Convert.ToHexStringLower(SHA256.HashData(TufScene.Content))}.{path[slash..]}"] = TufScene.Content;
    }

    [Fact]
    public void A_delegated_role_finds_a_target_by_its_path()
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        Serve(scene, "models/a.json");
        Publish(scene, Delegations(key, ("models", Paths("models/*.json"), false)), ("models", Sign(Targets("models/a.json"), key)));
        Assert.Equal(TufScene.Content, scene.Download("models/a.json"));
        Assert.True(File.Exists(Path.Join(scene.Folder, "models.json")));
    }

    [Fact]
    public void Roles_whose_names_differ_only_in_case_are_stored_apart_where_case_does_not_count()
    {
        string[] names = ["role", "Role", "ROLE", "r/x", "r%2fx", "r%2Fx", "%41", "A", "a", "\u00e9", "\u00c9"];
        Assert.Equal(names.Length, names.Select(TufClient.StoredAs).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("%52ole.json", TufClient.StoredAs("Role"));
        Assert.Equal("targets.json", TufClient.StoredAs("targets"));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("Timestamp")]
    public void A_delegated_role_with_the_name_of_a_top_level_role_is_refused_and_replaces_nothing(string name)
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        Serve(scene, "models/a.json");
        Publish(scene, Delegations(key, (name, Paths("models/*.json"), false)), (name, Sign(Targets("models/a.json"), key)));
        Assert.Equal(TufErrors.TufMetadataMalformed, Assert.Throws<ModelSigningException>(() => scene.Download("models/a.json")).Definition);
        foreach (string stored in Directory.GetFiles(scene.Folder, "*.json"))
        {
            JsonNode metadata = JsonNode.Parse(File.ReadAllText(stored))!;
            Assert.Equal(Path.GetFileNameWithoutExtension(stored), (string?)metadata["signed"]!["_type"]);
        }
    }

    [Theory]
    [InlineData("other/*.json")]
    [InlineData("*")]
    [InlineData("models/?.jso")]
    public void A_role_is_not_asked_for_paths_that_are_not_its_own(string pattern)
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        Serve(scene, "models/a.json");
        Publish(scene, Delegations(key, ("models", Paths(pattern), false)), ("models", Sign(Targets("models/a.json"), key)));
        Assert.Equal(TufErrors.TufTargetUnknown, Assert.Throws<ModelSigningException>(() => scene.Download("models/a.json")).Definition);
    }

    [Fact]
    public void Hash_bins_divide_targets_by_the_beginning_of_their_digest()
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a.json")));
        string other = digest[0] == '0' ? "1" : "0";
        Serve(scene, "a.json");
        Publish(scene, Delegations(key,
            ("bin-other", new JsonObject { ["path_hash_prefixes"] = new JsonArray(other) }, false),
            ("bin-right", new JsonObject { ["path_hash_prefixes"] = new JsonArray(digest[..2]) }, false)),
            ("bin-right", Sign(Targets("a.json"), key)));
        Assert.Equal(TufScene.Content, scene.Download("a.json"));
    }

    [Fact]
    public void A_terminating_role_ends_the_search()
    {
        foreach (bool terminating in new[] { false, true })
        {
            using TufScene scene = new();
            ECDsa key = scene.Repository.NewKey();
            Serve(scene, "a.json");
            Publish(scene, Delegations(key, ("first", Paths("*"), terminating), ("second", Paths("*"), false)),
                ("first", Sign(Targets(null), key)), ("second", Sign(Targets("a.json"), key)));
            if (terminating)
            {
                Assert.Equal(TufErrors.TufTargetUnknown, Assert.Throws<ModelSigningException>(() => scene.Download("a.json")).Definition);
            }
            else
            {
                Assert.Equal(TufScene.Content, scene.Download("a.json"));
            }
        }
    }

    [Fact]
    public void Roles_that_delegate_to_each_other_are_asked_once()
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        Publish(scene, Delegations(key, ("first", Paths("*"), false)),
            ("first", Sign(Targets(null, Delegations(key, ("second", Paths("*"), false))), key)),
            ("second", Sign(Targets(null, Delegations(key, ("first", Paths("*"), false))), key)));
        Assert.Equal(TufErrors.TufTargetUnknown, Assert.Throws<ModelSigningException>(() => scene.Download("a.json")).Definition);
    }

    [Fact]
    public void A_delegated_role_that_another_key_signed_is_refused()
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        Publish(scene, Delegations(key, ("models", Paths("*"), false)), ("models", Sign(Targets("a.json"), scene.Repository.NewKey())));
        Assert.Equal(TufErrors.TufThresholdNotMet, Assert.Throws<ModelSigningException>(() => scene.Download("a.json")).Definition);
    }

    [Fact]
    public void A_role_whose_name_is_a_path_stays_in_its_folder()
    {
        using TufScene scene = new();
        ECDsa key = scene.Repository.NewKey();
        const string name = "../outside?#";
        Serve(scene, "a.json");
        Publish(scene, Delegations(key, (name, Paths("*"), false)), (name, Sign(Targets("a.json"), key)));
        Assert.Equal(TufScene.Content, scene.Download("a.json"));
        Assert.True(File.Exists(Path.Join(scene.Folder, Uri.EscapeDataString(name) + ".json")));
    }

    [Theory]
    [InlineData("*.json", "a.json", true)]
    [InlineData("*.json", "b/a.json", false)]
    [InlineData("*/*.json", "b/a.json", true)]
    [InlineData("?.json", "a.json", true)]
    [InlineData("?.json", "ab.json", false)]
    [InlineData("a*b*c", "a--b-b-c", true)]
    [InlineData("a*b*c", "a--b-b-", false)]
    [InlineData("", "a", false)]
    [InlineData("**", "abc", true)]
    public void Patterns_match_whole_paths_and_no_slash(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Matches(pattern, path));
}
