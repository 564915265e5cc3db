using ModelSigning.Core.Formats;

namespace ModelSigning.Core.Tensors;

/// <summary>A tensor of a model, with the digest of its bytes.</summary>
/// <param name="Weights">
/// The weights that it is a part of: the name of its file, or of all shards together, which is that of their index without <c>.index.json</c>, or of a shard without its number.
/// </param>
/// <param name="File">The file that it lies in, relative to the model, with <c>/</c> between its components.</param>
/// <param name="Tensor">What the file's header says of it.</param>
/// <param name="Digest">The raw digest of its bytes as they lie in the file.</param>
internal sealed record HashedTensor(string Weights, string File, Tensor Tensor, ReadOnlyMemory<byte> Digest);

/// <summary>The tensors of a model.</summary>
/// <param name="Tensors">The tensors, by file and by their place in it.</param>
/// <param name="Others">The names of the model's files that are not read for tensors, sorted.</param>
/// <param name="Warnings">Sentences that a person should see.</param>
internal sealed record HashedTensors(IReadOnlyList<HashedTensor> Tensors, IReadOnlyList<string> Others, IReadOnlyList<string> Warnings);
