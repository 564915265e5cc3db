namespace ModelSigning.Core.Tensors;

/// <summary>What tells a tensor from others in a comparison, and what is compared.</summary>
/// <param name="Weights">The weights that it is a part of.</param>
/// <param name="Name">Its name.</param>
/// <param name="File">The file that it lies in, which may differ.</param>
/// <param name="Type">The type of an element.</param>
/// <param name="Shape">The lengths of the dimensions as a text.</param>
/// <param name="Digest">The digest as a text.</param>
internal sealed record ComparedTensor(string Weights, string Name, string File, string Type, string Shape, string Digest);

/// <summary>The tensors that differ between two models. Where each has one set of weights and nothing beside it, their names do not matter.</summary>
/// <param name="Added">Those that only the other model has, in its order.</param>
/// <param name="Removed">Those that only the reference has, in its order.</param>
/// <param name="Changed">Those of another type, shape or content, in the reference's order.</param>
internal sealed record TensorDifference(
    IReadOnlyList<ComparedTensor> Added, IReadOnlyList<ComparedTensor> Removed, IReadOnlyList<(ComparedTensor Before, ComparedTensor After)> Changed)
{
    /// <summary>Compares two models.</summary>
    /// <param name="before">The reference's tensors, each once.</param>
    /// <param name="after">The other model's tensors, each once.</param>
    /// <param name="hasEmpty">Whether one of them also has a file of weights without a tensor, which programs may load instead.</param>
    public static TensorDifference Between(IReadOnlyList<ComparedTensor> before, IReadOnlyList<ComparedTensor> after, bool hasEmpty = false)
    {
        bool byName = !hasEmpty && HasOneSet(before) && HasOneSet(after);
        Dictionary<(string, string), ComparedTensor> left = before.ToDictionary(Key), right = after.ToDictionary(Key);
        return new(
            [.. after.Where(tensor => !left.ContainsKey(Key(tensor)))],
            [.. before.Where(tensor => !right.ContainsKey(Key(tensor)))],
            [
                .. before.Where(tensor => right.ContainsKey(Key(tensor))).Select(tensor => (Before: tensor, After: right[Key(tensor)]))
                    .Where(pair => (pair.Before.Type, pair.Before.Shape, pair.Before.Digest) != (pair.After.Type, pair.After.Shape, pair.After.Digest)),
            ]);

        (string, string) Key(ComparedTensor tensor) => (byName ? "" : tensor.Weights, tensor.Name);
    }

    private static bool HasOneSet(IReadOnlyList<ComparedTensor> tensors) => tensors.All(tensor => tensor.Weights == tensors[0].Weights);
}
