using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Formats;

/// <summary>The refusals of files whose format is read.</summary>
internal static class FormatErrors
{
    /// <summary>A safetensors file that breaks its format.</summary>
    public static readonly ErrorDefinition SafetensorsInvalid = new("SafetensorsInvalid", ErrorKind.InvalidData,
        "A file is not a valid safetensors file: its header does not follow the format, or does not fit the file's length.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>An index of shards that breaks its format.</summary>
    public static readonly ErrorDefinition TensorIndexInvalid = new("TensorIndexInvalid", ErrorKind.InvalidData,
        "The index of a model's shards is not valid, or does not match the tensors in the shards.",
        "Download the index and the shards again, or ask their publisher.");

    /// <summary>An index of shards beyond the bounds.</summary>
    public static readonly ErrorDefinition TensorIndexTooLarge = new("TensorIndexTooLarge", ErrorKind.LimitsExceeded,
        "The index of a model's shards is larger than the limit.",
        "Ask the publisher for a smaller index.");

    /// <summary>A GGUF file that breaks its format.</summary>
    public static readonly ErrorDefinition GgufInvalid = new("GgufInvalid", ErrorKind.InvalidData,
        "A file is not a valid GGUF file: its header does not follow the format, or does not fit the file's length.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>A GGUF header beyond the bounds.</summary>
    public static readonly ErrorDefinition GgufTooLarge = new("GgufTooLarge", ErrorKind.LimitsExceeded,
        "The header of a GGUF file exceeds the limit for its length, values, tensors or levels.",
        "Ask the publisher for a file with a smaller header.");

    /// <summary>A version of GGUF, or a type of tensor, that is not known.</summary>
    public static readonly ErrorDefinition GgufNotSupported = new("GgufNotSupported", ErrorKind.NotImplemented,
        "A GGUF file has a version or a tensor type that this module does not support.",
        "Convert the file to GGUF version 3 with a type that gguf.md lists.");

    /// <summary>An ONNX model that is not one.</summary>
    public static readonly ErrorDefinition OnnxInvalid = new("OnnxInvalid", ErrorKind.InvalidData,
        "A file is not a valid ONNX model: its Protocol Buffers cannot be read, or it has fields that onnx.proto does not define.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>A configuration in JSON that cannot be read strictly.</summary>
    public static readonly ErrorDefinition JsonFileInvalid = new("JsonFileInvalid", ErrorKind.InvalidData,
        "A JSON file of a model is not valid, has a member twice, or is too long or too deep.",
        "Ask the publisher for a valid file.");

    /// <summary>A file that cannot be read.</summary>
    public static readonly ErrorDefinition FormatUnreadable = new("FormatUnreadable", ErrorKind.ReadError,
        "The operating system reported an error while the header of a file was read.",
        "Check the path, the user's read access, and the disk.");
}
