using System.Buffers.Binary;
using System.Formats.Asn1;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>
/// A signed certificate timestamp (RFC 6962, section 3.2), as the extension 1.3.6.1.4.1.11129.2.4.2 embeds a list of them (section 3.3).
/// </summary>
/// <remarks>
/// <code>
/// SignedCertificateTimestampList:  u16 total length, then each: u16 length, SCT
/// SCT:  version u8 = 0 | log id 32 | timestamp u64 ms | u16 length, extensions | hash u8 = 4 (SHA-256) | signature u8 (1 RSA, 3 ECDSA) | u16 length, signature
/// </code>
/// </remarks>
internal sealed record CertificateTimestamp
{
    internal const string ListObjectIdentifier = "1.3.6.1.4.1.11129.2.4.2";
    private const int LogIdLength = 32, MaximumCount = 32;
    private const byte Sha256 = 4;

    /// <summary>The log's identifier.</summary>
    internal required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>When the log saw the certificate, in milliseconds since 1970-01-01 UTC.</summary>
    internal required ulong Milliseconds { get; init; }

    /// <summary>What the log adds; part of what it signs.</summary>
    internal required ReadOnlyMemory<byte> Extensions { get; init; }

    /// <summary>The log's signature.</summary>
    internal required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The instant; null for a number beyond the calendar.</summary>
    internal DateTimeOffset? Time => Milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)Milliseconds)
        : null;

    /// <summary>Reads the list from the extension's value; timestamps of later versions are left out.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="SigstoreErrors.SignedCertificateTimestamp"/>.</exception>
    internal static IReadOnlyList<CertificateTimestamp> ReadList(ReadOnlyMemory<byte> extensionValue)
    {
        try
        {
            AsnReader reader = new(extensionValue, AsnEncodingRules.DER);
            ReadOnlyMemory<byte> list = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();
            if (TakeVector(ref list) is not { } all || list.Length != 0)
            {
                throw Malformed("the list's length is wrong");
            }

            List<CertificateTimestamp> timestamps = [];
            while (all.Length > 0)
            {
                ReadOnlyMemory<byte> one = TakeVector(ref all) ?? throw Malformed("an element's length is wrong");
                if (one.Length > 0 && one.Span[0] == 0)
                {
                    timestamps.Add(Read(one[1..]));
                }

                if (timestamps.Count > MaximumCount)
                {
                    throw Malformed($"it has more than {MaximumCount} elements");
                }
            }

            return timestamps;
        }
        catch (AsnContentException error)
        {
            throw Malformed(error.Message);
        }
    }

    private static CertificateTimestamp Read(ReadOnlyMemory<byte> rest)
    {
        if (rest.Length < LogIdLength + sizeof(ulong))
        {
            throw Malformed("an element is too short");
        }

        ReadOnlyMemory<byte> logId = rest[..LogIdLength];
        ulong milliseconds = BinaryPrimitives.ReadUInt64BigEndian(rest.Span[LogIdLength..]);
        rest = rest[(LogIdLength + sizeof(ulong))..];
        if (TakeVector(ref rest) is not { } extensions || rest.Length < 2 || rest.Span[0] != Sha256)
        {
            throw Malformed("an element is cut off or is not signed over SHA-256");
        }

        rest = rest[2..];
        return TakeVector(ref rest) is { } signature && rest.Length == 0
            ? new CertificateTimestamp { LogId = logId, Milliseconds = milliseconds, Extensions = extensions, Signature = signature }
            : throw Malformed("an element's signature has the wrong length");
    }

    /// <summary>Takes a vector with a length of 16 bits off the front (RFC 5246, section 4.3); null when the bytes end before.</summary>
    private static ReadOnlyMemory<byte>? TakeVector(ref ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < sizeof(ushort))
        {
            return null;
        }

        int end = sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
        if (bytes.Length < end)
        {
            return null;
        }

        ReadOnlyMemory<byte> vector = bytes[sizeof(ushort)..end];
        bytes = bytes[end..];
        return vector;
    }

    private static Core.Errors.ModelSigningException Malformed(string reason) =>
        SigstoreErrors.SignedCertificateTimestamp.At($"The certificate's list of signed certificate timestamps is malformed: {reason}.");
}
