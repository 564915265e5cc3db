using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>What a query asks for (RFC 3161, section 2.4.1).</summary>
public sealed record TimestampQuery(string HashAlgorithm, byte[] Imprint, byte[]? Nonce, bool CertificateRequested)
{
    /// <summary>Reads a TimeStampReq in DER.</summary>
    public static TimestampQuery Parse(ReadOnlyMemory<byte> query)
    {
        AsnReader request = new AsnReader(query, AsnEncodingRules.DER).ReadSequence();
        request.ReadInteger();
        AsnReader imprint = request.ReadSequence();
        string algorithm = imprint.ReadSequence().ReadObjectIdentifier();
        byte[] hash = imprint.ReadOctetString();
        if (request.HasData && request.PeekTag() == Asn1Tag.ObjectIdentifier)
        {
            request.ReadObjectIdentifier();
        }

        byte[]? nonce = request.HasData && request.PeekTag() == Asn1Tag.Integer ? request.ReadIntegerBytes().ToArray() : null;
        bool certificate = request.HasData && request.PeekTag() == Asn1Tag.Boolean && request.ReadBoolean();
        return new TimestampQuery(algorithm, hash, nonce, certificate);
    }
}

/// <summary>What an answer says; every part of it a test's choice.</summary>
public sealed record TimestampAnswer
{
    /// <summary>PKIStatus: 0 granted, 1 granted with modifications, 2 rejection.</summary>
    public int Status { get; init; }

    /// <summary>Whether there is a token.</summary>
    public bool HasToken { get; init; } = true;

    public string HashAlgorithm { get; init; } = Oids.Sha256;

    public byte[] Imprint { get; init; } = [];

    /// <summary>The nonce as the content of an INTEGER; null leaves it out.</summary>
    public byte[]? Nonce { get; init; }

    /// <summary>The token's time; null is now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether the signer's certificate is embedded.</summary>
    public bool EmbedCertificate { get; init; }

    /// <summary>How many times the signer signs.</summary>
    public int SignerInfos { get; init; } = 1;

    public bool CorruptSignature { get; init; }

    /// <summary>Whether the signed digest is of other bytes than the token's.</summary>
    public bool CorruptMessageDigest { get; init; }

    /// <summary>Whether the signed hash of the certificate is another's.</summary>
    public bool CorruptCertificateHash { get; init; }

    /// <summary>Whether the attributes are sent and signed in another order than DER's, as some authorities do.</summary>
    public bool UnsortedAttributes { get; init; }

    /// <summary>The content's type, in the content and in the signed attributes.</summary>
    public string ContentType { get; init; } = Oids.TstInfo;

    /// <summary>Edits the encoded TSTInfo after it has been signed.</summary>
    public Func<byte[], byte[]>? EditAfterSigning { get; init; }
}

/// <summary>How a timestamp authority's certificates are made.</summary>
public sealed record TimestampAuthorityOptions
{
    public string Name { get; init; } = "tsa";

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    public IReadOnlyList<string> ExtendedKeyUsages { get; init; } = [Oids.TimeStamping];

    public bool CriticalExtendedKeyUsage { get; init; } = true;

    public X509KeyUsageFlags KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;
}

/// <summary>
/// A timestamp authority (RFC 3161): root → signing certificate. The CMS structure is written tag by tag, so that no library
/// that the module verifies with has a part in it, and so that each field can be wrong.
/// </summary>
public sealed class TimestampAuthority : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider _clock;

    public TimestampAuthority(TimeProvider clock, TimestampAuthorityOptions? options = null)
    {
        _clock = clock;
        options ??= new TimestampAuthorityOptions();
        DateTimeOffset now = clock.GetUtcNow(), begin = options.NotBefore ?? now.AddHours(-2), end = options.NotAfter ?? now.AddDays(365);
        Root = CertificateFactory.SelfSigned($"O=sigstore.test, CN={options.Name}", _rootKey, begin, end, pathLength: 0);
        Certificate = CertificateFactory.Issue(new CertificateContent
        {
            Subject = new X500DistinguishedName($"O=sigstore.test, CN={options.Name}-signing"),
            Key = new PublicKey(_key),
            NotBefore = begin,
            NotAfter = end,
            Extensions =
            [
                new X509KeyUsageExtension(options.KeyUsage, true),
                .. CertificateFactory.ExtendedKeyUsage(options.ExtendedKeyUsages, options.CriticalExtendedKeyUsage),
            ],
        }, Root, _rootKey);
    }

    public X509Certificate2 Root { get; }

    /// <summary>The certificate that signs tokens.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The signing certificate and the anchor, as a trusted root lists them.</summary>
    public IReadOnlyList<X509Certificate2> Chain => [Certificate, Root];

    /// <summary>Answers a TimeStampReq as an honest authority does.</summary>
    public byte[] Respond(ReadOnlyMemory<byte> query) => Respond(AnswerTo(query));

    /// <summary>The honest answer to a query, for a test to change.</summary>
    public TimestampAnswer AnswerTo(ReadOnlyMemory<byte> query)
    {
        TimestampQuery asked = TimestampQuery.Parse(query);
        return new TimestampAnswer
        {
            HashAlgorithm = asked.HashAlgorithm,
            Imprint = asked.Imprint,
            Nonce = asked.Nonce,
            EmbedCertificate = asked.CertificateRequested,
        };
    }

    /// <summary>An honest answer over a signature, without a query.</summary>
    public byte[] Timestamp(ReadOnlySpan<byte> signature, DateTimeOffset? time = null) =>
        Respond(new TimestampAnswer { Imprint = SHA256.HashData(signature), Time = time });

    /// <summary>Writes a TimeStampResp.</summary>
    public byte[] Respond(TimestampAnswer answer)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(answer.Status);
            }

            if (answer.HasToken)
            {
                writer.WriteEncodedValue(Token(answer));
            }
        }

        return writer.Encode();
    }

    public void Dispose()
    {
        Root.Dispose();
        Certificate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    private byte[] Token(TimestampAnswer answer)
    {
        DateTimeOffset time = answer.Time ?? DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds());
        byte[] info = TimestampToken.Info(answer, time);
        byte[] signerInfo = TimestampToken.SignerInfo(answer, time, info, Certificate, _key);
        return TimestampToken.SignedData(answer, answer.EditAfterSigning?.Invoke(info) ?? info, signerInfo, Certificate);
    }
}
