using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Bundles;

public class BundleReaderTests
{
    private static JsonObject Json(Bundle bundle) => JsonNode.Parse(BundleWriter.Write(bundle))!.AsObject();

    private static Bundle Parse(string json) => BundleReader.Parse(Encoding.UTF8.GetBytes(json), "test.sig");

    private static void Refused(ErrorDefinition expected, string json)
    {
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Parse(json));
        Assert.Equal(expected.Id, error.Definition.Id);
        Assert.Equal("test.sig", error.Target);
    }

    private static void Refused(ErrorDefinition expected, Bundle bundle, Action<JsonObject> change)
    {
        JsonObject json = Json(bundle);
        change(json);
        Refused(expected, json.ToJsonString());
    }

    private static Bundle Changed(Bundle bundle, Action<JsonObject> change)
    {
        JsonObject json = Json(bundle);
        change(json);
        return Parse(json.ToJsonString());
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1", BundleVersion.V01)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2", BundleVersion.V02)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3", BundleVersion.V03)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", BundleVersion.V03)]
    public void The_four_media_types_are_read(string mediaType, BundleVersion version) =>
        Assert.Equal(version, Changed(SampleBundles.Key, json => json["mediaType"] = mediaType).Version);

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.4+json")]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.1+json")]
    [InlineData("APPLICATION/vnd.dev.sigstore.bundle.v0.3+json")]
    [InlineData("application/json")]
    [InlineData("")]
    [InlineData(null)]
    public void Any_other_media_type_is_refused(string? mediaType) =>
        Refused(BundleErrors.BundleMediaTypeUnknown, SampleBundles.Key, json => json["mediaType"] = mediaType);

    [Fact]
    public void An_empty_file_a_cut_one_and_one_that_is_something_else_each_have_their_own_error()
    {
        string whole = Json(SampleBundles.Key).ToJsonString();
        Refused(BundleErrors.BundleEmpty, "");
        Refused(BundleErrors.BundleEmpty, " \r\n\t");
        Refused(BundleErrors.BundleTruncated, whole[..^1]);
        Refused(BundleErrors.BundleTruncated, "{");
        Refused(BundleErrors.BundleMalformed, "[]");
        Refused(BundleErrors.BundleMalformed, "\"text\"");
        Refused(BundleErrors.BundleMalformed, whole + "{}");
        Refused(BundleErrors.BundleMalformed, whole + "x");
        Refused(BundleErrors.BundleMalformed, "/* comment */" + whole);
        Refused(BundleErrors.BundleMalformed, whole[..^1] + ",}");
        Refused(BundleErrors.BundleMalformed, "not json");
    }

    [Fact]
    public void Two_signatures_or_none_are_refused()
    {
        Refused(BundleErrors.BundleSignatureCount, SampleBundles.Key, json => json["dsseEnvelope"]!["signatures"]!.AsArray().Add(new JsonObject { ["sig"] = "AAAA" }));
        Refused(BundleErrors.BundleSignatureCount, SampleBundles.Key, json => json["dsseEnvelope"]!["signatures"]!.AsArray().Clear());
        Refused(BundleErrors.BundleIncomplete, SampleBundles.Key, json => json["dsseEnvelope"]!["signatures"]![0]!["sig"] = "");
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"x\":[{\"b\":{\"c\":1},\"d\":2,\"b\":3}]}")]
    public void A_member_twice_under_any_spelling_is_refused(string json) => Refused(BundleErrors.BundleDuplicateMember, json);

    [Fact]
    public void The_same_member_in_two_objects_is_not_a_duplicate() =>
        Refused(BundleErrors.BundleMediaTypeUnknown, "{\"x\":[{\"a\":{\"a\":1}},{\"a\":1}],\"y\":{\"a\":2}}");

    [Fact]
    public void Nesting_is_read_to_64_levels_and_a_bomb_is_refused()
    {
        static string Nested(int arrays) => "{\"x\":" + new string('[', arrays) + new string(']', arrays) + "}";
        Refused(BundleErrors.BundleMediaTypeUnknown, Nested(63));
        Refused(BundleErrors.BundleTooDeep, Nested(64));
        Refused(BundleErrors.BundleTooDeep, Nested(1_000_000));
        Refused(BundleErrors.BundleTooDeep, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
    }

    [Fact]
    public void More_bytes_or_elements_than_the_bounds_are_refused()
    {
        Refused(BundleErrors.BundleTooLarge, SampleBundles.Sigstore, json => Repeat(json["verificationMaterial"]!["tlogEntries"]!.AsArray(), 33));
        Refused(BundleErrors.BundleTooLarge, SampleBundles.Chain, json => Repeat(json["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]!.AsArray(), 33));
        Assert.Equal(32, Changed(SampleBundles.Sigstore, json => Repeat(json["verificationMaterial"]!["tlogEntries"]!.AsArray(), 32)).VerificationMaterial.TlogEntries.Count);
    }

    [Fact]
    public void A_bundle_is_read_in_the_memory_of_its_file_and_its_payload_decoded_in_it()
    {
        using TemporaryFolder folder = new();
        byte[] payload = RandomNumberGenerator.GetBytes(8_000_001);
        string path = folder.Write("large.sig", BundleWriter.Write(SampleBundles.Key with { DsseEnvelope = SampleBundles.Envelope with { Payload = payload } }));
        _ = BundleReader.Read(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Bundle bundle = BundleReader.Read(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (long)(1.05 * new FileInfo(path).Length));
        Assert.Equal(payload, bundle.DsseEnvelope!.Payload.ToArray());
    }

    [Theory]
    [InlineData("[],")]
    [InlineData("0,")]
    [InlineData("{\"a\":0},")]
    [InlineData("\"\\u0061\",")]
    [InlineData("                ")]
    public void Members_that_no_bundle_has_cost_no_more_than_the_file(string filler)
    {
        using TemporaryFolder folder = new();
        string json = Json(SampleBundles.Key).ToJsonString();
        string filled = $"{json[..^1]},\"x\":[{string.Concat(Enumerable.Repeat(filler, 5_000_000 / filler.Length))}0]}}";
        string path = folder.Write("filled.sig", Encoding.UTF8.GetBytes(filled));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(BundleErrors.BundleTooLarge, Assert.Throws<ModelSigningException>(() => BundleReader.Read(path)).Definition);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (long)(1.05 * filled.Length));
    }

    [Fact]
    public void An_object_of_many_members_costs_little_before_it_is_refused()
    {
        string members = string.Join(',', Enumerable.Range(0, 600_000).Select(index => $"\"{index}\":0"));
        byte[] bundle = Encoding.UTF8.GetBytes($"{Json(SampleBundles.Key).ToJsonString()[..^1]},\"x\":{{{members}}}}}");
        using TemporaryFolder folder = new();
        string path = folder.Write("members.sig", bundle);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(BundleErrors.BundleTooLarge, Assert.Throws<ModelSigningException>(() => BundleReader.Read(path)).Definition);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (long)(1.2 * bundle.Length));
    }

    [Fact]
    public void A_small_bundle_of_many_values_is_refused_before_they_are_stored()
    {
        string json = Json(SampleBundles.Key).ToJsonString();
        Refused(BundleErrors.BundleTooLarge, $"{json[..^1]},\"x\":[{string.Concat(Enumerable.Repeat("[],", 500_000))}0]}}");
    }

    [Theory]
    [InlineData("MEUCIQDvIRCSxMAmFcNwKbG4iAJZVTH9cVq6x9vBAXMUpzYZ8AIgCLcMVu0IJuYxAFrqEArzRAyZgJvNkzFyrVhxBZrHEOs=\n", "bare signature")]
    [InlineData("""{"base64Signature":"MEUC","cert":"LS0t","rekorBundle":{"SignedEntryTimestamp":"MEUC","Payload":{"logIndex":1}}}""", "base64Signature")]
    [InlineData("""{"SignedEntryTimestamp":"MEUC","Payload":{"body":"e30=","integratedTime":1,"logIndex":1,"logID":"c0d2"}}""", "SignedEntryTimestamp")]
    [InlineData("""{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"","sig":"MEUC"}]}""", "DSSE")]
    public void What_older_tools_wrote_is_recognised(string text, string what)
    {
        Refused(BundleErrors.BundleFormatOutdated, text);
        Assert.Contains(what, Assert.Throws<ModelSigningException>(() => Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_payload_may_be_escaped_and_must_be_the_one_encoding_of_its_bytes()
    {
        static string With(string payload) => Json(SampleBundles.Key).ToJsonString()
            .Replace(Convert.ToBase64String(SampleBundles.Envelope.Payload.Span), payload, StringComparison.Ordinal);
        Assert.Equal("abc"u8.ToArray(), Parse(With("\\u0059\\u0057Jj")).DsseEnvelope!.Payload.ToArray());
        foreach (string wrong in (string[])["YWJjZB==", "YWJj ", "YWJ", "YW=j", "====", "YWJj=", "-_8=", "YWJj\\n", "\\u1059WJj", "YQ==YQ=="])
        {
            Refused(BundleErrors.BundleMalformed, With(wrong));
        }

        Refused(BundleErrors.BundleIncomplete, With(""));
        Refused(BundleErrors.BundleMalformed, SampleBundles.Key, json => json["dsseEnvelope"]!["payload"] = 1);
    }

    private static void Repeat(JsonArray array, int count)
    {
        while (array.Count < count)
        {
            array.Add(array[0]!.DeepClone());
        }
    }

    [Fact]
    public void A_huge_file_is_refused_by_its_length_before_it_is_read()
    {
        using TemporaryFolder folder = new();
        using (FileStream sparse = File.Create(folder["huge.sig"]))
        {
            sparse.SetLength(1L << 40);
        }

        Assert.Equal(BundleErrors.BundleTooLarge, Assert.Throws<ModelSigningException>(() => BundleReader.Read(folder["huge.sig"])).Definition);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a signature")]
    [InlineData("[")]
    [InlineData("\"text\"")]
    [InlineData("\uFEFF{ \"mediaType\": nonsense")]
    [InlineData("{} and more")]
    public void One_GiB_of_nonsense_is_refused_by_its_beginning(string start)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "NTFS makes a file sparse only when asked through an API of its own.");
        using TemporaryFolder folder = new();
        using (FileStream sparse = File.Create(folder["nonsense.sig"]))
        {
            sparse.Write(Encoding.UTF8.GetBytes(start));
            sparse.SetLength(1L << 30);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => BundleReader.Read(folder["nonsense.sig"]));
        Assert.Equal(BundleErrors.BundleMalformed, refusal.Definition);
        Assert.InRange(refusal.Message.Length, 1, 1500);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_large_bundle_is_read_whatever_the_length_of_its_beginning()
    {
        using TemporaryFolder folder = new();
        byte[] payload = new byte[6 * 1024 * 1024];
        byte[] large = BundleWriter.Write(SampleBundles.Key with { DsseEnvelope = SampleBundles.Envelope with { Payload = payload } });
        File.WriteAllBytes(folder["large.sig"], [0xEF, 0xBB, 0xBF, .. new byte[1000].Select(_ => (byte)' '), .. large]);
        Assert.Equal(payload, BundleReader.Read(folder["large.sig"]).DsseEnvelope!.Payload.ToArray());
    }

    [Fact]
    public void A_file_that_is_not_there_and_one_that_is_a_folder_have_their_own_errors()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(BundleErrors.BundleNotFound, Assert.Throws<ModelSigningException>(() => BundleReader.Read(folder["none.sig"])).Definition);
        Assert.Equal(BundleErrors.BundleUnreadable, Assert.Throws<ModelSigningException>(() => BundleReader.Read(folder.FullPath)).Definition);
    }

    [Fact]
    public void Both_or_neither_of_envelope_and_message_and_of_the_materials_are_refused()
    {
        Refused(BundleErrors.BundleMalformed, SampleBundles.Key, json => json["messageSignature"] = new JsonObject { ["signature"] = "AAAA" });
        Refused(BundleErrors.BundleIncomplete, SampleBundles.Key, json => json.Remove("dsseEnvelope"));
        Refused(BundleErrors.BundleMalformed, SampleBundles.Key, json => json["verificationMaterial"]!["certificate"] = new JsonObject { ["rawBytes"] = "AAAA" });
        Refused(BundleErrors.BundleWithoutMaterial, SampleBundles.Key, json => json["verificationMaterial"]!.AsObject().Remove("publicKey"));
        Refused(BundleErrors.BundleWithoutMaterial, SampleBundles.Key, json => json.Remove("verificationMaterial"));
        Refused(BundleErrors.BundleWithoutMaterial, SampleBundles.Chain, json => json["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray().Clear());
    }

    [Theory]
    [InlineData("AR==")]
    [InlineData("AQ")]
    [InlineData("A Q==")]
    [InlineData("AQ==\n")]
    [InlineData("-_8=")]
    [InlineData("A===")]
    [InlineData("ÄÄÄÄ")]
    public void Base64_that_is_not_the_one_encoding_of_its_bytes_is_refused(string text) =>
        Refused(BundleErrors.BundleMalformed, SampleBundles.Key, json => json["dsseEnvelope"]!["signatures"]![0]!["sig"] = text);

    [Fact]
    public void Base64_with_escapes_of_JSON_is_read() =>
        Assert.Equal([0xFB, 0xFF], Parse(Json(SampleBundles.Key).ToJsonString()
            .Replace(Convert.ToBase64String(SampleBundles.Envelope.Payload.Span), "\\u002B\\/8=", StringComparison.Ordinal)).DsseEnvelope!.Payload.ToArray());

    [Theory]
    [InlineData("\"12\"", 12)]
    [InlineData("12", 12)]
    [InlineData("0", 0)]
    [InlineData("\"9223372036854775807\"", long.MaxValue)]
    [InlineData("null", 0)]
    public void Integers_are_read_as_strings_and_as_numbers(string value, long expected) =>
        Assert.Equal(expected, Parse(Json(SampleBundles.Sigstore).ToJsonString().Replace("\"735\"", value, StringComparison.Ordinal)).VerificationMaterial.TlogEntries[0].LogIndex);

    [Theory]
    [InlineData("12.0")]
    [InlineData("1e2")]
    [InlineData("\" 12\"")]
    [InlineData("\"012\"")]
    [InlineData("\"+1\"")]
    [InlineData("\"\"")]
    [InlineData("\"-\"")]
    [InlineData("\"9223372036854775808\"")]
    [InlineData("true")]
    [InlineData("\"١٢\"")]
    public void Anything_else_is_not_an_integer(string value) =>
        Refused(BundleErrors.BundleMalformed, Json(SampleBundles.Sigstore).ToJsonString().Replace("\"735\"", value, StringComparison.Ordinal));

    [Fact]
    public void A_negative_index_is_refused() =>
        Refused(BundleErrors.BundleIncomplete, SampleBundles.Sigstore, json => json["verificationMaterial"]!["tlogEntries"]![0]!["logIndex"] = "-1");

    [Fact]
    public void Names_in_snake_case_are_refused() =>
        Refused(BundleErrors.BundleMalformed, SampleBundles.Sigstore, json => json["verificationMaterial"]!["tlog_entries"] = new JsonArray());

    [Fact]
    public void Unknown_members_and_absent_lists_are_accepted()
    {
        Bundle bundle = Changed(SampleBundles.Key, json =>
        {
            json["someNewMember"] = new JsonObject { ["x"] = 1 };
            json["verificationMaterial"]!.AsObject().Remove("tlogEntries");
            json["verificationMaterial"]!["timestampVerificationData"] = new JsonObject();
            json["messageSignature"] = null;
            json["dsseEnvelope"]!["signatures"]![0]!["keyid"] = null;
        });
        Assert.Empty(bundle.VerificationMaterial.TlogEntries);
        Assert.Empty(bundle.VerificationMaterial.Rfc3161Timestamps);
        Assert.Null(bundle.DsseEnvelope!.Signatures[0].KeyId);
    }

    [Fact]
    public void The_older_form_of_a_public_key_is_read()
    {
        Bundle bundle = Changed(SampleBundles.Key, json => json["verificationMaterial"]!["publicKey"] =
            new JsonObject { ["rawBytes"] = "AQID", ["keyDetails"] = "PKIX_ECDSA_P384_SHA_384" });
        Assert.Null(bundle.VerificationMaterial.PublicKey!.Hint);
        Assert.Equal([1, 2, 3], bundle.VerificationMaterial.PublicKey.RawBytes!.Value.ToArray());
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() =>
        Assert.NotNull(BundleReader.Parse((byte[])[0xEF, 0xBB, 0xBF, .. BundleWriter.Write(SampleBundles.Key)], "test.sig").DsseEnvelope);

    [Fact]
    public void Text_that_is_not_text_is_refused()
    {
        Refused(BundleErrors.BundleMalformed, "{\"a\":\"\\ud800\"}");
        Refused(BundleErrors.BundleMalformed, "{\"\\udc00\":1}");
        byte[] invalid = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal(BundleErrors.BundleMalformed, Assert.Throws<ModelSigningException>(() => BundleReader.Parse(invalid, "test.sig")).Definition);
    }

    [Fact]
    public void An_algorithm_by_its_number_is_read_as_its_name() =>
        Assert.Equal("SHA2_256", Changed(SampleBundles.Sigstore, json => json["messageSignature"]!["messageDigest"]!["algorithm"] = 1).MessageSignature!.DigestAlgorithm);

    [Fact]
    public void Every_cut_of_a_valid_bundle_is_refused()
    {
        foreach (Bundle bundle in SampleBundles.All)
        {
            byte[] whole = BundleWriter.Write(bundle);
            for (int length = 0; length < whole.Length; length++)
            {
                Assert.Throws<ModelSigningException>(() => BundleReader.Parse(whole.AsMemory(0, length), "cut"));
            }
        }
    }

    [Fact]
    public void Every_changed_byte_of_a_valid_bundle_is_read_or_refused_and_nothing_else_happens()
    {
        foreach (Bundle bundle in SampleBundles.All)
        {
            byte[] bytes = BundleWriter.Write(bundle);
            for (int at = 0; at < bytes.Length; at++)
            {
                byte original = bytes[at];
                foreach (byte change in (ReadOnlySpan<byte>)[(byte)(original ^ 1), (byte)(original ^ 0x20), (byte)(original ^ 0x80), 0, (byte)'"', (byte)'\\', (byte)'{'])
                {
                    bytes[at] = change;
                    Exception? error = Record.Exception(() => BundleReader.Parse(bytes, "flipped"));
                    Assert.True(error is null or ModelSigningException, $"byte {at} as {change}: {error}");
                }

                bytes[at] = original;
            }
        }
    }

    [Fact]
    public void Every_shared_bundle_is_read_unless_its_name_says_that_it_is_not_a_bundle()
    {
        string folder = SharedData.Require("testdata");
        string[] unreadable = ["bundle-malformed-json_fail", "bundle-empty-certificate-chain_fail"];
        string[] files = [.. Directory.GetFiles(folder, "bundle.sigstore.json", SearchOption.AllDirectories)];
        Assert.True(files.Length > 20);
        foreach (string file in files)
        {
            Exception? error = Record.Exception(() => BundleReader.Read(file));
            if (unreadable.Contains(Path.GetFileName(Path.GetDirectoryName(file)), StringComparer.Ordinal))
            {
                Assert.IsType<ModelSigningException>(error);
            }
            else
            {
                Assert.True(error is null, $"{file}: {error}");
            }
        }
    }
}
