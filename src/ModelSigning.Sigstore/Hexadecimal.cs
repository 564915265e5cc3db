namespace ModelSigning.Sigstore;

/// <summary>Bytes as lower-case hexadecimal, as messages and Rekor show them.</summary>
internal static class Hexadecimal
{
    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    internal static string Of(ReadOnlyMemory<byte> bytes) => Of(bytes.Span);
}
