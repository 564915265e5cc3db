using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tensors;

/// <summary>Lists and hashes the tensors of files that are read once, from front to back.</summary>
/// <param name="algorithm">The digest algorithm.</param>
/// <param name="store">Where the files come from, for the errors.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class PassingTensors(DigestAlgorithm algorithm, string store, CancellationToken cancellationToken)
{
    private const int BufferLength = 256 * 1024;

    private int _count;

    /// <summary>Reads a file; several threads may do so at once.</summary>
    /// <returns>Null for a file that has nothing to do with tensors.</returns>
    public TensorFile? Read(ModelFile file, Stream stream)
    {
        if (!TensorFile.MayBe(file))
        {
            return null;
        }

        PassingStream passing = new(stream);
        if (!TensorFile.IsNamed(file.Name) && !passing.BeginsWith(GgufHeader.Magic))
        {
            return null;
        }

        TensorFile found = TensorFile.Read(file, passing, $"{file.Name} in {store}", cancellationToken);
        TensorErrors.RequireFew(Interlocked.Add(ref _count, found.Tensors.Count), store);
        using StreamHasher hasher = StreamHasher.Create(algorithm);
        byte[] buffer = new byte[BufferLength];
        List<ReadOnlyMemory<byte>> digests = new(found.Tensors.Count);
        foreach (Tensor tensor in found.Tensors)
        {
            passing.GoTo(tensor.Offset);
            for (long left = tensor.Length; left > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = passing.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                hasher.Append(buffer.AsSpan(0, read > 0 ? read : throw new EndOfStreamException()));
                left -= read;
            }

            byte[] digest = new byte[algorithm.DigestLength()];
            hasher.Finish(digest);
            digests.Add(digest);
        }

        return found with { Digests = digests };
    }
}
