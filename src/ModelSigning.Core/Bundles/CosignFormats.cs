using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Bundles;

/// <summary>Recognises what cosign wrote before it wrote Sigstore bundles, so that the refusal says what the file is.</summary>
internal static class CosignFormats
{
    // A signature of the longest key that is in use has some 700 characters.
    private const int LongestSignature = 2048;

    /// <summary>Refuses a file that is the base64 text of a bare signature.</summary>
    /// <exception cref="ModelSigningException"><see cref="BundleErrors.BundleFormatOutdated"/>.</exception>
    public static void RefuseBareSignature(ReadOnlySpan<byte> file, string source)
    {
        ReadOnlySpan<byte> text = file.Trim(" \t\r\n"u8);
        // The DER of an ECDSA signature begins with a sequence; an RSA or Ed25519 one has no mark, and a length of 64, 256, 384 or 512 bytes.
        if (text.Length is > 0 and <= LongestSignature && StrictBase64.TryDecode(text, out byte[]? bytes)
            && (bytes is [0x30, ..] || bytes.Length is 64 or 256 or 384 or 512))
        {
            throw Outdated(source, "a bare signature without key or certificate (a .sig file of cosign)");
        }
    }

    /// <summary>Refuses an object that is one of the older formats.</summary>
    /// <exception cref="ModelSigningException"><see cref="BundleErrors.BundleFormatOutdated"/>.</exception>
    public static void RefuseObject(JsonSlice bundle, string source)
    {
        string? format =
            Has("mediaType") ? null
            : Has("base64Signature") || Has("rekorBundle") ? "a bundle of cosign before version 3 ('base64Signature')"
            : Has("SignedEntryTimestamp") && Has("Payload") ? "a Rekor bundle of cosign before version 3 ('SignedEntryTimestamp')"
            : Has("payloadType") && Has("payload") && Has("signatures") ? "a bare DSSE envelope without key or certificate"
            : null;
        if (format is not null)
        {
            throw Outdated(source, format);
        }

        bool Has(string name) => bundle.TryGet(name, out JsonSlice value) && value.Kind != JsonValueKind.Null;
    }

    private static ModelSigningException Outdated(string source, string format) =>
        BundleErrors.BundleFormatOutdated.At($"The signature '{source}' is {format} , not a Sigstore bundle.", source);
}
