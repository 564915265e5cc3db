using ModelSigning.Core.Hashing;
using ModelSigning.Core.Tensors;

namespace ModelSigning;

/// <content>The comparison of tensors.</content>
public sealed partial class CompareModelManifestCommand
{
    private TensorSide? _tensors;
    private TensorSide? _hashedReference;

    private void CompareTensors(Func<TensorSide> difference, string? model)
    {
        foreach (ModelTensorDifference found in Attempt(model ?? "-DifferenceObject", () => CompareTensors(difference(), model)) ?? [])
        {
            WriteObject(found);
        }
    }

    private List<ModelTensorDifference> CompareTensors(TensorSide difference, string? target)
    {
        // Objects decide how a model is hashed. The reference is hashed once for all models of the pipeline.
        DigestAlgorithm algorithm = _tensors!.Algorithm ?? difference.Algorithm ?? Serialization.HashType;
        if (difference.Algorithm is { } other && other != algorithm)
        {
            throw CommandErrors.TensorsUnusable.At($"One side has digests of {algorithm.Identifier()} and the other one of {other.Identifier()}.");
        }

        if (_hashedReference?.Algorithm != algorithm)
        {
            _hashedReference = Hashed(_tensors, algorithm);
        }

        TensorSide hashed = Hashed(difference, algorithm);
        TensorDifference found = TensorDifference.Between(_hashedReference.Tensors!, hashed.Tensors!, _hashedReference.HasEmpty || hashed.HasEmpty);
        return
        [
            .. found.Added.Select(tensor => Difference(ModelChange.Added, null, tensor, target)),
            .. found.Removed.Select(tensor => Difference(ModelChange.Removed, tensor, null, target)),
            .. found.Changed.Select(pair => Difference(ModelChange.Changed, pair.Before, pair.After, target)),
        ];
    }

    private TensorSide Hashed(TensorSide side, DigestAlgorithm algorithm)
    {
        if (side.Tensors is not null)
        {
            return side;
        }

        HashedTensors found = HashTensors(SideSource(side.Model!, side == _tensors), algorithm);
        return new(
            algorithm,
            [.. found.Tensors.Select(hashed => new ComparedTensor(
                hashed.Weights, hashed.Tensor.Name, hashed.File, hashed.Tensor.Type, ModelTensor.ShapeText(hashed.Tensor.Shape), Digests.Labelled(algorithm, hashed.Digest.Span)))],
            found.Empty.Count > 0);
    }

    private static ModelTensorDifference Difference(ModelChange change, ComparedTensor? before, ComparedTensor? after, string? path) =>
        new(change, (before ?? after)!.Name, (before ?? after)!.Weights, path)
        {
            ReferenceType = before?.Type,
            DifferenceType = after?.Type,
            ReferenceShape = before?.Shape,
            DifferenceShape = after?.Shape,
            ReferenceDigest = before?.Digest,
            DifferenceDigest = after?.Digest,
            ReferenceFile = before?.File,
            DifferenceFile = after?.File,
        };
}
