using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tensors;

/// <summary>Lists and hashes the tensors of files that can be read only once, while they pass.</summary>
/// <param name="algorithm">The digest algorithm.</param>
/// <param name="store">Where the files come from, for the errors.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class PackedTensors(DigestAlgorithm algorithm, string store, CancellationToken cancellationToken)
{
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <summary>What was found, by the file's name.</summary>
    public Dictionary<string, TensorFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a file, if it has tensors or is an index of them.</summary>
    public void Read(ModelFile file, Stream stream)
    {
        if (!TensorFile.IsNamed(file.Name))
        {
            return;
        }

        PassingStream passing = new(stream);
        TensorFile found = TensorFile.Read(file, passing, $"{file.Name} in {store}", cancellationToken);
        using StreamHasher hasher = StreamHasher.Create(algorithm);
        List<ReadOnlyMemory<byte>> digests = new(found.Tensors.Count);
        foreach (Formats.Tensor tensor in found.Tensors)
        {
            passing.GoTo(tensor.Offset);
            for (long left = tensor.Length; left > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = passing.Read(_buffer, 0, (int)Math.Min(left, _buffer.Length));
                hasher.Append(_buffer.AsSpan(0, read > 0 ? read : throw new EndOfStreamException()));
                left -= read;
            }

            byte[] digest = new byte[algorithm.DigestLength()];
            hasher.Finish(digest);
            digests.Add(digest);
        }

        Files[file.Name] = found with { Digests = digests };
    }
}
