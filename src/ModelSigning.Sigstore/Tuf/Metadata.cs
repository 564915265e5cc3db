using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>A metadata file of TUF (section 4): what is signed, and the signatures. Nothing is verified yet.</summary>
internal sealed class Metadata
{
    private const int MaximumSignatures = 256;

    private Metadata(ReadOnlyMemory<byte> bytes, string file, MetadataObject signed, byte[] signedBytes, IReadOnlyList<(string, byte[])> signatures)
    {
        Bytes = bytes;
        File = file;
        Signed = signed;
        SignedBytes = signedBytes;
        Signatures = signatures;
        Version = signed.Positive("version");
        Expires = signed.Time("expires");
    }

    /// <summary>The file's exact bytes.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The file's name, for messages.</summary>
    internal string File { get; }

    /// <summary>The signed part.</summary>
    internal MetadataObject Signed { get; }

    /// <summary>The bytes that signatures are over.</summary>
    internal byte[] SignedBytes { get; }

    /// <summary>The signatures with their keys' identifiers; empty ones, which stand for signatures still to be made, are left out.</summary>
    internal IReadOnlyList<(string KeyId, byte[] Signature)> Signatures { get; }

    /// <summary>The version.</summary>
    internal long Version { get; }

    /// <summary>When it expires.</summary>
    internal DateTimeOffset Expires { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="file">Its name.</param>
    /// <param name="type">The type that it must be of: root, timestamp, snapshot or targets.</param>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufMetadataMalformed"/>.</exception>
    internal static Metadata Parse(ReadOnlyMemory<byte> bytes, string file, string type)
    {
        InputRules rules = new("metadata file", TufLimits.Targets, TufErrors.TufMetadataMalformed);
        using JsonDocument document = StrictJson.Parse(bytes, file, rules);
        // The document's memory goes with it; the clone stays.
        MetadataObject envelope = new(document.RootElement.Clone(), file);
        MetadataObject signed = envelope.Object("signed");
        if (signed.Text("_type") != type)
        {
            throw signed.Refuse($"its type is '{signed.Text("_type")}', not '{type}'");
        }

        if (!signed.Text("spec_version").StartsWith("1.", StringComparison.Ordinal))
        {
            throw signed.Refuse($"its specification version is '{signed.Text("spec_version")}', but only 1 is supported");
        }

        List<(string, byte[])> signatures = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (MetadataObject signature in envelope.Objects("signatures"))
        {
            string id = signature.Text("keyid");
            if (!ids.Add(id) || ids.Count > MaximumSignatures)
            {
                throw signature.Refuse($"it has two signatures of the key {id}, or more than {MaximumSignatures}");
            }

            byte[] value = Hexadecimal.ReadAnyCase(signature.Text("sig")) ?? throw signature.Refuse($"the signature of the key {id} is not hexadecimal");
            if (value.Length > 0)
            {
                signatures.Add((id, value));
            }
        }

        return new Metadata(bytes, file, signed, CanonicalJson.Encode(signed.Element, file), signatures);
    }

    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufExpired"/>.</exception>
    internal void CheckExpiry(DateTimeOffset now)
    {
        if (Expires <= now)
        {
            throw TufErrors.TufExpired.At(Invariant($"'{File}' (version {Version}) expired on {Rfc3339.Write(Expires)}, and it is {Rfc3339.Write(now)}."), File);
        }
    }
}
