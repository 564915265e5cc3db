using System.Globalization;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>A log's signed statement of its size and root (C2SP tlog-checkpoint, in a C2SP signed-note).</summary>
/// <remarks>
/// <code>
/// origin LF
/// size in decimal LF
/// root hash in base64 LF
/// [extension lines LF]
/// LF
/// — name base64(key hint of 4 bytes, signature) LF      one line or more
/// </code>
/// </remarks>
internal sealed record Checkpoint
{
    private const int HashLength = 32, HintLength = 4, MaximumLength = 64 * 1024, MaximumSignatures = 100;

    private Checkpoint(string origin, ulong size, byte[] rootHash, byte[] signed, IReadOnlyList<NoteSignature> signatures)
    {
        Origin = origin;
        Size = size;
        RootHash = rootHash;
        Signed = signed;
        Signatures = signatures;
    }

    /// <summary>The log's name.</summary>
    internal string Origin { get; }

    /// <summary>The number of leaves.</summary>
    internal ulong Size { get; }

    /// <summary>The tree's root.</summary>
    internal ReadOnlyMemory<byte> RootHash { get; }

    private byte[] Signed { get; }

    private IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.LogCheckpoint"/>.</exception>
    internal static Checkpoint Parse(string text)
    {
        int split = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        // Text that ends with an empty line has no signature after it.
        if (split < 0 || split + 2 >= text.Length || text.Length > MaximumLength || !text.EndsWith('\n') || text.Contains('\r', StringComparison.Ordinal))
        {
            throw Malformed("it does not consist of text, an empty line and signatures, with each line ending in a line feed only");
        }

        string[] body = text[..split].Split('\n');
        if (body.Length < 3 || body[0].Length == 0)
        {
            throw Malformed("it lacks the origin, size or root hash line");
        }

        if (body[1].Length == 0 || body[1].AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0 || (body[1].Length > 1 && body[1][0] == '0') ||
            !ulong.TryParse(body[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong size))
        {
            throw Malformed("its second line is not a tree size");
        }

        if (!StrictBase64.TryDecode(body[2], out byte[]? rootHash) || rootHash.Length != HashLength)
        {
            throw Malformed("its third line is not a root hash");
        }

        string[] lines = text[(split + 2)..^1].Split('\n');
        if (lines.Length > MaximumSignatures)
        {
            throw Malformed($"it has more than {MaximumSignatures} signatures");
        }

        return new Checkpoint(body[0], size, rootHash, Encoding.UTF8.GetBytes(text[..(split + 1)]), [.. lines.Select(ParseSignature)]);
    }

    /// <summary>Verifies that a log signed; other parties' signatures are left out.</summary>
    /// <param name="names">The names that the log may have in its checkpoints.</param>
    /// <param name="hints">The four bytes that may stand in front of the log's signature.</param>
    /// <param name="key">The log's key.</param>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.LogCheckpoint"/>.</exception>
    internal void Verify(IReadOnlyList<string> names, IReadOnlyList<ReadOnlyMemory<byte>> hints, VerificationKey key)
    {
        bool found = false;
        foreach (NoteSignature signature in Signatures)
        {
            if (!hints.Any(hint => hint.Span.SequenceEqual(signature.Hint.Span)) || !names.Contains(signature.Name, StringComparer.Ordinal))
            {
                continue;
            }

            if (!key.VerifyData(Signed, signature.Signature.Span))
            {
                throw SigstoreErrors.LogCheckpoint.At($"The checkpoint's signature of the log '{signature.Name}' is not valid.");
            }

            // Rekor v1 adds the number of its tree: "host - 1193050959916656506".
            if (Origin != signature.Name && !Origin.StartsWith(signature.Name + " - ", StringComparison.Ordinal))
            {
                throw SigstoreErrors.LogCheckpoint.At($"The checkpoint's origin is '{Origin}', but the log is '{signature.Name}'.");
            }

            found = true;
        }

        if (!found)
        {
            throw SigstoreErrors.LogCheckpoint.At(
                $"The checkpoint has no signature of the log '{names[0]}' (key hint {string.Join(" or ", hints.Select(hint => Hexadecimal.Write(hint.Span)).Distinct())}); it is signed by " +
                $"{string.Join(", ", Signatures.Select(signature => $"'{signature.Name}' ({Hexadecimal.Write(signature.Hint.Span)})"))}.");
        }
    }

    private static NoteSignature ParseSignature(string line)
    {
        string[] parts = line.Split(' ');
        return parts is ["\u2014", { Length: > 0 } name, var encoded] && StrictBase64.TryDecode(encoded, out byte[]? bytes) && bytes.Length > HintLength
            ? new NoteSignature(name, bytes.AsMemory(0, HintLength), bytes.AsMemory(HintLength))
            : throw Malformed("a signature line is not a dash, a name and base64");
    }

    private static ModelSigningException Malformed(string reason) => SigstoreErrors.LogCheckpoint.At($"The checkpoint is malformed: {reason}.");

    private sealed record NoteSignature(string Name, ReadOnlyMemory<byte> Hint, ReadOnlyMemory<byte> Signature);
}
