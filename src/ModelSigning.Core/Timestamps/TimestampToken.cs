using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Math;

using X509Name = Org.BouncyCastle.Asn1.X509.X509Name;

namespace ModelSigning.Core.Timestamps;

/// <summary>A timestamp token: TSTInfo in a CMS SignedData with one signature (RFC 3161, section 2.4.2; RFC 5652, section 5).</summary>
internal sealed class TimestampToken : IDisposable
{
    private const string SignedDataType = "1.2.840.113549.1.7.2";
    private const string TstInfoType = "1.2.840.113549.1.9.16.1.4";

    /// <summary>The signatures: RSA with PKCS#1 v1.5 and PSS, ECDSA, Ed25519; under the key's name or with the hash named.</summary>
    private static readonly HashSet<string> Signatures = new(StringComparer.Ordinal)
    {
        KeyOid.Rsa, "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", KeyOid.RsaPss,
        KeyOid.Ec, "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", KeyOid.Ed25519,
    };

    private const string Sha1 = "1.3.14.3.2.26";

    private readonly SignerInformation _signer;
    private readonly byte[] _content;

    private TimestampToken(ReadOnlyMemory<byte> encoding)
    {
        CmsSignedData signed = new(encoding.ToArray());
        if (signed.ContentInfo.ContentType.Id != SignedDataType)
        {
            throw new CmsException("It is not a SignedData.");
        }

        if (signed.SignedContentType.Id != TstInfoType || signed.SignedData.EncapContentInfo.Content is not Asn1OctetString content)
        {
            throw new CmsException("It does not contain a TSTInfo.");
        }

        ICollection<SignerInformation> signers = signed.GetSignerInfos().GetSigners();
        if (signers.Count != 1)
        {
            throw new CmsException($"It has {signers.Count} signatures; it must have one.");
        }

        _signer = signers.First();
        string digest = _signer.DigestAlgorithmID.Algorithm.Id;
        string signature = _signer.SignatureAlgorithm.Algorithm.Id;
        if (HashOid.Find(digest) is null || !Signatures.Contains(signature))
        {
            throw new CmsException($"Its signature uses {digest} with {signature}, which is not supported.");
        }

        _content = content.GetOctets();
        Info = new TimestampInfo(_content);
        Certificates = [.. signed.GetCertificates().EnumerateMatches(null).Take(CertificatePath.MaximumCandidates)
            .Select(certificate => CertificateReader.FromDer(certificate.GetEncoded(), "a certificate in the timestamp"))];
    }

    /// <summary>What the timestamp says; not to be believed before <see cref="IsSignedBy"/>.</summary>
    public TimestampInfo Info { get; }

    /// <summary>The certificates that came with it; none of them gives trust.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Reads the token of a granted answer.</summary>
    /// <exception cref="ModelSigningException"><see cref="TimestampErrors.Malformed"/>.</exception>
    public static TimestampToken Read(TimestampResponse response)
    {
        if (!response.IsGranted || response.Token is not { } token)
        {
            throw TimestampErrors.Malformed.At($"The timestamp response is a refusal or contains no token ({response.Reason}).");
        }

        try
        {
            return new TimestampToken(token);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or ModelSigningException))
        {
            // The library's parsers throw what they meet, from cast to index errors; all of it means that this is not a token.
            throw TimestampErrors.Malformed.At("The timestamp's token cannot be read: " + exception.Message, null, exception);
        }
    }

    /// <summary>Ends the life of <see cref="Certificates"/>.</summary>
    public void Dispose()
    {
        foreach (X509Certificate2 certificate in Certificates)
        {
            certificate.Dispose();
        }
    }

    /// <summary>Whether the signature names a certificate as its signer's, by issuer and serial number or by key identifier.</summary>
    public bool Names(DecodedCertificate certificate) => _signer.SignerInfo.SignerID.ID switch
    {
        Org.BouncyCastle.Asn1.Cms.IssuerAndSerialNumber issued =>
            issued.SerialNumber.Value.Equals(new BigInteger(certificate.SerialNumber.ToArray())) && IsName(issued.Issuer, certificate.Issuer),
        Asn1OctetString key => certificate.Extensions.SubjectKeyIdentifier?.Span.SequenceEqual(key.GetOctets()) == true,
        _ => false,
    };

    /// <summary>
    /// Whether a certificate made the signature: its hash is the signed one (ESS; RFC 5035, section 5.4, RFC 5816) and its key verifies
    /// the signed attributes, which hold the content's type and digest.
    /// </summary>
    public bool IsSignedBy(DecodedCertificate certificate)
    {
        try
        {
            // Without signed attributes the signature would be over the content alone, and bind no certificate.
            return TimestampKey.Of(certificate) is { } key && IsBoundTo(certificate.Certificate.RawDataMemory.Span) && (IsSignedInOrder(key) || TransmittedAttributes.Verify(_signer, TstInfoType, _content, key));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // As above: whatever the library meets in a stranger's signature, it does not verify.
            return false;
        }
    }

    /// <summary>
    /// Checks the token by the certificate that came with it, which may not be trusted: it must fit a timestamp
    /// signer, be valid at the time, and have made the signature.
    /// </summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="TimestampErrors.SignerRefused"/>, <see cref="TimestampErrors.SignatureInvalid"/>, or one of <see cref="CertificateErrors"/>.
    /// </exception>
    public void CheckOwnSigner()
    {
        DecodedCertificate decoded = Certificates.Select(DecodedCertificate.TryDecode).FirstOrDefault(one => one is not null && Names(one))
            ?? throw TimestampErrors.SignerRefused.At("The timestamp does not include the certificate that signed it.");
        X509Certificate2 signer = decoded.Certificate;
        TimestampSigner.CheckProfile(decoded);
        PathValidation.CheckValidity(decoded, Info.Time);
        if (!IsSignedBy(decoded))
        {
            throw TimestampErrors.SignatureInvalid.At(
                $"The timestamp names '{signer.DisplaySubject()}' as its signer, but the key of that certificate did not sign it.", signer.DisplaySubject());
        }
    }

    // An authority may write its issuer's name in another string type than its certificate does. A name that cannot be read is not the token's, which was.
    private static bool IsName(X509Name wanted, ReadOnlyMemory<byte> der)
    {
        try
        {
            return X509Name.GetInstance(Asn1Object.FromByteArray(der.ToArray())).Equivalent(wanted, inOrder: true);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Whether the key signed the attributes in DER's order.</summary>
    private bool IsSignedInOrder(AsymmetricKeyParameter key)
    {
        try
        {
            return _signer.Verify(key);
        }
        catch (CmsException)
        {
            return false;
        }
    }

    /// <summary>Every signing certificate attribute that is there must name the certificate first; one at least must be there.</summary>
    private bool IsBoundTo(ReadOnlySpan<byte> certificate)
    {
        if (_signer.SignedAttributes is not { } attributes)
        {
            return false;
        }

        bool bound = false;
        foreach ((DerObjectIdentifier type, bool isSecond) in new[]
        {
            (PkcsObjectIdentifiers.IdAASigningCertificate, false),
            (PkcsObjectIdentifiers.IdAASigningCertificateV2, true),
        })
        {
            foreach (Asn1Encodable value in attributes.GetAll(type).Cast<Org.BouncyCastle.Asn1.Cms.Attribute>()
                .SelectMany(attribute => attribute.AttrValues))
            {
                if (!FirstCertificateHash(value.GetEncoded(), isSecond, certificate))
                {
                    return false;
                }

                bound = true;
            }
        }

        return bound;
    }

    /// <summary>
    /// SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), … };
    /// ESSCertID ::= SEQUENCE { certHash OCTET STRING (SHA-1), … };
    /// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier DEFAULT sha256, certHash OCTET STRING, … }.
    /// </summary>
    [SuppressMessage("Security", "CA5350", Justification = "The attribute's first version supports no other hash; a second certificate with the same SHA-1 cannot be made.")]
    private static bool FirstCertificateHash(byte[] value, bool isSecond, ReadOnlySpan<byte> certificate)
    {
        AsnReader first = new AsnReader(value, AsnEncodingRules.BER).ReadSequence().ReadSequence().ReadSequence();
        string algorithm = !isSecond ? Sha1
            : first.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? AlgorithmIdentifier.Read(first).Oid
            : HashOid.Sha256;
        byte[]? hash = algorithm == Sha1 ? SHA1.HashData(certificate)
            : HashOid.Find(algorithm) is { } accepted ? CryptographicOperations.HashData(accepted, certificate)
            : null;
        return hash is not null && hash.AsSpan().SequenceEqual(first.ReadOctetString());
    }
}
