using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// Writes bundles as format 0.3: compact JSON in UTF-8 without a byte order mark, members in the order of OMS v1.0, section 4,
/// bytes as standard base64, 64-bit integers as decimal strings, nothing that is unset.
/// </summary>
public static class BundleWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        // The default writes '+' of base64 as an escape: legal, but no other producer does.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = false,
    };

    // A multiple of three, so that the pieces of base64 are whole.
    private const int PieceLength = 3 * 256 * 1024;

    /// <summary>Writes a bundle.</summary>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ArgumentException">The bundle is not of format 0.3, or has not exactly one content and one material.</exception>
    public static byte[] Write(Bundle bundle)
    {
        using MemoryStream stream = new();
        WriteTo(stream, bundle);
        return stream.ToArray();
    }

    /// <summary>Writes a bundle piece by piece, so that a large payload is never held in base64.</summary>
    /// <inheritdoc cref="Write"/>
    /// <param name="stream">Where to.</param>
    /// <param name="bundle">The bundle.</param>
    internal static void WriteTo(Stream stream, Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (bundle.Version != BundleVersion.V03 || bundle.DsseEnvelope is null == bundle.MessageSignature is null)
        {
            throw new ArgumentException("Only bundles of format 0.3 with exactly one content are written.", nameof(bundle));
        }

        using Utf8JsonWriter json = new(stream, Options);
        json.WriteStartObject();
        json.WriteString("mediaType", Bundle.MediaTypeV03);
        json.WriteStartObject("verificationMaterial");
        WriteMaterial(json, bundle.VerificationMaterial);
        json.WriteEndObject();
        if (bundle.DsseEnvelope is { } envelope)
        {
            WriteEnvelope(json, envelope);
        }
        else
        {
            WriteMessage(json, bundle.MessageSignature!);
        }

        json.WriteEndObject();
    }

    private static void WriteMaterial(Utf8JsonWriter json, VerificationMaterial material)
    {
        if (material is { PublicKey: { } key, X509CertificateChain: null, Certificate: null })
        {
            json.WriteStartObject("publicKey");
            if (key.Hint is { } hint)
            {
                json.WriteString("hint", hint);
            }

            json.WriteEndObject();
        }
        else if (material is { X509CertificateChain: { } chain, PublicKey: null, Certificate: null })
        {
            json.WriteStartObject("x509CertificateChain");
            json.WriteStartArray("certificates");
            foreach (ReadOnlyMemory<byte> certificate in chain)
            {
                json.WriteStartObject();
                json.WriteBase64String("rawBytes", certificate.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
        else if (material is { Certificate: { } leaf, PublicKey: null, X509CertificateChain: null })
        {
            json.WriteStartObject("certificate");
            json.WriteBase64String("rawBytes", leaf.Span);
            json.WriteEndObject();
        }
        else
        {
            throw new ArgumentException("A bundle has exactly one of public key, certificate chain and certificate.", nameof(material));
        }

        json.WriteStartArray("tlogEntries");
        foreach (TransparencyLogEntry entry in material.TlogEntries)
        {
            WriteEntry(json, entry);
        }

        json.WriteEndArray();
        if (material.Rfc3161Timestamps.Count > 0)
        {
            json.WriteStartObject("timestampVerificationData");
            json.WriteStartArray("rfc3161Timestamps");
            foreach (ReadOnlyMemory<byte> timestamp in material.Rfc3161Timestamps)
            {
                json.WriteStartObject();
                json.WriteBase64String("signedTimestamp", timestamp.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteEntry(Utf8JsonWriter json, TransparencyLogEntry entry)
    {
        json.WriteStartObject();
        WriteInt64(json, "logIndex", entry.LogIndex);
        json.WriteStartObject("logId");
        json.WriteBase64String("keyId", entry.LogId.Span);
        json.WriteEndObject();
        json.WriteStartObject("kindVersion");
        json.WriteString("kind", entry.Kind);
        json.WriteString("version", entry.KindVersion);
        json.WriteEndObject();
        if (entry.IntegratedTime != 0)
        {
            WriteInt64(json, "integratedTime", entry.IntegratedTime);
        }

        if (entry.SignedEntryTimestamp is { } promise)
        {
            json.WriteStartObject("inclusionPromise");
            json.WriteBase64String("signedEntryTimestamp", promise.Span);
            json.WriteEndObject();
        }

        if (entry.InclusionProof is { } proof)
        {
            WriteProof(json, proof);
        }

        json.WriteBase64String("canonicalizedBody", entry.CanonicalizedBody.Span);
        json.WriteEndObject();
    }

    private static void WriteProof(Utf8JsonWriter json, InclusionProof proof)
    {
        json.WriteStartObject("inclusionProof");
        // Written also when 0: a reader that wants the member gets it, and no reader minds it.
        WriteInt64(json, "logIndex", proof.LogIndex);
        json.WriteBase64String("rootHash", proof.RootHash.Span);
        WriteInt64(json, "treeSize", proof.TreeSize);
        json.WriteStartArray("hashes");
        foreach (ReadOnlyMemory<byte> hash in proof.Hashes)
        {
            json.WriteBase64StringValue(hash.Span);
        }

        json.WriteEndArray();
        if (proof.Checkpoint is { } checkpoint)
        {
            json.WriteStartObject("checkpoint");
            json.WriteString("envelope", checkpoint);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEnvelope(Utf8JsonWriter json, DsseEnvelope envelope)
    {
        json.WriteStartObject("dsseEnvelope");
        json.WritePropertyName("payload");
        WritePayload(json, envelope.Payload.Span);
        json.WriteString("payloadType", envelope.PayloadType);
        json.WriteStartArray("signatures");
        foreach (DsseSignature signature in envelope.Signatures)
        {
            json.WriteStartObject();
            json.WriteBase64String("sig", signature.Sig.Span);
            json.WriteString("keyid", signature.KeyId ?? string.Empty);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePayload(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        while (payload.Length > PieceLength)
        {
            json.WriteBase64StringSegment(payload[..PieceLength], isFinalSegment: false);
            json.Flush();
            payload = payload[PieceLength..];
        }

        json.WriteBase64StringSegment(payload, isFinalSegment: true);
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageSignature message)
    {
        json.WriteStartObject("messageSignature");
        if (message is { DigestAlgorithm: { } algorithm, Digest: { } digest })
        {
            json.WriteStartObject("messageDigest");
            json.WriteString("algorithm", algorithm);
            json.WriteBase64String("digest", digest.Span);
            json.WriteEndObject();
        }

        json.WriteBase64String("signature", message.Signature.Span);
        json.WriteEndObject();
    }

    private static void WriteInt64(Utf8JsonWriter json, string name, long value) =>
        json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
}
