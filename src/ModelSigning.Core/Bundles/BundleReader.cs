using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// Reads bundles of the formats 0.1, 0.2 and 0.3, of every method: what the formats need and bounds allow, without regard to what
/// a method requires besides (a Sigstore signature of format 0.3, for instance, has no certificate chain, an OMS certificate
/// signature has). Nothing is verified here.
/// </summary>
public static class BundleReader
{
    /// <summary>The largest bundle that is read: 1.5 GiB, enough for five million files and more.</summary>
    public const int MaximumLength = 1536 * 1024 * 1024;

    /// <summary>The most bytes that a bundle may have beside its payload: 4 MiB.</summary>
    public const int MaximumOtherLength = 4 * 1024 * 1024;

    /// <summary>The most log entries, timestamps and certificates that are read, of each: 32.</summary>
    public const int MaximumCount = 32;

    private const int LengthOfStart = 64 * 1024;

    private static readonly InputRules Rules = new("signature", MaximumLength, BundleErrors.BundleMalformed)
    {
        AcceptsByteOrderMark = true,
        // The payload is one value; each other one takes at least a byte of what a bundle may have beside it.
        MaximumValues = MaximumOtherLength,
        NotFound = BundleErrors.BundleNotFound,
        Unreadable = BundleErrors.BundleUnreadable,
        Empty = BundleErrors.BundleEmpty,
        Truncated = BundleErrors.BundleTruncated,
        DuplicateMember = BundleErrors.BundleDuplicateMember,
        TooDeep = BundleErrors.BundleTooDeep,
        TooLarge = BundleErrors.BundleTooLarge,
    };

    /// <summary>Reads a bundle from a file.</summary>
    /// <param name="path">The file's path, absolute or relative to the process's current directory.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">The file does not exist, cannot be read, or is not a bundle (<see cref="BundleErrors"/>).</exception>
    public static Bundle Read(string path, CancellationToken cancellationToken = default) =>
        ParseOver(BoundedFile.Open(path, Rules, stream => ReadBytes(stream, path, cancellationToken)), path, cancellationToken);

    /// <summary>Reads a bundle from memory.</summary>
    /// <param name="utf8">The bundle's JSON in UTF-8; a byte order mark in front is skipped.</param>
    /// <param name="source">Where it comes from, for the errors: usually a path.</param>
    /// <exception cref="ModelSigningException">The bytes are not a bundle (<see cref="BundleErrors"/>).</exception>
    public static Bundle Parse(ReadOnlyMemory<byte> utf8, string source) => ParseOver(
        utf8.Length > MaximumLength ? throw TooLarge(utf8.Length, source) : utf8.ToArray(), source, CancellationToken.None);

    /// <summary>Reads a bundle from memory that is not needed afterwards: its payload is decoded over its text.</summary>
    /// <inheritdoc cref="Parse"/>
    /// <param name="utf8">The bundle's JSON in UTF-8; overwritten. What is returned reads from it.</param>
    /// <param name="source">Where it comes from, for the errors: usually a path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static Bundle ParseOver(byte[] utf8, string source, CancellationToken cancellationToken)
    {
        CosignFormats.RefuseBareSignature(utf8, source);
        JsonSlice whole = StrictJson.Read(utf8, source, Rules, cancellationToken);
        CosignFormats.RefuseObject(whole, source);
        ReadOnlyMemory<byte> payload = whole.TryGet("dsseEnvelope", out JsonSlice envelope) && envelope.TryGet("payload", out JsonSlice text)
            && text.Kind == JsonValueKind.String ? text.Utf8[1..^1] : default;
        int other = whole.Utf8.Length - payload.Length;
        if (other > MaximumOtherLength)
        {
            throw BundleErrors.BundleTooLarge.At(Invariant($"The signature '{source}' has {other} bytes besides its payload; the limit is {MaximumOtherLength}."), source);
        }

        // Before the payload is decoded over its text.
        byte[] digest = SHA256.HashData(utf8);
        using JsonDocument document = StrictJson.Parse(Without(whole.Utf8, payload), source, Rules, cancellationToken);
        return Read(ProtoObject.Root(document, source, Rules), Decode(utf8, payload, cancellationToken)) with { FileDigest = digest };
    }

    // What is large and does not begin as JSON is refused by its beginning, before memory is taken for all of it.
    private static byte[] ReadBytes(FileStream stream, string path, CancellationToken cancellationToken)
    {
        if (stream.CanSeek && stream.Length is > MaximumOtherLength and <= MaximumLength)
        {
            byte[] start = new byte[LengthOfStart];
            StrictJson.CheckStart(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), path, Rules);
            stream.Position = 0;
        }

        return BoundedFile.Read(stream, path, Rules, cancellationToken);
    }

    private static ModelSigningException TooLarge(int length, string source) => BundleErrors.BundleTooLarge.At(Invariant($"The signature '{source}' has {length} bytes; the limit is {MaximumLength}."), source);

    // The payload, nearly all of a large bundle, is cut out; what is left is small, and parsed as any other document.
    private static byte[] Without(ReadOnlyMemory<byte> whole, ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
        {
            return whole.ToArray();
        }

        whole.Span.Overlaps(part.Span, out int start);
        return [.. whole.Span[..start], .. whole.Span[(start + part.Length)..]];
    }

    // Null where the text is not base64.
    private static ReadOnlyMemory<byte>? Decode(byte[] utf8, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        utf8.AsSpan().Overlaps(text.Span, out int start);
        int length = StrictBase64.DecodeInPlace(utf8.AsSpan(start, text.Length), cancellationToken);
        return length < 0 ? (ReadOnlyMemory<byte>?)null : utf8.AsMemory(start, length);
    }

    private static Bundle Read(ProtoObject root, ReadOnlyMemory<byte>? payload)
    {
        BundleVersion version = ReadVersion(root);
        ProtoObject material = root.Message("verificationMaterial") ??
            throw root.Refuse(BundleErrors.BundleWithoutMaterial, "it has no 'verificationMaterial'");
        VerificationMaterial read = MaterialReader.Read(material);
        if (root.Has("dsseEnvelope") == root.Has("messageSignature"))
        {
            throw root.Has("dsseEnvelope")
                ? root.Refuse("it has both a 'dsseEnvelope' and a 'messageSignature', but must have exactly one of them")
                : root.Refuse(BundleErrors.BundleIncomplete, "it has neither a 'dsseEnvelope' nor a 'messageSignature'");
        }

        return new Bundle
        {
            Version = version,
            VerificationMaterial = read,
            DsseEnvelope = root.Message("dsseEnvelope") is { } envelope ? ReadEnvelope(envelope, payload) : null,
            MessageSignature = root.Message("messageSignature") is { } message ? ReadMessage(message) : null,
        };
    }

    private static BundleVersion ReadVersion(ProtoObject root) => root.Text("mediaType") switch
    {
        "application/vnd.dev.sigstore.bundle+json;version=0.1" => BundleVersion.V01,
        "application/vnd.dev.sigstore.bundle+json;version=0.2" => BundleVersion.V02,
        "application/vnd.dev.sigstore.bundle+json;version=0.3" or Bundle.MediaTypeV03 => BundleVersion.V03,
        "" => throw root.Refuse(BundleErrors.BundleMediaTypeUnknown, "it has no 'mediaType'"),
        string other => throw root.Refuse(BundleErrors.BundleMediaTypeUnknown,
            $"its mediaType is '{(other.Length <= 128 ? other : other[..128] + "…")}', but the newest supported one is '{Bundle.MediaTypeV03}'"),
    };

    private static DsseEnvelope ReadEnvelope(ProtoObject envelope, ReadOnlyMemory<byte>? payload)
    {
        IReadOnlyList<ProtoObject> signatures = envelope.Messages("signatures", MaximumCount);
        if (signatures.Count != 1)
        {
            throw envelope.Refuse(BundleErrors.BundleSignatureCount, $"its envelope has {signatures.Count} signatures, but must have exactly one");
        }

        return new DsseEnvelope
        {
            PayloadType = envelope.Text("payloadType"),
            Payload = ReadPayload(envelope, payload),
            Signatures = [new DsseSignature(
                signatures[0].Bytes("sig") ?? throw envelope.Refuse(BundleErrors.BundleIncomplete, "its envelope's signature is empty"),
                signatures[0].Has("keyid") ? signatures[0].Text("keyid") : null)],
        };
    }

    // What is left of a payload that was cut out is an empty string; anything else there is not a string.
    private static ReadOnlyMemory<byte> ReadPayload(ProtoObject envelope, ReadOnlyMemory<byte>? payload)
    {
        _ = envelope.Bytes("payload");
        return payload is not { } bytes ? throw envelope.RefuseBase64("payload")
            : bytes.IsEmpty ? throw envelope.Refuse(BundleErrors.BundleIncomplete, "its envelope has no payload")
            : bytes;
    }

    private static MessageSignature ReadMessage(ProtoObject message)
    {
        ReadOnlyMemory<byte> signature = message.Bytes("signature") ??
            throw message.Refuse(BundleErrors.BundleIncomplete, "its message signature is empty");
        ProtoObject? digest = message.Message("messageDigest");
        string? algorithm = digest?.Enumeration("algorithm", MaterialReader.HashAlgorithms);
        return new MessageSignature(string.IsNullOrEmpty(algorithm) ? null : algorithm, digest?.Bytes("digest"), signature);
    }
}

/// <summary>Reads the <c>verificationMaterial</c> of a bundle.</summary>
internal static class MaterialReader
{
    /// <summary>The names of <c>dev.sigstore.common.v1.HashAlgorithm</c> at their numbers.</summary>
    internal static readonly string[] HashAlgorithms = ["", "SHA2_256", "SHA2_384", "SHA2_512", "SHA3_256", "SHA3_384"];

    private static readonly string[] Kinds = ["publicKey", "x509CertificateChain", "certificate"];

    internal static VerificationMaterial Read(ProtoObject material)
    {
        string[] kinds = [.. Kinds.Where(material.Has)];
        if (kinds.Length != 1)
        {
            throw kinds.Length == 0
                ? material.Refuse(BundleErrors.BundleWithoutMaterial, "it has neither a public key nor a certificate")
                : material.Refuse($"it has both '{kinds[0]}' and '{kinds[1]}', but must have exactly one of them");
        }

        return new VerificationMaterial
        {
            PublicKey = material.Message("publicKey") is { } key ? ReadKey(key) : null,
            X509CertificateChain = material.Message("x509CertificateChain") is { } chain ? ReadChain(chain) : null,
            Certificate = material.Message("certificate") is { } certificate ? ReadCertificate(certificate) : (ReadOnlyMemory<byte>?)null,
            TlogEntries = [.. material.Messages("tlogEntries", BundleReader.MaximumCount).Select(TransparencyLogEntryReader.Read)],
            Rfc3161Timestamps = material.Message("timestampVerificationData") is { } data
                ? [.. data.Messages("rfc3161Timestamps", BundleReader.MaximumCount).Select(ReadTimestamp)]
                : [],
        };
    }

    private static PublicKeyIdentifier ReadKey(ProtoObject key)
    {
        string hint = key.Text("hint");
        return new PublicKeyIdentifier(hint.Length == 0 ? null : hint, key.Bytes("rawBytes"));
    }

    private static ReadOnlyMemory<byte>[] ReadChain(ProtoObject chain)
    {
        IReadOnlyList<ProtoObject> certificates = chain.Messages("certificates", BundleReader.MaximumCount);
        return certificates.Count > 0
            ? [.. certificates.Select(ReadCertificate)]
            : throw chain.Refuse(BundleErrors.BundleWithoutMaterial, "its certificate chain is empty");
    }

    private static ReadOnlyMemory<byte> ReadCertificate(ProtoObject certificate) => certificate.Bytes("rawBytes") ??
        throw certificate.Refuse(BundleErrors.BundleWithoutMaterial, $"'{certificate.PathOf("rawBytes")}' is empty");

    private static ReadOnlyMemory<byte> ReadTimestamp(ProtoObject timestamp) => timestamp.Bytes("signedTimestamp") ??
        throw timestamp.Refuse(BundleErrors.BundleIncomplete, $"'{timestamp.PathOf("signedTimestamp")}' is empty");
}
