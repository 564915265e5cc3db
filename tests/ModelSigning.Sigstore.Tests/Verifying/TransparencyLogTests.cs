using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;
using RekorLog = ModelSigning.Testing.SigstoreInstance.TransparencyLog;

namespace ModelSigning.Sigstore.Tests.Verifying;

public sealed class TransparencyLogTests : IDisposable
{
    private readonly InstanceScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private static JsonObject Entry(JsonObject bundle) => bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();

    private static BundleOptions Checkpoint(Func<string, string> edit, bool signed = false) =>
        new() { LogOptions = signed ? new LogOptions { EditNote = edit } : new LogOptions { EditCheckpoint = edit } };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Messages_and_statements_of_both_logs_verify(int rekor)
    {
        BundleOptions options = new() { RekorVersion = rekor };
        Assert.NotNull(_scene.Accepted(options).Times[0]);
        Assert.NotNull(_scene.Verify(_scene.Instance.Bundles.SignStatement(InstanceScene.Statement(), options)).Payload);
    }

    [Fact]
    public void A_body_with_another_digest_or_another_certificate_of_the_same_key_is_refused()
    {
        foreach (int rekor in new[] { 1, 2 })
        {
            MadeBundle made = _scene.Instance.Bundles.SignMessage(InstanceScene.File, new BundleOptions { RekorVersion = rekor, Timestamp = true });
            JsonObject body = JsonNode.Parse(made.Entry!.Body)!.AsObject();
            string certificate = Convert.ToBase64String(_scene.Instance.Fulcio.Issue(
                new LeafOptions { Key = made.Certificate.PublicKey }, _scene.Instance.CertificateLog).RawData);
            JsonObject digest = body.DeepClone().AsObject(), signer = body.DeepClone().AsObject();
            if (rekor == 1)
            {
                digest["spec"]!["data"]!["hash"]!["value"] = new string('0', 64);
                string pem = $"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n";
                signer["spec"]!["signature"]!["publicKey"]!["content"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem));
            }
            else
            {
                digest["spec"]!["hashedRekordV002"]!["data"]!["digest"] = Convert.ToBase64String(new byte[32]);
                signer["spec"]!["hashedRekordV002"]!["signature"]!["verifier"]!["x509Certificate"]!["rawBytes"] = certificate;
            }

            foreach (JsonObject changed in new[] { digest, signer })
            {
                JsonObject bundle = made.Json.DeepClone().AsObject();
                RekorLog log = rekor == 1 ? _scene.Instance.Rekor1 : _scene.Instance.Rekor2;
                bundle["verificationMaterial"]!["tlogEntries"] = new JsonArray(log.Append(changed).ToJson());
                _scene.Refused("LOG-BODY", CanonicalJson.File(bundle));
            }
        }
    }

    [Fact]
    public void An_entry_of_another_kind_than_its_body_or_of_an_unknown_one_is_refused()
    {
        _scene.Refused("LOG-BODY", new BundleOptions { Timestamp = true, EditEntry = entry => entry with { KindVersion = "0.0.2" } });
        _scene.Refused("LOG-BODY", new BundleOptions { Timestamp = true, EditEntry = entry => entry with { Kind = "rekord" } });
        _scene.Refused("LOG-BODY", new BundleOptions { RekorVersion = 2, EditBody = body => { body["spec"]!["hashedRekordV002"]!["more"] = "x"; return body; } });
    }

    [Fact]
    public void The_kind_dsse_of_the_second_log_is_refused()
    {
        byte[] payload = InstanceScene.Statement();
        MadeBundle made = _scene.Instance.Bundles.SignStatement(payload, new BundleOptions { RekorVersion = 2 });
        JsonObject bundle = made.Json.DeepClone().AsObject();
        bundle["verificationMaterial"]!["tlogEntries"] =
            new JsonArray(_scene.Instance.Rekor2.Append(EntryBody.Dsse002(payload, made.Signature, made.Certificate)).ToJson());
        _scene.Refused("LOG-BODY", CanonicalJson.File(bundle));
    }

    [Fact]
    public void An_entry_twice_counts_for_nothing() =>
        _scene.Refused("LOG-THRESHOLD", new BundleOptions { EditBundle = bundle => bundle["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(Entry(bundle).DeepClone()) });

    [Fact]
    public void Two_entries_of_one_log_or_one_operator_count_once()
    {
        _scene.Policy = _scene.Policy with { LogThreshold = 2 };
        MadeBundle made = _scene.Instance.Bundles.SignMessage(InstanceScene.File);
        JsonObject bundle = made.Json.DeepClone().AsObject();
        bundle["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(_scene.Instance.Rekor1.Append(made.Entry!.Body).ToJson());
        _scene.Refused("LOG-THRESHOLD", CanonicalJson.File(bundle));
    }

    [Fact]
    public void An_unknown_log_beside_a_known_one_is_passed_over_and_alone_refused()
    {
        using RekorLog stranger = new(1, new Uri("https://other.test"), TimeProvider.System);
        _scene.Refused("LOG-UNKNOWN", new BundleOptions { Log = stranger, Timestamp = true });
        MadeBundle made = _scene.Instance.Bundles.SignMessage(InstanceScene.File);
        JsonObject bundle = made.Json.DeepClone().AsObject();
        bundle["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(stranger.Append(made.Entry!.Body).ToJson());
        Assert.Single(_scene.Verify(CanonicalJson.File(bundle)).LogEntries);
    }

    [Fact]
    public void A_bundle_without_an_entry_is_refused_unless_the_policy_and_a_timestamp_allow_it()
    {
        _scene.Refused("LOG-THRESHOLD", new BundleOptions { RekorVersion = 0 });
        _scene.Policy = _scene.Policy with { LogThreshold = 0 };
        Assert.Empty(_scene.Accepted(new BundleOptions { RekorVersion = 0 }).LogEntries);
        _scene.Refused("TIME-MISSING", new BundleOptions { RekorVersion = 0, Timestamp = false });
    }

    [Fact]
    public void A_promise_at_a_time_when_the_logs_key_was_given_up_is_refused() =>
        _scene.Refused("LOG-SET", new BundleOptions(), root => root["tlogs"]![0]!["publicKey"]!["validFor"] =
            TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1)));

    [Fact]
    public void A_log_without_a_clock_whose_key_was_given_up_is_refused() =>
        _scene.Refused("LOG-CHECKPOINT", new BundleOptions { RekorVersion = 2 }, root => root["tlogs"]![1]!["publicKey"]!["validFor"] =
            TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1)));

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_log_that_is_listed_for_several_periods_counts_with_each(int rekor, bool earlierFirst)
    {
        void List(JsonObject root, string logs, int index)
        {
            JsonObject now = root[logs]![index]!.DeepClone().AsObject(), earlier = now.DeepClone().AsObject();
            earlier["publicKey"]!["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1));
            root[logs]![index] = earlierFirst ? earlier : now;
            root[logs]!.AsArray().Add(earlierFirst ? now : earlier);
        }

        _scene.Accepted(new BundleOptions { RekorVersion = rekor }, root =>
        {
            List(root, "tlogs", rekor - 1);
            List(root, "ctlogs", 0);
            JsonArray authorities = root["timestampAuthorities"]!.AsArray();
            JsonObject former = authorities[0]!.DeepClone().AsObject();
            former["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1));
            authorities.Insert(earlierFirst ? 0 : authorities.Count, former);
        });
    }

    [Fact]
    public void A_log_whose_periods_are_all_over_is_refused() =>
        _scene.Refused("LOG-CHECKPOINT", new BundleOptions { RekorVersion = 2 }, root =>
        {
            root["tlogs"]![1]!["publicKey"]!["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-8));
            JsonNode again = root["tlogs"]![1]!.DeepClone();
            again["publicKey"]!["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-7), _scene.Instance.Created.AddDays(-1));
            root["tlogs"]!.AsArray().Add(again);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_log_must_be_in_use_today_where_nothing_confirms_when_a_key_signed(int rekor)
    {
        BundleOptions options = new() { RekorVersion = rekor, Timestamp = false, EditEntry = entry => entry with { SignedEntryTimestamp = null } };
        Bundle bundle = BundleReader.Parse(_scene.Instance.Bundles.SignMessage(InstanceScene.File, options).Bytes, "bundle");
        JsonObject root = _scene.Instance.TrustedRoot();
        root["tlogs"]![rekor - 1]!["publicKey"]!["validFor"] = TrustFiles.ValidFor(_scene.Instance.Created.AddDays(-9), _scene.Instance.Created.AddDays(-1));
        TrustedRoot trusted = TrustedRootReader.Parse(CanonicalJson.File(root), "instance");
        IReadOnlyList<LogEvidence> entries = LogEntryStep.Verify(BundleShape.Check(bundle, _scene.Policy, new Findings()), trusted, 1, new Findings());
        Assert.Empty(Combine(_scene.Instance.Created.AddDays(-2)));
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Combine(_scene.Instance.Created));
        Assert.Equal("LOG-CHECKPOINT", error.Definition.Id);
        Assert.Contains("Nothing confirms when", error.Message, StringComparison.Ordinal);

        IReadOnlyList<VerifiedTime> Combine(DateTimeOffset now) => TimeStep.Combine([], entries, false, 1, now);
    }

    [Fact]
    public void A_time_without_a_promise_is_not_a_time() =>
        _scene.Refused("TIME-MISSING", new BundleOptions { EditEntry = entry => entry with { SignedEntryTimestamp = null } });

    [Fact]
    public void A_time_in_an_entry_of_the_second_log_is_ignored() =>
        _scene.Refused("TIME-MISSING", new BundleOptions { RekorVersion = 2, Timestamp = false, EditEntry = entry => entry with { IntegratedTime = 1_700_000_000 } });

    [Fact]
    public void The_evidence_names_an_index_that_was_verified()
    {
        long index = -1;
        VerifiedLogEntry entry = Assert.Single(_scene.Accepted(new BundleOptions
        {
            RekorVersion = 2,
            EditEntry = logged =>
            {
                index = logged.TreeIndex;
                return logged with { GlobalIndex = 999_999 };
            },
        }).LogEntries);
        Assert.Equal(index, entry.LogIndex);
    }

    [Fact]
    public void An_edited_time_or_index_breaks_the_promise()
    {
        _scene.Refused("LOG-SET", new BundleOptions { EditEntry = entry => entry with { IntegratedTime = entry.IntegratedTime + 1 } });
        _scene.Refused("LOG-SET", new BundleOptions { EditEntry = entry => entry with { GlobalIndex = entry.GlobalIndex + 1 } });
    }

    [Fact]
    public void Checkpoints_with_other_line_ends_garbage_or_odd_sizes_are_refused()
    {
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text + "garbage"));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text + "garbage\n"));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text[..^2] + "\n"));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text + "\n"));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(text => text + "\n\n"));
        foreach (string text in new[] { "", "\n", "\n\n", "\n\n\n", "a\n\n", "a\n1\nb\n\n", " \n\n \n\n" })
        {
            _scene.Refused(text.Length == 0 ? "BUNDLE-SHAPE" : "LOG-CHECKPOINT", Checkpoint(_ => text));
        }

        foreach (string size in new[] { "0", "+", "-", " " })
        {
            _scene.Refused("LOG-CHECKPOINT", Checkpoint(note => Sized(note, size + note.Split('\n')[1]), signed: true));
        }

        _scene.Refused("LOG-CHECKPOINT", Checkpoint(note => Sized(note, "99999999999999999999999"), signed: true));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(note => Sized(note, ""), signed: true));
        _scene.Refused("LOG-CHECKPOINT", Checkpoint(note => Sized(note, "18446744073709551615"), signed: true));
    }

    private static string Sized(string note, string size)
    {
        string[] lines = note.Split('\n');
        lines[1] = size;
        return string.Join('\n', lines);
    }

    [Fact]
    public void A_proof_with_a_surplus_or_a_missing_hash_is_refused()
    {
        _scene.Refused("LOG-PROOF", new BundleOptions { EditEntry = entry => entry with { Hashes = [.. entry.Hashes, new byte[32]] } });
        _scene.Refused("LOG-PROOF", new BundleOptions { EditEntry = entry => entry with { Hashes = [.. entry.Hashes.SkipLast(1)] } });
        _scene.Refused("LOG-PROOF", new BundleOptions { EditEntry = entry => entry with { Hashes = [new byte[31], .. entry.Hashes.Skip(1)] } });
        _scene.Refused("LOG-PROOF", new BundleOptions { EditEntry = entry => entry with { TreeIndex = entry.TreeSize } });
        _scene.Refused("BUNDLE-SHAPE", new BundleOptions { EditEntry = entry => entry with { HasProof = false } });
        _scene.Refused("BUNDLE-SHAPE", new BundleOptions { EditEntry = entry => entry with { Checkpoint = null } });
    }

    [Fact]
    public void A_tree_of_one_leaf_needs_no_hashes()
    {
        using RekorLog fresh = new(1, new Uri("https://young.test"), TimeProvider.System, fillers: 0);
        MadeBundle made = _scene.Instance.Bundles.SignMessage(InstanceScene.File, new BundleOptions { Log = fresh });
        Assert.Empty(made.Entry!.Hashes);
        _scene.Verify(made, root => root["tlogs"]!.AsArray().Add(TrustFiles.Log(fresh, _scene.Instance.Created.AddHours(-1))));
    }

    [Fact]
    public void An_unusable_key_of_an_unused_log_is_not_a_fault_and_of_a_used_one_is()
    {
        _scene.Accepted(new BundleOptions(), root => root["tlogs"]![1]!["publicKey"]!["keyDetails"] = "ML_DSA_65");
        _scene.Refused("LOG-UNKNOWN", new BundleOptions(), root => root["tlogs"]![0]!["publicKey"]!["keyDetails"] = "ML_DSA_65");
    }

    [Fact]
    public void A_root_whose_log_has_no_beginning_or_another_identifier_is_refused()
    {
        _scene.Refused("TRUSTED-ROOT", new BundleOptions(), root => root["tlogs"]![1]!["publicKey"]!["validFor"] = new JsonObject());
        _scene.Refused("TRUSTED-ROOT", new BundleOptions(), root => root["tlogs"]![1]!["logId"]!["keyId"] = Convert.ToBase64String(new byte[32]));
        _scene.Refused("TRUSTED-ROOT", new BundleOptions(), root => root["mediaType"] = "application/json");
    }
}
