using System.Formats.Asn1;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Turns the signatures of tokens into those of bundles.</summary>
internal static class EcdsaSignatureFormat
{
    /// <summary>r and s side by side, each as long as the curve (PKCS#11, CKM_ECDSA), to DER <c>SEQUENCE { r, s }</c> (RFC 3279, 2.2.3).</summary>
    /// <returns>Null where the length is odd or zero.</returns>
    public static byte[]? ToDer(ReadOnlySpan<byte> fixedWidth)
    {
        if (fixedWidth.IsEmpty || fixedWidth.Length % 2 != 0)
        {
            return null;
        }

        int half = fixedWidth.Length / 2;
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteNumber(writer, fixedWidth[..half]);
            WriteNumber(writer, fixedWidth[half..]);
        }

        return writer.Encode();
    }

    private static void WriteNumber(AsnWriter writer, ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> shortest = number.TrimStart((byte)0);
        writer.WriteIntegerUnsigned(shortest.IsEmpty ? [0] : shortest);
    }
}
