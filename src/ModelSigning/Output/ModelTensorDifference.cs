namespace ModelSigning;

/// <summary>One tensor that differs between two models.</summary>
public sealed class ModelTensorDifference
{
    internal ModelTensorDifference(ModelChange change, string name, string weights, string? path) =>
        (Change, Name, Weights, Path) = (change.ToString(), name, weights, path);

    /// <summary>The model that was compared: a full path; null when objects were.</summary>
    public string? Path { get; }

    /// <summary>How the tensor changed from the reference to the other side: the name of a <see cref="ModelChange"/>.</summary>
    public string Change { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The weights that it is a part of; on the reference's side, unless it was added.</summary>
    public string Weights { get; }

    /// <summary>The type of an element on the reference's side; null for an added tensor.</summary>
    public string? ReferenceType { get; internal init; }

    /// <summary>The type of an element on the other side; null for a removed tensor.</summary>
    public string? DifferenceType { get; internal init; }

    /// <summary>The shape on the reference's side, such as <c>[4096,11008]</c>; null for an added tensor.</summary>
    public string? ReferenceShape { get; internal init; }

    /// <summary>The shape on the other side; null for a removed tensor.</summary>
    public string? DifferenceShape { get; internal init; }

    /// <summary>The digest on the reference's side, as <c>algorithm:hex</c>; null for an added tensor.</summary>
    public string? ReferenceDigest { get; internal init; }

    /// <summary>The digest on the other side, as <c>algorithm:hex</c>; null for a removed tensor.</summary>
    public string? DifferenceDigest { get; internal init; }

    /// <summary>The file on the reference's side; null for an added tensor.</summary>
    public string? ReferenceFile { get; internal init; }

    /// <summary>The file on the other side; null for a removed tensor.</summary>
    public string? DifferenceFile { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Change}: {Name}";
}
