using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;

namespace ModelSigning.Sigstore.Tests.Tuf;

/// <summary>The client workflow of TUF against a repository with keys of its own, and every attack that the specification names.</summary>
public class TufClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_target_is_fetched_and_verified_with_and_without_consistent_snapshots(bool consistent)
    {
        using TufScene scene = new(consistent);
        Assert.Equal(TufScene.Content, scene.Download());
        Assert.Equal(["root.json", "snapshot.json", "targets.json", "timestamp.json"], scene.Stored().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Roots_rotate_one_by_one_each_signed_by_the_one_before_and_by_itself()
    {
        using TufScene scene = new();
        for (int rotation = 0; rotation < 3; rotation++)
        {
            scene.Repository.Roles["root"] = new TufRole(2, scene.Repository.NewKey(), scene.Repository.NewKey());
            scene.Repository.PublishRoot();
        }

        Assert.Equal(4, scene.Update().Root.Metadata.Version);
    }

    [Fact]
    public void A_root_that_the_one_before_did_not_sign_is_refused()
    {
        using TufScene scene = new();
        ECDsa stranger = scene.Repository.NewKey();
        scene.Repository.Roles["root"] = new TufRole(1, stranger);
        scene.Repository.PublishRoot(signers: [stranger]);
        scene.Refused(TufErrors.TufThresholdNotMet);
    }

    [Fact]
    public void A_root_that_does_not_sign_itself_is_refused()
    {
        using TufScene scene = new();
        TufRole before = scene.Repository.Roles["root"];
        scene.Repository.Roles["root"] = new TufRole(1, scene.Repository.NewKey());
        scene.Repository.PublishRoot(signers: before.Keys);
        scene.Refused(TufErrors.TufThresholdNotMet);
    }

    [Fact]
    public void A_root_that_skips_or_repeats_a_version_is_refused()
    {
        using TufScene scene = new();
        scene.Update();
        scene.Repository.PublishRoot(signed => signed["version"] = 3);
        scene.Refused(TufErrors.TufVersionMismatch);
    }

    [Fact]
    public void A_key_under_two_identifiers_counts_once()
    {
        using TufScene scene = new();
        scene.Repository.Roles["timestamp"] = new TufRole(2, scene.Repository.Roles["timestamp"].Keys[0]);
        scene.Repository.PublishRoot(signed =>
        {
            // The same key once more, under another identifier.
            string id = signed["roles"]!["timestamp"]!["keyids"]![0]!.GetValue<string>();
            signed["keys"]!["ff"] = signed["keys"]![id]!.DeepClone();
            signed["roles"]!["timestamp"]!["keyids"]!.AsArray().Add("ff");
        });
        scene.Repository.Publish();
        JsonObject file = JsonNode.Parse(scene.Repository.Files["timestamp.json"])!.AsObject();
        JsonObject second = file["signatures"]![0]!.DeepClone().AsObject();
        second["keyid"] = "ff";
        file["signatures"]!.AsArray().Add(second);
        scene.Repository.Files["timestamp.json"] = CanonicalJson.File(file);
        scene.Refused(TufErrors.TufThresholdNotMet);
    }

    [Fact]
    public void Two_signatures_under_one_identifier_are_refused()
    {
        using TufScene scene = new();
        JsonObject file = JsonNode.Parse(scene.Repository.Files["timestamp.json"])!.AsObject();
        file["signatures"]!.AsArray().Add(file["signatures"]![0]!.DeepClone());
        scene.Repository.Files["timestamp.json"] = CanonicalJson.File(file);
        scene.Refused(TufErrors.TufMetadataMalformed);
    }

    [Fact]
    public void An_empty_signature_is_one_still_to_be_made_and_no_fault()
    {
        using TufScene scene = new();
        JsonObject file = JsonNode.Parse(scene.Repository.Files["timestamp.json"])!.AsObject();
        file["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = "aa", ["sig"] = "" });
        scene.Repository.Files["timestamp.json"] = CanonicalJson.File(file);
        Assert.Equal(TufScene.Content, scene.Download());
    }

    [Fact]
    public void An_expired_root_in_between_is_not_a_fault_and_an_expired_last_one_is()
    {
        using TufScene scene = new();
        scene.Repository.Expires["root"] = scene.Now.AddDays(-1);
        scene.Repository.PublishRoot();
        scene.Refused(TufErrors.TufExpired);
        scene.Repository.Expires["root"] = scene.Now.AddDays(1);
        scene.Repository.PublishRoot();
        Assert.Equal(3, scene.Update().Root.Metadata.Version);
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("targets")]
    public void Frozen_metadata_are_refused_when_they_expire(string role)
    {
        using TufScene scene = new();
        scene.Update();
        scene.Repository.Expires[role] = scene.Now.AddDays(-1);
        scene.Repository.Publish();
        Dictionary<string, string> before = scene.Stored();
        Assert.Equal(TufErrors.TufExpired, Assert.Throws<ModelSigningException>(() => scene.Update()).Definition);
        Assert.Equal(before[role + ".json"], scene.Stored()[role + ".json"]);
    }

    [Fact]
    public void A_repository_that_offers_nothing_new_is_refused_when_its_metadata_expire()
    {
        using TufScene scene = new();
        scene.Update();
        scene.Now = scene.Now.AddDays(31);
        scene.Refused(TufErrors.TufExpired);
    }

    [Fact]
    public void An_older_timestamp_is_refused()
    {
        using TufScene scene = new();
        scene.Repository.Publish();
        scene.Update();
        scene.Repository.SetVersion("timestamp", 0);
        scene.Repository.Publish();
        scene.Refused(TufErrors.TufRollback);
    }

    [Fact]
    public void A_timestamp_that_announces_an_older_snapshot_is_refused()
    {
        using TufScene scene = new();
        scene.Repository.Publish();
        scene.Update();
        scene.Repository.SetVersion("snapshot", 0);
        scene.Repository.Publish();
        scene.Refused(TufErrors.TufRollback);
    }

    [Fact]
    public void A_snapshot_that_announces_older_targets_or_none_is_refused()
    {
        using TufScene scene = new();
        scene.Repository.Publish();
        scene.Update();
        scene.Repository.SetVersion("targets", 0);
        scene.Repository.Publish();
        Assert.Equal(TufErrors.TufRollback, Assert.Throws<ModelSigningException>(() => scene.Update()).Definition);
        scene.Repository.SetVersion("targets", 5);
        scene.Repository.Publish((role, signed) =>
        {
            if (role == "snapshot")
            {
                signed["meta"] = new JsonObject { ["other.json"] = new JsonObject { ["version"] = 1 } };
            }
        });
        Assert.Equal(TufErrors.TufRollback, Assert.Throws<ModelSigningException>(() => scene.Update()).Definition);
    }

    [Fact]
    public void The_same_timestamp_again_keeps_what_is_there()
    {
        using TufScene scene = new();
        scene.Update();
        Dictionary<string, string> before = scene.Stored();
        scene.Update();
        Assert.Equal(before, scene.Stored());
    }

    [Fact]
    public void Versions_that_a_stolen_key_raised_are_forgotten_when_the_key_is_replaced()
    {
        using TufScene scene = new();
        scene.Repository.SetVersion("timestamp", 1_000_000);
        scene.Repository.SetVersion("snapshot", 1_000_000);
        scene.Repository.Publish();
        scene.Update();
        scene.Repository.Roles["timestamp"] = new TufRole(1, scene.Repository.NewKey());
        scene.Repository.Roles["snapshot"] = new TufRole(1, scene.Repository.NewKey());
        scene.Repository.PublishRoot();
        scene.Repository.SetVersion("timestamp", 1);
        scene.Repository.SetVersion("snapshot", 1);
        scene.Repository.Publish();
        Assert.Equal(2, scene.Update().Timestamp!.Version);
    }

    [Theory]
    [InlineData("timestamp.json")]
    [InlineData("1.snapshot.json")]
    [InlineData("1.targets.json")]
    public void Every_changed_byte_of_metadata_is_refused_or_changes_nothing(string file)
    {
        using TufScene scene = new();
        byte[] whole = scene.Repository.Files[file];
        for (int at = 0; at < whole.Length; at += 7)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x01;
            scene.Repository.Files[file] = changed;
            using ModelSigning.Testing.TemporaryFolder folder = new();
            Exception? error = Record.Exception(() =>
                new TufClient(new MemoryRepository(scene.Repository), new MetadataFolder(folder.FullPath), scene.FirstRoot, scene.Now)
                    .Update(CancellationToken.None));
            Assert.True(error is ModelSigningException, $"byte {at}: {error}");
        }
    }

    [Fact]
    public void Mixed_metadata_of_two_moments_are_refused()
    {
        using TufScene scene = new();
        byte[] old = scene.Repository.Files["1.snapshot.json"];
        scene.Repository.Publish();
        scene.Repository.Files["2.snapshot.json"] = old;
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => scene.Update());
        // The length of a signature varies: a longer file is cut off, a shorter or equal one does not fit.
        Assert.Contains(error.Definition, new[] { TufErrors.TufContentMismatch, TufErrors.TufTooLarge });
    }

    [Fact]
    public void A_version_that_was_not_announced_is_refused()
    {
        using TufScene scene = new();
        // Without length and digests only the version is left to compare.
        scene.Repository.Publish((role, signed) =>
        {
            if (role == "timestamp")
            {
                signed["meta"]!["snapshot.json"] = new JsonObject { ["version"] = 1 };
            }
        });
        scene.Repository.Files["1.snapshot.json"] = scene.Repository.Files["2.snapshot.json"];
        scene.Refused(TufErrors.TufVersionMismatch);
    }

    [Fact]
    public void Targets_of_another_length_or_content_are_refused()
    {
        using TufScene scene = new();
        string path = scene.Repository.Files.Keys.Single(file => file.StartsWith("targets/", StringComparison.Ordinal));
        scene.Repository.Files[path] = "trusteD"u8.ToArray();
        scene.Refused(TufErrors.TufContentMismatch);
        scene.Repository.Files[path] = "trust"u8.ToArray();
        scene.Refused(TufErrors.TufContentMismatch);
        scene.Repository.Files[path] = new byte[1000];
        scene.Refused(TufErrors.TufTooLarge);
        scene.Repository.Files.Remove(path, out _);
        scene.Refused(TufErrors.TufFileMissing);
    }

    [Fact]
    public void Endless_metadata_are_cut_off()
    {
        using TufScene scene = new();
        scene.Repository.Files["timestamp.json"] = new byte[TufLimits.Timestamp + 1];
        scene.Refused(TufErrors.TufTooLarge);
    }

    [Fact]
    public void A_target_that_nobody_lists_is_unknown() =>
        Assert.Equal(TufErrors.TufTargetUnknown, Assert.Throws<ModelSigningException>(() =>
        {
            using TufScene scene = new();
            scene.Download("other.json");
        }).Definition);

    [Fact]
    public void A_copy_that_fits_is_not_fetched_again()
    {
        using TufScene scene = new();
        TufClient client = scene.Update();
        MemoryRepository targets = new(scene.Repository, "targets/");
        Assert.False(new TargetSearch(client, targets).Get(TufScene.Target, TufScene.Content, CancellationToken.None).Fetched);
        Assert.Empty(targets.Asked);
        Assert.True(new TargetSearch(client, targets).Get(TufScene.Target, "old"u8.ToArray(), CancellationToken.None).Fetched);
    }

    [Fact]
    public void A_damaged_store_is_fetched_again()
    {
        using TufScene scene = new();
        scene.Update();
        foreach (string file in Directory.GetFiles(scene.Folder, "*.json").Where(file => !file.EndsWith("root.json", StringComparison.Ordinal)))
        {
            File.WriteAllText(file, "{");
        }

        Assert.Equal(TufScene.Content, scene.Download());
    }

    [Fact]
    public void Without_a_repository_the_store_is_verified_and_its_age_is_not_judged()
    {
        using TufScene scene = new();
        scene.Update();
        TufClient offline = new(null, new MetadataFolder(scene.Folder), scene.FirstRoot, scene.Now.AddYears(10));
        offline.Update(CancellationToken.None);
        Assert.Equal(1, offline.Targets!.Version);
        File.WriteAllText(Path.Join(scene.Folder, "targets.json"), File.ReadAllText(Path.Join(scene.Folder, "targets.json")).Replace("length", "lenght", StringComparison.Ordinal));
        TufClient damaged = new(null, new MetadataFolder(scene.Folder), scene.FirstRoot, scene.Now);
        Assert.Equal(TufErrors.TufCacheDamaged, Assert.Throws<ModelSigningException>(() => damaged.Update(CancellationToken.None)).Definition);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_not_a_fault()
    {
        using TufScene scene = new();
        string inTheWay = Path.Join(scene.Folder, "file");
        File.WriteAllText(inTheWay, "");
        MetadataFolder store = new(Path.Join(inTheWay, "below"));
        TufClient client = new(new MemoryRepository(scene.Repository), store, scene.FirstRoot, scene.Now);
        using (FolderLock.Take(Path.Join(inTheWay, "below"), CancellationToken.None))
        {
            client.Update(CancellationToken.None);
        }

        Assert.True(store.IsReadOnly);
        Assert.Equal(1, client.Targets!.Version);
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("targets")]
    [InlineData("root")]
    [InlineData("Timestamp")]
    public void A_delegated_role_with_the_name_of_a_top_level_role_is_refused(string name)
    {
        using TufScene scene = new();
        scene.Repository.Publish((role, signed) =>
        {
            if (role == "targets")
            {
                signed["targets"] = new JsonObject();
                signed["delegations"] = new JsonObject
                {
                    ["keys"] = new JsonObject(),
                    ["roles"] = new JsonArray(new JsonObject { ["name"] = name, ["keyids"] = new JsonArray(), ["threshold"] = 1, ["terminating"] = false, ["paths"] = new JsonArray("*") }),
                };
            }
        });
        scene.Refused(TufErrors.TufMetadataMalformed);
    }
}
