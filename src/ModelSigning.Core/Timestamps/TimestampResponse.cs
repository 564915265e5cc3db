using System.Formats.Asn1;
using System.Numerics;

namespace ModelSigning.Core.Timestamps;

/// <summary>The answer of a timestamp server (RFC 3161, section 2.4.2).</summary>
/// <remarks>
/// <code>
/// TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }
/// PKIStatusInfo ::= SEQUENCE { status INTEGER, statusString SEQUENCE OF UTF8String OPTIONAL, failInfo BIT STRING OPTIONAL }
/// </code>
/// </remarks>
internal sealed class TimestampResponse
{
    /// <summary>No timestamp comes near: 1 MiB.</summary>
    public const int MaximumLength = 1024 * 1024;

    private const int MaximumReasonLength = 256;

    private TimestampResponse(ReadOnlyMemory<byte> encoding)
    {
        AsnReader outer = new(encoding, AsnEncodingRules.BER);
        AsnReader response = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        AsnReader status = response.ReadSequence();
        BigInteger code = status.ReadInteger();
        Reason = ReadReason(status, code);
        IsGranted = code == BigInteger.Zero || code == BigInteger.One;
        Token = response.HasData ? response.ReadEncodedValue() : (ReadOnlyMemory<byte>?)null;
        response.ThrowIfNotEmpty();
    }

    /// <summary>Whether the status is granted (0) or grantedWithMods (1).</summary>
    public bool IsGranted { get; }

    /// <summary>The status as the server explains it, fit for a message.</summary>
    public string Reason { get; }

    /// <summary>The token, a ContentInfo in DER or BER; null where the server refused.</summary>
    public ReadOnlyMemory<byte>? Token { get; }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="TimestampErrors.Malformed"/>.</exception>
    public static TimestampResponse Parse(ReadOnlyMemory<byte> encoding)
    {
        if (encoding.Length > MaximumLength)
        {
            throw TimestampErrors.Malformed.At($"The timestamp has {encoding.Length} bytes; the limit is {MaximumLength}.");
        }

        try
        {
            return new TimestampResponse(encoding);
        }
        catch (AsnContentException exception)
        {
            throw TimestampErrors.Malformed.At("The timestamp is not an RFC 3161 response: " + exception.Message, null, exception);
        }
    }

    private static string ReadReason(AsnReader status, BigInteger code)
    {
        List<string> texts = [];
        if (status.HasData && status.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            AsnReader lines = status.ReadSequence();
            while (lines.HasData)
            {
                texts.Add(lines.ReadCharacterString(UniversalTagNumber.UTF8String));
            }
        }

        string text = string.Join(' ', texts);
        string shown = string.Concat(text.Take(MaximumReasonLength).Select(character => char.IsControl(character) ? '?' : character));
        return Invariant($"status {code}{(shown.Length == 0 ? "" : ", ")}{shown}");
    }
}
