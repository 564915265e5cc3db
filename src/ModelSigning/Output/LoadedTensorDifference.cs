using ModelSigning.Core.Loaded;

namespace ModelSigning;

/// <summary>A tensor that is not known to lie in the memory of another process as it was signed.</summary>
public sealed class LoadedTensorDifference
{
    internal LoadedTensorDifference(ComparedTensor tensor) =>
        (File, Name, State, Reason, Length) = (tensor.File, tensor.Name, tensor.State.ToString(), tensor.Reason.Length > 0 ? tensor.Reason : "Other bytes lie there.", tensor.Length);

    /// <summary>The file, relative to the model.</summary>
    public string File { get; }

    /// <summary>The tensor's name in it.</summary>
    public string Name { get; }

    /// <summary><c>Changed</c>: other bytes lie there; <c>NotVerifiable</c>: nothing is known.</summary>
    public string State { get; }

    /// <summary>Why, as a sentence.</summary>
    public string Reason { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{State}: {Name}";
}
