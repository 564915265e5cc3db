using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// What the signatures of release 0.2.0 of the Python implementation cover instead of the pre-authentication encoding:
/// <c>DSSEV1 SP len(type) SP type SP len(payload) SP repr(payload)</c>. It had a capital V, and wrote the payload as Python's bytes
/// literal. Signatures are only ever verified in this form, always with SHA-256, and only for the statements of that release.
/// </summary>
internal static class ReleaseV02Encoding
{
    private const int ChunkLength = 4096;

    /// <summary>The SHA-256 of the encoding.</summary>
    public static byte[] Digest(DsseEnvelope envelope)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<byte> payload = envelope.Payload.Span;
        hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"DSSEV1 {Encoding.UTF8.GetByteCount(envelope.PayloadType)} {envelope.PayloadType} {payload.Length} b'")));

        // One byte becomes four characters at the most; a large payload is never held in this form.
        Span<byte> literal = stackalloc byte[ChunkLength * 4];
        while (!payload.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = payload[..Math.Min(payload.Length, ChunkLength)];
            int length = 0;
            foreach (byte octet in chunk)
            {
                length += Write(octet, literal[length..]);
            }

            hash.AppendData(literal[..length]);
            payload = payload[chunk.Length..];
        }

        hash.AppendData("'"u8);
        return hash.GetHashAndReset();
    }

    /// <summary>Python's repr of one byte; it takes single quotes around a text that holds a double one, as every JSON does.</summary>
    private static int Write(byte octet, Span<byte> destination)
    {
        ReadOnlySpan<byte> text = octet switch
        {
            (byte)'\\' => "\\\\"u8,
            (byte)'\'' => "\\'"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            _ => default,
        };
        if (!text.IsEmpty)
        {
            text.CopyTo(destination);
            return text.Length;
        }

        if (octet is >= 0x20 and <= 0x7E)
        {
            destination[0] = octet;
            return 1;
        }

        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        destination[0] = (byte)'\\';
        destination[1] = (byte)'x';
        destination[2] = digits[octet >> 4];
        destination[3] = digits[octet & 0xF];
        return 4;
    }
}
