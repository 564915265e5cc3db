using System.Globalization;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Verifying;

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

/// <summary>What is known of a tensor after the comparison.</summary>
public enum LoadedState
{
    /// <summary>Nothing: see <see cref="ComparedTensor.Reason"/>.</summary>
    NotVerifiable,

    /// <summary>Other bytes than were signed lie where the program says that it lies.</summary>
    Changed,

    /// <summary>The bytes that were signed lie there.</summary>
    AsSigned,
}

/// <summary>A tensor of the signed files or of the list.</summary>
/// <param name="File">The file, relative to the model.</param>
/// <param name="Name">The name in it.</param>
/// <param name="Length">Its length in bytes: that of the file, or, where the file has none, that of the list.</param>
/// <param name="State">What is known of it.</param>
/// <param name="Reason">Why nothing is known; empty otherwise.</param>
public sealed record ComparedTensor(string File, string Name, long Length, LoadedState State, string Reason);

/// <summary>The verdict on a model's files and on what a program has loaded of them.</summary>
/// <param name="Files">The verdict on the files.</param>
/// <param name="Tensors">The tensors, sorted by file and name; none if the files are not valid, because nothing is compared then.</param>
public sealed record LoadedVerification(VerificationResult Files, IReadOnlyList<ComparedTensor> Tensors)
{
    /// <summary>Whether the files are as they were signed, and every tensor in them lies in memory as it was signed. At least one does.</summary>
    public bool IsValid => Files.IsValid && Tensors.Count > 0 && Tensors.All(tensor => tensor.State == LoadedState.AsSigned);

    /// <summary>How many tensors there are in a state.</summary>
    public int Count(LoadedState state) => Tensors.Count(tensor => tensor.State == state);
}

/// <summary>
/// Verifies a model, and what a program has loaded of it: the files first, then each tensor's bytes in the device's memory against the same tensor in the files.
/// It shows what lay at the addresses in the list when they were read, and not that the program uses it.
/// </summary>
public static class LoadedVerifier
{
    /// <summary>Verifies both.</summary>
    /// <param name="request">The model, and whom to trust. What it hashes with is not asked.</param>
    /// <param name="loaded">What the program says that it has loaded.</param>
    /// <param name="memory">Where that is hashed. It is not touched unless the files are valid.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">As for <see cref="ModelVerifier.Verify"/> and <see cref="ILoadedMemory.Digests"/>, or one of <see cref="FormatErrors"/>.</exception>
    public static LoadedVerification Verify(VerificationRequest request, LoadedTensors loaded, ILoadedMemory memory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(memory);
        TensorHashDevice device = new();
        VerificationResult files = ModelVerifier.Verify(request with { Hashing = request.Hashing with { Device = device } }, cancellationToken);
        if (!files.IsValid)
        {
            return new(files, []);
        }

        Dictionary<(string, string), (Tensor Tensor, ReadOnlyMemory<byte> Digest)> signed = [];
        foreach ((string file, SafetensorsDigests read) in device.Files)
        {
            foreach ((Tensor Tensor, ReadOnlyMemory<byte> Digest) tensor in read.Tensors)
            {
                signed.Add((file, tensor.Tensor.Name), tensor);
            }
        }

        List<ComparedTensor> compared = [];
        List<LoadedTensor> alike = [];
        HashSet<(string, string)> listed = [];
        foreach (LoadedTensor tensor in loaded.Tensors)
        {
            (string, string) key = (tensor.File, tensor.Name);
            listed.Add(key);
            Tensor? known = signed.TryGetValue(key, out var found) ? found.Tensor : null;
            string? reason = !device.Files.ContainsKey(tensor.File) ? "It is from a file that is not one of the verified safetensors files."
                : known is null ? "The signed file has no tensor of this name: it may be renamed or fused."
                : Difference(tensor, known);
            if (reason is null)
            {
                alike.Add(tensor);
            }
            else
            {
                compared.Add(new(tensor.File, tensor.Name, known?.Length ?? tensor.Length, LoadedState.NotVerifiable, reason));
            }
        }

        compared.AddRange(signed.Where(tensor => !listed.Contains(tensor.Key)).Select(tensor => new ComparedTensor(
            tensor.Key.Item1, tensor.Key.Item2, tensor.Value.Tensor.Length, LoadedState.NotVerifiable, "The list does not have it: it may be fused, renamed or not loaded.")));
        IReadOnlyList<ReadOnlyMemory<byte>> digests = alike.Count > 0 ? memory.Digests(loaded, alike, cancellationToken) : [];
        compared.AddRange(alike.Select((tensor, index) => new ComparedTensor(tensor.File, tensor.Name, tensor.Length,
            signed[(tensor.File, tensor.Name)].Digest.Span.SequenceEqual(digests[index].Span) ? LoadedState.AsSigned : LoadedState.Changed, "")));
        return new(files, [.. compared.OrderBy(tensor => tensor.File, StringComparer.Ordinal).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)]);
    }

    // What makes a comparison of bytes meaningless.
    private static string? Difference(LoadedTensor loaded, Tensor signed) =>
        loaded.Type != signed.Type ? $"It is loaded as {loaded.Type} and was signed as {signed.Type}: it was converted."
        : !loaded.Shape.SequenceEqual(signed.Shape) ? $"It is loaded with the shape {Text(loaded.Shape)} and was signed with {Text(signed.Shape)}: it was divided or rearranged."
        : loaded.Length != signed.Length ? Invariant($"The list says that it has {loaded.Length} bytes; {signed.Length} were signed.")
        : null;

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(',', shape.Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";
}
