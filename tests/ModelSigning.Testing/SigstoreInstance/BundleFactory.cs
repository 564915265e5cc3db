using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>How a bundle is made; the defaults make one that verifies.</summary>
public sealed record BundleOptions
{
    /// <summary>The certificate.</summary>
    public LeafOptions Leaf { get; init; } = new();

    /// <summary>Who issues it; null is the instance's authority.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The signing key's curve and the signature's hash.</summary>
    public ECCurve Curve { get; init; } = ECCurve.NamedCurves.nistP256;

    /// <inheritdoc cref="Curve"/>
    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>0: no entry. 1 and 2: an entry of that Rekor.</summary>
    public int RekorVersion { get; init; } = 1;

    /// <summary>The log; null is the instance's of <see cref="RekorVersion"/>.</summary>
    public TransparencyLog? Log { get; init; }

    /// <summary>Changes the entry's body before it is logged.</summary>
    public Func<JsonObject, JsonObject>? EditBody { get; init; }

    /// <summary>How it is logged.</summary>
    public LogOptions LogOptions { get; init; } = new();

    /// <summary>Changes the entry after it is logged.</summary>
    public Func<LoggedEntry, LoggedEntry>? EditEntry { get; init; }

    /// <summary>Whether there is a timestamp; null is: with Rekor v2 and without an entry.</summary>
    public bool? Timestamp { get; init; }

    /// <summary>Who timestamps; null is the instance's authority.</summary>
    public TimestampAuthority? TimestampAuthority { get; init; }

    /// <summary>Changes the timestamp before it is signed.</summary>
    public Func<TimestampAnswer, TimestampAnswer>? EditTimestamp { get; init; }

    /// <summary>The envelope's payload type.</summary>
    public string PayloadType { get; init; } = "application/vnd.in-toto+json";

    /// <summary>Changes the finished JSON.</summary>
    public Action<JsonObject>? EditBundle { get; init; }
}

/// <summary>A bundle and what it was made from.</summary>
public sealed record MadeBundle(JsonObject Json, X509Certificate2 Certificate, byte[] Signature, LoggedEntry? Entry, byte[]? Timestamp)
{
    /// <summary>The bundle as a file holds it.</summary>
    public byte[] Bytes => CanonicalJson.File(Json);
}

/// <summary>Makes bundles on an instance directly: no HTTP, and every part can be wrong.</summary>
public sealed class BundleFactory(PrivateSigstore instance)
{
    /// <summary>Signs a file's bytes.</summary>
    public MadeBundle SignMessage(byte[] artifact, BundleOptions? options = null)
    {
        options ??= new BundleOptions();
        return Make(options, artifact, (signature, certificate) => (
            new JsonObject
            {
                ["messageDigest"] = new JsonObject { ["algorithm"] = DigestName(options.Hash), ["digest"] = Convert.ToBase64String(Hash(options.Hash, artifact)) },
                ["signature"] = Convert.ToBase64String(signature),
            },
            options.RekorVersion == 1
                ? EntryBody.HashedRekord001(Hash(options.Hash, artifact), signature, Pem(certificate), options.Hash.Name!.ToLowerInvariant())
                : EntryBody.HashedRekord002(Hash(options.Hash, artifact), signature, certificate, DigestName(options.Hash), KeyDetails(options))), "messageSignature");
    }

    /// <summary>Signs a statement as an envelope.</summary>
    public MadeBundle SignStatement(byte[] payload, BundleOptions? options = null)
    {
        options ??= new BundleOptions();
        byte[] encoding = EntryBody.PreAuthenticationEncoding(options.PayloadType, payload);
        return Make(options, encoding, (signature, certificate) =>
        {
            JsonObject envelope = new()
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = options.PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature) }),
            };
            return (envelope, options.RekorVersion == 1
                ? EntryBody.Dsse001(envelope.ToJsonString(), payload, signature, Pem(certificate))
                : EntryBody.HashedRekord002(Hash(options.Hash, encoding), signature, certificate, DigestName(options.Hash), KeyDetails(options)));
        }, "dsseEnvelope");
    }

    private MadeBundle Make(BundleOptions options, byte[] signed, Func<byte[], X509Certificate2, (JsonObject Content, JsonObject Body)> describe, string contentName)
    {
        using ECDsa key = ECDsa.Create(options.Curve);
        X509Certificate2 certificate = (options.Authority ?? instance.Fulcio).Issue(options.Leaf with { Key = options.Leaf.Key ?? new PublicKey(key) }, instance.CertificateLog);
        byte[] signature = key.SignData(signed, options.Hash, DSASignatureFormat.Rfc3279DerSequence);
        (JsonObject content, JsonObject body) = describe(signature, certificate);
        JsonObject material = new() { ["certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) } };
        byte[]? timestamp = Timestamp(options, signature);
        LoggedEntry? entry = null;
        if (options.RekorVersion != 0)
        {
            TransparencyLog log = options.Log ?? (options.RekorVersion == 1 ? instance.Rekor1 : instance.Rekor2);
            entry = log.Append(options.EditBody?.Invoke(body) ?? body, options.LogOptions);
            entry = options.EditEntry?.Invoke(entry) ?? entry;
            material["tlogEntries"] = new JsonArray(entry.ToJson());
        }

        if (timestamp is not null)
        {
            material["timestampVerificationData"] = new JsonObject
            {
                ["rfc3161Timestamps"] = new JsonArray(new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(timestamp) }),
            };
        }

        JsonObject bundle = new()
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = material,
            [contentName] = content,
        };
        options.EditBundle?.Invoke(bundle);
        return new MadeBundle(bundle, certificate, signature, entry, timestamp);
    }

    private byte[]? Timestamp(BundleOptions options, byte[] signature)
    {
        if (!(options.Timestamp ?? options.RekorVersion != 1))
        {
            return null;
        }

        TimestampAnswer answer = new() { Imprint = SHA256.HashData(signature) };
        return (options.TimestampAuthority ?? instance.Timestamps).Respond(options.EditTimestamp?.Invoke(answer) ?? answer);
    }

    private static byte[] Hash(HashAlgorithmName algorithm, byte[] data) => CryptographicOperations.HashData(algorithm, data);

    private static string DigestName(HashAlgorithmName hash) => "SHA2_" + hash.Name![3..];

    private static string KeyDetails(BundleOptions options) => options.Curve.Oid.FriendlyName switch
    {
        "nistP384" or "ECDSA_P384" => "PKIX_ECDSA_P384_SHA_384",
        "nistP521" or "ECDSA_P521" => "PKIX_ECDSA_P521_SHA_512",
        _ => "PKIX_ECDSA_P256_SHA_256",
    };

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}
