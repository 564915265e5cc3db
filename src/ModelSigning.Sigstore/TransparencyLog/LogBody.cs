using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>What of a signed thing a log entry's digest is of.</summary>
internal enum LoggedContent
{
    /// <summary>The file, for a message signature.</summary>
    Artifact,

    /// <summary>The envelope's payload.</summary>
    Payload,

    /// <summary>The envelope's pre-authentication encoding.</summary>
    PreAuthenticationEncoding,
}

/// <summary>What a log entry says was signed, by whom and with what result (the entry's <c>canonicalizedBody</c>, Rekor's pkg/types).</summary>
internal sealed record LogBody
{
    private const int MaximumLength = 4 * 1024 * 1024;
    private static readonly InputRules Rules = new("log entry's body", MaximumLength, SigstoreErrors.LogBody);

    /// <summary>The signature's bytes.</summary>
    internal required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The signer's certificate or key in DER.</summary>
    internal required ReadOnlyMemory<byte> Verifier { get; init; }

    /// <summary>Whether <see cref="Verifier"/> is a certificate.</summary>
    internal required bool VerifierIsCertificate { get; init; }

    /// <summary>The digest's algorithm.</summary>
    internal required HashAlgorithmName DigestAlgorithm { get; init; }

    /// <summary>The digest.</summary>
    internal required ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>What the digest is of.</summary>
    internal required LoggedContent DigestOf { get; init; }

    /// <summary>Reads an entry's body by the kind that the entry names.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isEnvelope">Whether the bundle carries an envelope.</param>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.LogBody"/>.</exception>
    internal static LogBody Read(TransparencyLogEntry entry, bool isEnvelope)
    {
        const string source = "canonicalizedBody";
        using JsonDocument document = StrictJson.Parse(entry.CanonicalizedBody, source, Rules);
        ProtoObject body = ProtoObject.Root(document, source, Rules);
        if (body.Text("kind") != entry.Kind || body.Text("apiVersion") != entry.KindVersion)
        {
            throw body.Refuse($"it is of kind '{body.Text("kind")}' {body.Text("apiVersion")}, and the bundle says '{entry.Kind}' {entry.KindVersion}");
        }

        ProtoObject spec = Required(body, "spec");
        return (entry.Kind, entry.KindVersion, isEnvelope) switch
        {
            ("hashedrekord", "0.0.1", false) => ReadHashedRekordV001(spec),
            ("hashedrekord", "0.0.2", _) => ReadHashedRekordV002(spec, isEnvelope, entry.CanonicalizedBody.Span),
            ("dsse", "0.0.1", true) => ReadDsseV001(spec),
            ("intoto", "0.0.2", true) => ReadIntotoV002(spec),
            _ => throw body.Refuse(
                $"an entry of kind '{entry.Kind}' {entry.KindVersion} does not belong to a bundle with {(isEnvelope ? "an envelope" : "a message signature")}"),
        };
    }

    private static LogBody ReadHashedRekordV001(ProtoObject spec)
    {
        ProtoObject signature = Required(spec, "signature");
        ProtoObject hash = Required(Required(spec, "data"), "hash");
        HashAlgorithmName algorithm = HashOf(hash, hash.Text("algorithm"));
        (ReadOnlyMemory<byte> verifier, bool isCertificate) = PemBlock.Read(Required(signature, "publicKey"), "content");
        return new LogBody
        {
            Signature = RequiredBytes(signature, "content"),
            Verifier = verifier,
            VerifierIsCertificate = isCertificate,
            DigestAlgorithm = algorithm,
            Digest = Hex(hash, "value"),
            DigestOf = LoggedContent.Artifact,
        };
    }

    private static LogBody ReadDsseV001(ProtoObject spec)
    {
        ProtoObject hash = Required(spec, "payloadHash");
        IReadOnlyList<ProtoObject> signatures = spec.Messages("signatures", BundleReader.MaximumCount);
        if (signatures.Count != 1)
        {
            throw spec.Refuse($"it has {signatures.Count} signatures, but the envelope has one");
        }

        // envelopeHash is over JSON that is not canonical, so it cannot be recomputed; payload and signature pin the envelope.
        (ReadOnlyMemory<byte> verifier, bool isCertificate) = PemBlock.Read(signatures[0], "verifier");
        return new LogBody
        {
            Signature = RequiredBytes(signatures[0], "signature"),
            Verifier = verifier,
            VerifierIsCertificate = isCertificate,
            DigestAlgorithm = HashOf(hash, hash.Text("algorithm")),
            Digest = Hex(hash, "value"),
            DigestOf = LoggedContent.Payload,
        };
    }

    private static LogBody ReadIntotoV002(ProtoObject spec)
    {
        ProtoObject content = Required(spec, "content");
        ProtoObject hash = Required(content, "payloadHash");
        IReadOnlyList<ProtoObject> signatures = Required(content, "envelope").Messages("signatures", BundleReader.MaximumCount);
        if (signatures.Count != 1)
        {
            throw spec.Refuse($"it has {signatures.Count} signatures, but the envelope has one");
        }

        // This kind encodes the signature twice: what the first decoding gives is base64 text again.
        if (!StrictBase64.TryDecode(RequiredBytes(signatures[0], "sig").Span, out byte[]? signature))
        {
            throw signatures[0].Refuse("its signature is not base64 of base64");
        }

        (ReadOnlyMemory<byte> verifier, bool isCertificate) = PemBlock.Read(signatures[0], "publicKey");
        return new LogBody
        {
            Signature = signature,
            Verifier = verifier,
            VerifierIsCertificate = isCertificate,
            DigestAlgorithm = HashOf(hash, hash.Text("algorithm")),
            Digest = Hex(hash, "value"),
            DigestOf = LoggedContent.Payload,
        };
    }

    private static LogBody ReadHashedRekordV002(ProtoObject spec, bool isEnvelope, ReadOnlySpan<byte> canonical)
    {
        ProtoObject record = Required(spec, "hashedRekordV002");
        ProtoObject data = Required(record, "data");
        ProtoObject signature = Required(record, "signature");
        ProtoObject verifier = Required(signature, "verifier");
        ProtoObject? certificate = verifier.Message("x509Certificate");
        if (certificate is not null == verifier.Has("publicKey"))
        {
            throw verifier.Refuse("it does not have exactly one of certificate and public key");
        }

        LogBody body = new()
        {
            Signature = RequiredBytes(signature, "content"),
            Verifier = RequiredBytes(certificate ?? Required(verifier, "publicKey"), "rawBytes"),
            VerifierIsCertificate = certificate is not null,
            DigestAlgorithm = HashOf(data, data.Text("algorithm")),
            Digest = RequiredBytes(data, "digest"),
            DigestOf = isEnvelope ? LoggedContent.PreAuthenticationEncoding : LoggedContent.Artifact,
        };
        if (!canonical.SequenceEqual(CanonicalHashedRekordV002.Write(body, data.Text("algorithm"), verifier.Text("keyDetails"))))
        {
            throw record.Refuse("it has members that the kind does not have, or is not in canonical form");
        }

        return body;
    }

    private static HashAlgorithmName HashOf(ProtoObject owner, string name) => name switch
    {
        "sha256" or "SHA2_256" => HashAlgorithmName.SHA256,
        "sha384" or "SHA2_384" => HashAlgorithmName.SHA384,
        "sha512" or "SHA2_512" => HashAlgorithmName.SHA512,
        _ => throw owner.Refuse($"its digest's algorithm '{name}' is not SHA-256, SHA-384 or SHA-512"),
    };

    private static byte[] Hex(ProtoObject owner, string name)
    {
        string text = owner.Text(name);
        byte[] bytes = new byte[text.Length / 2];
        return bytes.Length > 0 && Hexadecimal.TryRead(text, bytes) ? bytes : throw owner.Refuse($"'{owner.PathOf(name)}' is not lowercase hexadecimal");
    }

    private static ProtoObject Required(ProtoObject owner, string name) =>
        owner.Message(name) ?? throw owner.Refuse($"'{owner.PathOf(name)}' is absent");

    private static ReadOnlyMemory<byte> RequiredBytes(ProtoObject owner, string name) =>
        owner.Bytes(name) ?? throw owner.Refuse($"'{owner.PathOf(name)}' is absent");
}
