namespace ModelSigning;

/// <summary>One difference between two manifests.</summary>
public sealed class ModelDifference
{
    internal ModelDifference(ModelChange change, string name, string? referenceDigest, string? differenceDigest, string? path) =>
        (Change, Name, ReferenceDigest, DifferenceDigest, Path) = (change.ToString(), name, referenceDigest, differenceDigest, path);

    /// <summary>The model or signature file that was compared: a full path; null when objects were.</summary>
    public string? Path { get; }

    /// <summary>How the file changed from the reference to the other side: the name of a <see cref="ModelChange"/>.</summary>
    public string Change { get; }

    /// <summary>The file relative to the model, with <c>/</c> between its components; a shard carries <c>:start:end</c> in bytes.</summary>
    public string Name { get; }

    /// <summary>The digest on the reference's side, as <c>algorithm:hex</c>; null for an added file.</summary>
    public string? ReferenceDigest { get; }

    /// <summary>The digest on the other side, as <c>algorithm:hex</c>; null for a removed file.</summary>
    public string? DifferenceDigest { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Change}: {Name}";
}

/// <summary>How a file changed.</summary>
public enum ModelChange
{
    /// <summary>Only the other side has it.</summary>
    Added,

    /// <summary>Only the reference has it.</summary>
    Removed,

    /// <summary>Both have it, with different content.</summary>
    Changed,
}
