namespace ModelSigning.Sigstore.Identity;

/// <summary>Base64url without padding (RFC 4648, section 5), which .NET has only from version 9 on.</summary>
internal static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <exception cref="FormatException">The text is not base64url.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        char[] padded = new char[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill('=');
        for (int i = 0; i < text.Length; i++)
        {
            padded[i] = text[i] switch { '-' => '+', '_' => '/', char c => c };
        }

        return Convert.FromBase64CharArray(padded, 0, padded.Length);
    }
}
