using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The keys of a role, and how many of them must sign.</summary>
public sealed class TufRole(int threshold, params ECDsa[] keys)
{
    public int Threshold { get; } = threshold;

    public IReadOnlyList<ECDsa> Keys { get; } = keys;
}

/// <summary>
/// A TUF repository (specification 1.0): roots that rotate, consistent snapshots, keys and signatures as those of the public
/// repository. <see cref="Files"/> is what a server serves; a test may replace any of it.
/// </summary>
public sealed class TufRepository : IDisposable
{
    private static readonly string[] RoleNames = ["root", "timestamp", "snapshot", "targets"];

    private readonly TimeProvider _clock;
    private readonly List<ECDsa> _keys = [];
    private readonly SortedDictionary<string, byte[]> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _versions = new() { ["root"] = 0, ["timestamp"] = 0, ["snapshot"] = 0, ["targets"] = 0 };
    private TufRole? _previousRoot;

    public TufRepository(TimeProvider clock, bool consistentSnapshot = true)
    {
        _clock = clock;
        ConsistentSnapshot = consistentSnapshot;
        foreach (string role in RoleNames)
        {
            Roles[role] = new TufRole(1, NewKey());
            Expires[role] = clock.GetUtcNow().AddDays(30);
        }

        PublishRoot();
    }

    public bool ConsistentSnapshot { get; }

    /// <summary>Paths below the repository's address, and their bytes.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The roles that the next root will name.</summary>
    public Dictionary<string, TufRole> Roles { get; } = [];

    /// <summary>When each role's next metadata expires.</summary>
    public Dictionary<string, DateTimeOffset> Expires { get; } = [];

    /// <summary>The version of a role's latest metadata.</summary>
    public int Version(string role) => _versions[role];

    /// <summary>Sets the version after which a role's next metadata is numbered; for a repository that goes back.</summary>
    public void SetVersion(string role, int version) => _versions[role] = version;

    /// <summary>Makes a key that the repository disposes of.</summary>
    public ECDsa NewKey()
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keys.Add(key);
        return key;
    }

    /// <summary>Adds or replaces a target; <see cref="Publish"/> makes it visible.</summary>
    public void SetTarget(string name, byte[] content) => _targets[name] = content;

    /// <summary>Takes a target out.</summary>
    public void RemoveTarget(string name) => _targets.Remove(name);

    /// <summary>Publishes a root with <see cref="Roles"/>, signed by the previous root's keys and by its own.</summary>
    /// <param name="edit">Changes the metadata before it is signed.</param>
    /// <param name="signers">Who signs instead.</param>
    public void PublishRoot(Action<JsonObject>? edit = null, IEnumerable<ECDsa>? signers = null)
    {
        JsonObject signed = Metadata("root");
        signed["consistent_snapshot"] = ConsistentSnapshot;
        signed["keys"] = new JsonObject(Roles.Values.SelectMany(role => role.Keys).Distinct()
            .Select(key => KeyValuePair.Create(KeyId(key), (JsonNode?)KeyObject(key))));
        signed["roles"] = new JsonObject(Roles.Select(role => KeyValuePair.Create(role.Key, (JsonNode?)new JsonObject
        {
            ["keyids"] = new JsonArray([.. role.Value.Keys.Select(key => (JsonNode)KeyId(key))]),
            ["threshold"] = role.Value.Threshold,
        })));
        edit?.Invoke(signed);
        Files[$"{_versions["root"]}.root.json"] = Sign(signed, signers ?? (_previousRoot?.Keys ?? []).Concat(Roles["root"].Keys).Distinct());
        _previousRoot = Roles["root"];
    }

    /// <summary>Publishes targets, snapshot and timestamp, each one version higher.</summary>
    /// <param name="edit">Changes the metadata of a role, named first, before it is signed.</param>
    public void Publish(Action<string, JsonObject>? edit = null)
    {
        JsonObject targets = Metadata("targets");
        targets["targets"] = new JsonObject(_targets.Select(target => KeyValuePair.Create(target.Key, (JsonNode?)Described(target.Value, version: null))));
        byte[] targetsFile = PublishRole("targets", targets, edit);
        foreach ((string name, byte[] content) in _targets)
        {
            Files["targets/" + (ConsistentSnapshot ? Convert.ToHexStringLower(SHA256.HashData(content)) + "." : "") + name] = content;
        }

        JsonObject snapshot = Metadata("snapshot");
        snapshot["meta"] = new JsonObject { ["targets.json"] = Described(targetsFile, _versions["targets"]) };
        byte[] snapshotFile = PublishRole("snapshot", snapshot, edit);
        JsonObject timestamp = Metadata("timestamp");
        timestamp["meta"] = new JsonObject { ["snapshot.json"] = Described(snapshotFile, _versions["snapshot"]) };
        PublishRole("timestamp", timestamp, edit);
    }

    /// <summary>Signs metadata with keys, in the envelope of TUF.</summary>
    public static byte[] Sign(JsonObject metadata, IEnumerable<ECDsa> keys)
    {
        byte[] canonical = CanonicalJson.Olpc(metadata);
        return CanonicalJson.File(new JsonObject
        {
            ["signatures"] = new JsonArray([.. keys.Select(key => (JsonNode)new JsonObject
            {
                ["keyid"] = KeyId(key),
                ["sig"] = Convert.ToHexStringLower(key.SignData(canonical, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            })]),
            ["signed"] = metadata.DeepClone(),
        });
    }

    /// <summary>The identifier of a key.</summary>
    public static string KeyId(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Olpc(KeyObject(key))));

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private byte[] PublishRole(string role, JsonObject signed, Action<string, JsonObject>? edit)
    {
        edit?.Invoke(role, signed);
        byte[] file = Sign(signed, Roles[role].Keys);
        Files[role == "timestamp" || !ConsistentSnapshot ? role + ".json" : $"{_versions[role]}.{role}.json"] = file;
        return file;
    }

    private JsonObject Metadata(string role) => new()
    {
        ["_type"] = role,
        ["spec_version"] = "1.0.31",
        ["version"] = ++_versions[role],
        ["expires"] = TrustFiles.Timestamp(Expires[role]),
        ["x-tuf-on-ci-expiry-period"] = 30, // members that no client knows are signed, too
    };

    private static JsonObject Described(byte[] content, int? version)
    {
        JsonObject described = new()
        {
            ["length"] = content.Length,
            ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)) },
        };
        if (version is not null)
        {
            described["version"] = version;
        }

        return described;
    }

    private static JsonObject KeyObject(ECDsa key) => new()
    {
        ["keytype"] = "ecdsa",
        ["scheme"] = "ecdsa-sha2-nistp256",
        ["keyval"] = new JsonObject { ["public"] = key.ExportSubjectPublicKeyInfoPem() + "\n" },
    };
}
