using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Loaded;

/// <summary>The refusals of weights that a program has loaded.</summary>
public static class LoadedErrors
{
    /// <summary>The list is not one.</summary>
    public static readonly ErrorDefinition LoadedListInvalid = new("LoadedListInvalid", ErrorKind.InvalidData,
        "The list of loaded tensors is not valid: unknown or missing members, or tensors that overlap, occur twice or exceed their memory.",
        "Export the list again with the program of docs/loaded-weights.md.");

    /// <summary>The list cannot be read.</summary>
    public static readonly ErrorDefinition LoadedListNotFound = new("LoadedListNotFound", ErrorKind.ObjectNotFound,
        "The list of loaded tensors does not exist or cannot be read.",
        "Check the path, and export the list first.");

    /// <summary>Memory of a kind that cannot be shared with another process by a handle.</summary>
    public static readonly ErrorDefinition LoadedMemoryKind = new("LoadedMemoryKind", ErrorKind.NotImplemented,
        "The loaded weights lie in memory that CUDA does not share by handles: virtual memory (expandable segments), cudaMallocAsync, or managed memory.",
        "Start the server without these, for example without expandable_segments in PYTORCH_CUDA_ALLOC_CONF.");

    /// <summary>The driver does not open the memory.</summary>
    public static readonly ErrorDefinition LoadedMemoryRefused = new("LoadedMemoryRefused", ErrorKind.ResourceUnavailable,
        "The memory of the loaded weights could not be opened, or is smaller than the list says.",
        "Make sure that the exporting process still runs, on this machine and visible to this one, and export the list again.");

    /// <summary>Weights in memory are not those that were signed.</summary>
    public static readonly ErrorDefinition LoadedMismatch = new("LoadedMismatch", ErrorKind.SecurityError,
        "The files match the signature, but tensors in the program's memory do not.",
        "Do not use the server. Use -Detailed to see every tensor, and load the model again.");

    /// <summary>Nothing can be said of some weights.</summary>
    public static readonly ErrorDefinition LoadedNotVerifiable = new("LoadedNotVerifiable", ErrorKind.NotImplemented,
        "The files match the signature, but not every signed tensor could be compared with the program's memory.",
        "Use -Detailed to see which and why. Load the weights without converting, fusing or dividing them, or verify fewer files with -Include.");
}
