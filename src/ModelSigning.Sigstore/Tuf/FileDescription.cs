using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>What signed metadata say about another file: version, length and digests, as far as they do.</summary>
/// <param name="Version">The version; null for targets.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Hashes">The digests in hexadecimal, by their algorithms.</param>
internal sealed record FileDescription(long? Version, long? Length, IReadOnlyDictionary<string, string> Hashes)
{
    /// <summary>Reads the description of a metadata file (METAFILES; TUF, section 4.4).</summary>
    internal static FileDescription OfMetadata(MetadataObject description) =>
        new(description.Positive("version"), description.OptionalLength("length"), ReadHashes(description));

    /// <summary>Reads the description of a target (TARGETS; section 4.5), which has length and digests in any case.</summary>
    internal static FileDescription OfTarget(MetadataObject description)
    {
        FileDescription target = new(null, description.OptionalLength("length") ?? throw description.Refuse("a target has no length"), ReadHashes(description));
        return target.Hashes.Count > 0 ? target : throw description.Refuse("a target has no digest");
    }

    /// <summary>Checks a file's bytes by its length and every digest that is known.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufContentMismatch"/>.</exception>
    internal void Check(ReadOnlySpan<byte> bytes, string file)
    {
        if (Length is { } length && length != bytes.Length)
        {
            throw TufErrors.TufContentMismatch.At(Invariant($"'{file}' has {bytes.Length} bytes, but the signed metadata require {length}."), file);
        }

        bool known = Hashes.Count == 0;
        foreach ((string algorithm, string expected) in Hashes)
        {
            byte[]? digest = algorithm switch
            {
                "sha256" => SHA256.HashData(bytes),
                "sha384" => SHA384.HashData(bytes),
                "sha512" => SHA512.HashData(bytes),
                _ => null,
            };
            if (digest is null)
            {
                continue;
            }

            known = true;
            if (!string.Equals(Hexadecimal.Write(digest), expected, StringComparison.OrdinalIgnoreCase))
            {
                throw TufErrors.TufContentMismatch.At($"'{file}' has the {algorithm} digest {Hexadecimal.Write(digest)}, but the signed metadata require {expected}.", file);
            }
        }

        if (!known)
        {
            throw TufErrors.TufContentMismatch.At($"'{file}' has only digests of unknown algorithms ({string.Join(", ", Hashes.Keys)}).", file);
        }
    }

    /// <summary>Whether a file's bytes fit.</summary>
    internal bool Fits(ReadOnlySpan<byte> bytes, string file)
    {
        try
        {
            Check(bytes, file);
            return true;
        }
        catch (ModelSigningException)
        {
            return false;
        }
    }

    private static Dictionary<string, string> ReadHashes(MetadataObject description)
    {
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        if (description.OptionalObject("hashes") is { } listed)
        {
            foreach (System.Text.Json.JsonProperty hash in listed.Element.EnumerateObject())
            {
                hashes[hash.Name] = listed.Text(hash.Name);
            }
        }

        return hashes;
    }
}
