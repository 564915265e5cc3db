using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Tensors;

/// <summary>The refusals of models whose tensors are listed.</summary>
internal static class TensorErrors
{
    /// <summary>A model without a file of tensors.</summary>
    public static readonly ErrorDefinition TensorsNotFound = new("TensorsNotFound", ErrorKind.ObjectNotFound,
        "The model has no safetensors or GGUF file, so it has no tensors to list.",
        "Omit -Tensor to work with the model's files.");

    /// <summary>A tensor that is there twice.</summary>
    public static readonly ErrorDefinition TensorTwice = new("TensorTwice", ErrorKind.InvalidData,
        "Two shards of the same weights contain a tensor with the same name, or two indexes list the same shard.",
        "Ask the publisher which one is correct, and exclude the other with -IgnorePath.");

    /// <summary>More tensors than are listed.</summary>
    public static readonly ErrorDefinition TensorsTooMany = new("TensorsTooMany", ErrorKind.LimitsExceeded,
        "The model has more tensors than can be listed.",
        "List the tensors of its files one at a time.");

    /// <summary>Refuses a model with more tensors than are listed.</summary>
    /// <param name="count">How many were found so far.</param>
    /// <param name="model">The model's full path.</param>
    /// <exception cref="ModelSigningException"><see cref="TensorsTooMany"/>.</exception>
    public static void RequireFew(long count, string model)
    {
        if (count > TensorHasher.MaximumTensors)
        {
            throw TensorsTooMany.At(Invariant($"The model '{model}' has more than {TensorHasher.MaximumTensors} tensors."), model);
        }
    }
}
