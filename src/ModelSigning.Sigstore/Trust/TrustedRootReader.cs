using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Sigstore.Trust;

/// <summary>Reads trusted roots, alone or inside a ClientTrustConfig.</summary>
public static class TrustedRootReader
{
    /// <summary>The largest trusted root that is read: 4 MiB.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>The most logs and authorities that are read, of each: 128.</summary>
    public const int MaximumCount = 128;

    internal static readonly InputRules Rules = new("trusted root", MaximumLength, SigstoreErrors.TrustedRoot) { AcceptsByteOrderMark = true };

    /// <summary>Reads a trusted root from a file; a ClientTrustConfig is taken too.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.TrustedRoot"/>.</exception>
    public static TrustedRoot Read(string path) => Parse(BoundedFile.Read(path, Rules), path);

    /// <summary>Reads a trusted root from memory; a ClientTrustConfig is taken too.</summary>
    /// <param name="utf8">The JSON in UTF-8.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.TrustedRoot"/>.</exception>
    public static TrustedRoot Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        using JsonDocument document = StrictJson.Parse(utf8, source, Rules);
        ProtoObject root = ProtoObject.Root(document, source, Rules);
        if (root.Text("mediaType") == ClientTrustConfig.MediaType)
        {
            root = root.Message("trustedRoot") ?? throw root.Refuse("it has no 'trustedRoot'");
        }

        return Read(root, source) with { Digest = SHA256.HashData(utf8.Span) };
    }

    internal static TrustedRoot Read(ProtoObject root, string source)
    {
        if (root.Text("mediaType") is not ("application/vnd.dev.sigstore.trustedroot+json;version=0.1"
            or "application/vnd.dev.sigstore.trustedroot.v0.1+json" or "application/vnd.dev.sigstore.trustedroot.v0.2+json"))
        {
            throw root.Refuse($"its mediaType '{root.Text("mediaType")}' is not that of a trusted root");
        }

        return new TrustedRoot
        {
            TransparencyLogs = [.. root.Messages("tlogs", MaximumCount).Select(LogInstanceReader.Read)],
            CertificateTransparencyLogs = [.. root.Messages("ctlogs", MaximumCount).Select(LogInstanceReader.Read)],
            CertificateAuthorities = [.. root.Messages("certificateAuthorities", MaximumCount).Select(ReadAuthority)],
            TimestampAuthorities = [.. root.Messages("timestampAuthorities", MaximumCount).Select(ReadTimestampAuthority)],
            Source = source,
        };
    }

    internal static ValidityPeriod ReadValidity(ProtoObject message)
    {
        ProtoObject? period = message.Message("validFor");
        return new ValidityPeriod(period?.Timestamp("start"), period?.Timestamp("end"));
    }

    private static CertificateAuthority ReadAuthority(ProtoObject authority)
    {
        IReadOnlyList<ProtoObject> chain = authority.Message("certChain")?.Messages("certificates", MaximumCount) ?? [];
        if (chain.Count == 0)
        {
            throw authority.Refuse($"'{authority.PathOf("certChain.certificates")}' is empty");
        }

        string operatedBy = authority.Text("operator");
        return new CertificateAuthority(
            authority.Text("uri"), [.. chain.Select(ReadCertificate)], ReadValidity(authority), operatedBy.Length == 0 ? null : operatedBy);
    }

    private static ListedTimestampAuthority ReadTimestampAuthority(ProtoObject message)
    {
        CertificateAuthority read = ReadAuthority(message);
        string name = read.Uri.Length > 0 ? read.Uri : read.Certificates[0].DisplaySubject();
        return new ListedTimestampAuthority(new TimestampAuthority(read.Certificates, read.ValidFor.Start, read.ValidFor.End, name), read.Operator);
    }

    private static X509Certificate2 ReadCertificate(ProtoObject certificate) =>
        CertificateReader.TryFromDer((certificate.Bytes("rawBytes") ?? default).Span, out X509Certificate2? loaded)
            ? loaded
            : throw certificate.Refuse($"'{certificate.PathOf("rawBytes")}' is not an X.509 certificate");
}
