using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tensors;

/// <summary>What a file of a model says about tensors: those that it has, or which shard has which.</summary>
/// <param name="Name">The file, relative to the model.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Tensors">Its tensors, by their place in it; none for an index.</param>
/// <param name="Index">The index of shards; null for a file of tensors.</param>
internal sealed record TensorFile(string Name, long Length, IReadOnlyList<Tensor> Tensors, TensorIndex? Index)
{
    private const string SafetensorsEnd = ".safetensors", GgufEnd = ".gguf", IndexEnd = SafetensorsEnd + TensorIndex.FileNameEnd;

    /// <summary>The digests of the tensors, where they had to be hashed at once; else null.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Digests { get; init; }

    /// <summary>Whether a file is an index of shards, or one of tensors, by its name.</summary>
    public static bool IsNamed(string name) => Ends(name, SafetensorsEnd) || Ends(name, GgufEnd) || Ends(name, IndexEnd);

    /// <summary>Whether a file can have to do with tensors. One without an ending is known by its first bytes: ollama's files have none, and its model is a GGUF file.</summary>
    public static bool MayBe(ModelFile file) =>
        IsNamed(file.Name) || (!file.Name.AsSpan(file.Name.LastIndexOf('/') + 1).Contains('.') && file.Length >= GgufHeader.Magic.Length);

    /// <summary>The name of the weights that an index is of.</summary>
    public string IndexedWeights => Name[..^TensorIndex.FileNameEnd.Length];

    /// <summary>Reads what a file says, from its first byte.</summary>
    /// <param name="file">The file.</param>
    /// <param name="stream">Its bytes; those of the tensors are not read.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException">One of <see cref="FormatErrors"/>.</exception>
    public static TensorFile Read(ModelFile file, Stream stream, string source, CancellationToken cancellationToken)
    {
        if (Ends(file.Name, IndexEnd))
        {
            return new(file.Name, file.Length, [], TensorIndex.Read(ReadIndex(file, stream, source), source, cancellationToken));
        }

        return new(file.Name, file.Length, Ends(file.Name, SafetensorsEnd)
            ? SafetensorsFile.Read(stream, file.Length, source, cancellationToken).Tensors
            : TensorsOf(GgufHeader.Read(stream, file.Length, source, cancellationToken)), null);
    }

    /// <summary>Opens a file and reads what it says.</summary>
    /// <returns>Null for a file that has nothing to do with tensors.</returns>
    /// <inheritdoc cref="Read(ModelFile, Stream, string, CancellationToken)"/>
    public static TensorFile? Open(ModelFile file, HashSource content, CancellationToken cancellationToken)
    {
        if (!MayBe(file))
        {
            return null;
        }

        string source = content.PathOf(file.Name);
        try
        {
            using FileReader reader = content.Open(file.Name, file.Length);
            Span<byte> magic = stackalloc byte[GgufHeader.Magic.Length];
            if (!IsNamed(file.Name) && (reader.Read(magic, 0) < magic.Length || !magic.SequenceEqual(GgufHeader.Magic)))
            {
                return null;
            }

            using ReaderStream stream = new(reader);
            return Read(file, stream, source, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FormatErrors.FormatUnreadable.At($"'{source}' cannot be read: {fault.Message}", source, fault);
        }
    }

    // The same bytes are other numbers in the other byte order, which the tensor's own type does not say.
    private static IReadOnlyList<Tensor> TensorsOf(GgufHeader header) =>
        header.IsBigEndian ? [.. header.Tensors.Select(tensor => tensor with { Type = tensor.Type + " (big-endian)" })] : header.Tensors;

    private static byte[] ReadIndex(ModelFile file, Stream stream, string source)
    {
        if (file.Length > TensorIndex.MaximumLength)
        {
            throw FormatErrors.TensorIndexTooLarge.At(Invariant($"The index '{source}' has {file.Length} bytes; the limit is {TensorIndex.MaximumLength}."), source);
        }

        byte[] bytes = new byte[file.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool Ends(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    private sealed class ReaderStream(FileReader reader) : ForwardStream
    {
        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int read = reader.Read(buffer, Position);
            Position += read;
            return read;
        }
    }
}
