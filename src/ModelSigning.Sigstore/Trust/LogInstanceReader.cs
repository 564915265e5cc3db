using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Trust;

/// <summary>Reads the logs of a trusted root. One with a key that cannot be used is kept, and says why when it is needed.</summary>
internal static class LogInstanceReader
{
    private const int LogIdLength = 32, CheckpointKeyIdLength = 4;

    /// <summary>The names of <c>dev.sigstore.common.v1.PublicKeyDetails</c> at their numbers.</summary>
    private static readonly string[] KeyDetails =
    [
        "", "PKCS1_RSA_PKCS1V5", "PKCS1_RSA_PSS", "PKIX_RSA_PKCS1V5", "PKIX_RSA_PSS", "PKIX_ECDSA_P256_SHA_256",
        "PKIX_ECDSA_P256_HMAC_SHA_256", "PKIX_ED25519", "PKIX_ED25519_PH", "PKIX_RSA_PKCS1V15_2048_SHA256",
        "PKIX_RSA_PKCS1V15_3072_SHA256", "PKIX_RSA_PKCS1V15_4096_SHA256", "PKIX_ECDSA_P384_SHA_384", "PKIX_ECDSA_P521_SHA_512",
        "LMS_SHA256", "LMOTS_SHA256", "PKIX_RSA_PSS_2048_SHA256", "PKIX_RSA_PSS_3072_SHA256", "PKIX_RSA_PSS_4096_SHA256",
        "PKIX_ECDSA_P384_SHA_256", "PKIX_ECDSA_P521_SHA_256", "ML_DSA_65", "ML_DSA_87",
    ];

    internal static LogInstance Read(ProtoObject log)
    {
        ProtoObject key = log.Message("publicKey") ?? throw log.Refuse($"'{log.PathOf("publicKey")}' is absent");
        ValidityPeriod validFor = TrustedRootReader.ReadValidity(key);
        if (validFor.Start is null)
        {
            throw key.Refuse($"'{key.PathOf("validFor.start")}' is missing, but required for a log's key");
        }

        ReadOnlyMemory<byte> logId = log.Message("logId")?.Bytes("keyId") ?? default;
        ReadOnlyMemory<byte>? checkpointKeyId = log.Message("checkpointKeyId")?.Bytes("keyId");
        if (logId.Length != LogIdLength)
        {
            throw log.Refuse($"'{log.PathOf("logId.keyId")}' must have {LogIdLength} bytes, but has {logId.Length}");
        }

        string address = log.Text("baseUrl");
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? baseUrl) || baseUrl.Scheme is not ("https" or "http"))
        {
            throw log.Refuse($"'{log.PathOf("baseUrl")}' is not an http or https address");
        }

        (VerificationKey? imported, string? unusable) = ImportKey(key);
        if (checkpointKeyId is { Length: not CheckpointKeyIdLength })
        {
            // Published roots could carry a full-length identifier there; which four bytes would count is not defined.
            (imported, unusable) = (null, $"its checkpointKeyId has {checkpointKeyId.Value.Length} bytes instead of {CheckpointKeyIdLength}");
        }

        if (imported is not null && !IsIdOf(logId.Span, imported, baseUrl))
        {
            throw log.Refuse($"'{log.PathOf("logId.keyId")}' is not the identifier of the log's key");
        }

        string operatedBy = log.Text("operator");
        return new LogInstance
        {
            BaseUrl = baseUrl,
            LogId = logId,
            CheckpointKeyId = checkpointKeyId,
            Key = imported,
            Unusable = unusable,
            ValidFor = validFor,
            Operator = operatedBy.Length == 0 ? null : operatedBy,
        };
    }

    private static (VerificationKey? Key, string? Unusable) ImportKey(ProtoObject key)
    {
        string details = key.Enumeration("keyDetails", KeyDetails);
        if (key.Bytes("rawBytes") is not { } raw)
        {
            return (null, "its key is not in the trusted root");
        }

        if (details is "PKIX_ED25519_PH" || (!details.StartsWith("PKIX_", StringComparison.Ordinal) && !details.StartsWith("PKCS1_", StringComparison.Ordinal)))
        {
            return (null, $"its key is of the unknown kind '{details}'");
        }

        ReadOnlyMemory<byte> info = details.StartsWith("PKCS1_", StringComparison.Ordinal) ? VerificationKey.FromPkcs1(raw.Span) : raw;
        if (!VerificationKey.TryImport(info, out VerificationKey? imported, out string? reason))
        {
            return (null, reason);
        }

        bool fits = imported switch
        {
            EcdsaKey => details.StartsWith($"PKIX_ECDSA_P{imported.Name[^3..]}_", StringComparison.Ordinal),
            RsaKey => details.Contains("RSA", StringComparison.Ordinal),
            _ => details == "PKIX_ED25519",
        };
        return !fits ? (null, $"its key is {imported.Name}, not {details}")
            : imported is RsaKey rsa && details.Contains("PSS", StringComparison.Ordinal) ? (rsa.WithPss(), null)
            : (imported, null);
    }

    /// <summary>
    /// Whether an identifier is a key's: the SHA-256 of its SubjectPublicKeyInfo (RFC 6962, section 3.2; Rekor v1), or for Ed25519
    /// that of the signed note's origin, a line feed, the algorithm 1 and the key (C2SP signed-note; Rekor v2).
    /// </summary>
    private static bool IsIdOf(ReadOnlySpan<byte> logId, VerificationKey key, Uri baseUrl)
    {
        if (logId.SequenceEqual(SHA256.HashData(key.SubjectPublicKeyInfo.Span)))
        {
            return true;
        }

        if (key is Ed25519Key ed25519)
        {
            foreach (string origin in (ReadOnlySpan<string>)[baseUrl.Host, baseUrl.Authority])
            {
                byte[] note = [.. Encoding.UTF8.GetBytes(origin), 0x0A, 0x01, .. ed25519.Raw.Span];
                if (logId.SequenceEqual(SHA256.HashData(note)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
