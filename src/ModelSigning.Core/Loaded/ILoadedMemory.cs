namespace ModelSigning.Core.Loaded;

/// <summary>Where loaded weights are hashed: on the device that they lie on.</summary>
public interface ILoadedMemory
{
    /// <summary>Hashes tensors where they lie. Nothing else of the memory is read.</summary>
    /// <param name="loaded">The list that they are of.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The BLAKE3 digest of each, in their order.</returns>
    /// <exception cref="Errors.ModelSigningException">The memory cannot be opened or hashed; none of it is verified then.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> Digests(LoadedTensors loaded, IReadOnlyList<LoadedTensor> tensors, CancellationToken cancellationToken);
}
