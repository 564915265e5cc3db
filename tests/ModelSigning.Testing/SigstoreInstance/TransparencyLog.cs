using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>An entry of a log with everything that proves it; a record, so that a test changes what it wants.</summary>
public sealed record LoggedEntry
{
    public required byte[] Body { get; init; }

    public required string Kind { get; init; }

    public required string KindVersion { get; init; }

    public required byte[] LogId { get; init; }

    /// <summary>The index in the tree, and the global one.</summary>
    public required long TreeIndex { get; init; }

    /// <inheritdoc cref="TreeIndex"/>
    public required long GlobalIndex { get; init; }

    /// <summary>Seconds since 1970; 0 for Rekor v2.</summary>
    public long IntegratedTime { get; init; }

    public byte[]? SignedEntryTimestamp { get; init; }

    public required byte[] RootHash { get; init; }

    public required long TreeSize { get; init; }

    public required IReadOnlyList<byte[]> Hashes { get; init; }

    /// <summary>The signed note; null leaves it out.</summary>
    public required string? Checkpoint { get; init; }

    /// <summary>Whether there is a proof at all.</summary>
    public bool HasProof { get; init; } = true;

    /// <summary>The entry as a bundle carries it.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["logIndex"] = Text(GlobalIndex),
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(LogId) },
            ["kindVersion"] = new JsonObject { ["kind"] = Kind, ["version"] = KindVersion },
        };
        if (IntegratedTime != 0)
        {
            json["integratedTime"] = Text(IntegratedTime);
        }

        if (SignedEntryTimestamp is not null)
        {
            json["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Convert.ToBase64String(SignedEntryTimestamp) };
        }

        if (HasProof)
        {
            json["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = Text(TreeIndex),
                ["rootHash"] = Convert.ToBase64String(RootHash),
                ["treeSize"] = Text(TreeSize),
                ["hashes"] = new JsonArray([.. Hashes.Select(hash => (JsonNode)Convert.ToBase64String(hash))]),
            };
            if (Checkpoint is not null)
            {
                json["inclusionProof"]!["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint };
            }
        }

        json["canonicalizedBody"] = Convert.ToBase64String(Body);
        return json;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a test changes while an entry is logged, before anything is signed.</summary>
public sealed record LogOptions
{
    /// <summary>When the log says that it took the entry; null is now.</summary>
    public DateTimeOffset? IntegratedTime { get; init; }

    /// <summary>Changes the note's text before it is signed.</summary>
    public Func<string, string>? EditNote { get; init; }

    /// <summary>Changes the whole checkpoint after it is signed.</summary>
    public Func<string, string>? EditCheckpoint { get; init; }
}

/// <summary>A transparency log: Rekor v1 (ECDSA checkpoints and entry timestamps) or Rekor v2 (Ed25519 checkpoints, nothing else).</summary>
public sealed class TransparencyLog : IDisposable
{
    private const string TreeId = "1193050959916656506";

    private readonly Lock _gate = new();
    private readonly MerkleTree _tree = new();
    private readonly List<byte[]> _bodies = [];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Ed25519PrivateKeyParameters _edKey = new(new SecureRandom());
    private readonly TimeProvider _clock;
    private readonly long _offset;

    /// <summary>Makes a log.</summary>
    /// <param name="version">1 or 2.</param>
    /// <param name="address">Its base address; the host is the checkpoints' name.</param>
    /// <param name="clock">The log's clock.</param>
    /// <param name="fillers">Entries that are there from the beginning, so that proofs are not empty.</param>
    public TransparencyLog(int version, Uri address, TimeProvider clock, int fillers = 5)
    {
        Version = version;
        Address = address;
        _clock = clock;
        _offset = version == 1 ? 1_000_000 : 0; // the global index of a sharded log differs from the tree's
        for (int i = 0; i < fillers; i++)
        {
            Add(Encoding.ASCII.GetBytes($"{{\"filler\":{i}}}"));
        }

        byte[] raw = _edKey.GeneratePublicKey().GetEncoded();
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4): SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING }.
        PublicKey = version == 1 ? _key.ExportSubjectPublicKeyInfo() : [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. raw];
        LogId = version == 1 ? SHA256.HashData(PublicKey) : SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', 1, .. raw]);
    }

    public int Version { get; }

    public Uri Address { get; }

    /// <summary>The name on checkpoints.</summary>
    public string Name => Address.Host;

    /// <summary>The SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey { get; }

    /// <summary>The log's key identifier, 32 bytes.</summary>
    public byte[] LogId { get; }

    /// <summary>How many entries there are.</summary>
    public int Size => _tree.Size;

    /// <summary>Appends a body and proves it.</summary>
    public LoggedEntry Append(JsonObject body, LogOptions? options = null) => Append(CanonicalJson.Rfc8785(body), options);

    /// <inheritdoc cref="Append(JsonObject, LogOptions?)"/>
    public LoggedEntry Append(byte[] body, LogOptions? options = null)
    {
        lock (_gate)
        {
            return Prove(Add(body), options);
        }
    }

    /// <summary>Proves an entry that is there, in the tree as it is now.</summary>
    public LoggedEntry Prove(int index, LogOptions? options = null)
    {
        lock (_gate)
        {
            options ??= new LogOptions();
            byte[] body = _bodies[index], root = _tree.Root();
            JsonNode parsed = JsonNode.Parse(body)!;
            long time = Version == 1 ? (options.IntegratedTime ?? _clock.GetUtcNow()).ToUnixTimeSeconds() : 0;
            string checkpoint = Checkpoint(root, options.EditNote);
            LoggedEntry entry = new()
            {
                Body = body,
                Kind = (string?)parsed["kind"] ?? "filler",
                KindVersion = (string?)parsed["apiVersion"] ?? "0",
                LogId = LogId,
                TreeIndex = index,
                GlobalIndex = _offset + index,
                IntegratedTime = time,
                RootHash = root,
                TreeSize = _tree.Size,
                Hashes = _tree.InclusionProof(index),
                Checkpoint = options.EditCheckpoint?.Invoke(checkpoint) ?? checkpoint,
            };
            return Version == 1 ? entry with { SignedEntryTimestamp = SignEntry(entry) } : entry;
        }
    }

    /// <summary>Where an entry with this body is, or null.</summary>
    public int? Find(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            for (int i = 0; i < _bodies.Count; i++)
            {
                if (body.SequenceEqual(_bodies[i]))
                {
                    return i;
                }
            }

            return null;
        }
    }

    /// <summary>The signed entry timestamp of Rekor v1 over an entry as it stands.</summary>
    public byte[] SignEntry(LoggedEntry entry) => _key.SignData(
        CanonicalJson.Rfc8785(new JsonObject
        {
            ["body"] = Convert.ToBase64String(entry.Body),
            ["integratedTime"] = entry.IntegratedTime,
            ["logID"] = Convert.ToHexStringLower(entry.LogId),
            ["logIndex"] = entry.GlobalIndex,
        }),
        HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Signs a note and writes the signature's line.</summary>
    public string SignatureLine(string note)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(note);
        byte[] signature = Version == 1 ? _key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) : SignEd25519(bytes);
        return $"\u2014 {Name} {Convert.ToBase64String([.. LogId[..4], .. signature])}\n";
    }

    public void Dispose() => _key.Dispose();

    private int Add(byte[] body)
    {
        _bodies.Add(body);
        return _tree.Append(body);
    }

    private string Checkpoint(byte[] root, Func<string, string>? editNote)
    {
        string origin = Version == 1 ? $"{Name} - {TreeId}" : Name;
        string note = string.Create(CultureInfo.InvariantCulture, $"{origin}\n{_tree.Size}\n{Convert.ToBase64String(root)}\n");
        note = editNote?.Invoke(note) ?? note;
        // A witness whose key nobody has stands before the log's own line: clients must look past it.
        string witness = Version == 1 ? "" : $"\u2014 witness.sigstore.test {Convert.ToBase64String(RandomNumberGenerator.GetBytes(76))}\n";
        return note + "\n" + witness + SignatureLine(note);
    }

    private byte[] SignEd25519(byte[] bytes)
    {
        Ed25519Signer signer = new();
        signer.Init(true, _edKey);
        signer.BlockUpdate(bytes, 0, bytes.Length);
        return signer.GenerateSignature();
    }
}
