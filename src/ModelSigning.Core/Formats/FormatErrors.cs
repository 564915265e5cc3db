using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Formats;

/// <summary>The refusals of files whose format is read.</summary>
internal static class FormatErrors
{
    /// <summary>A safetensors file that breaks its format.</summary>
    public static readonly ErrorDefinition SafetensorsInvalid = new("SafetensorsInvalid", ErrorKind.InvalidData,
        "A file is not a valid safetensors file: its header is not what the format prescribes, or does not fit the file's length.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>An index of shards that breaks its format.</summary>
    public static readonly ErrorDefinition TensorIndexInvalid = new("TensorIndexInvalid", ErrorKind.InvalidData,
        "The index of a model's shards is not valid, or does not fit the tensors that the shards have.",
        "Download the index and the shards again, or ask their publisher.");

    /// <summary>An index of shards beyond the bounds.</summary>
    public static readonly ErrorDefinition TensorIndexTooLarge = new("TensorIndexTooLarge", ErrorKind.LimitsExceeded,
        "The index of a model's shards is larger than any index needs to be.",
        "Ask the publisher for a smaller index.");

    /// <summary>A GGUF file that breaks its format.</summary>
    public static readonly ErrorDefinition GgufInvalid = new("GgufInvalid", ErrorKind.InvalidData,
        "A file is not a valid GGUF file: its header is not what the format prescribes, or does not fit the file's length.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>A GGUF header beyond the bounds.</summary>
    public static readonly ErrorDefinition GgufTooLarge = new("GgufTooLarge", ErrorKind.LimitsExceeded,
        "The header of a GGUF file is longer than is read, or has more values, tensors or levels than any model needs.",
        "Ask the publisher for a file with a smaller header.");

    /// <summary>A version of GGUF, or a type of tensor, that is not known.</summary>
    public static readonly ErrorDefinition GgufNotSupported = new("GgufNotSupported", ErrorKind.NotImplemented,
        "A GGUF file has a version or a type of tensor that this module does not read.",
        "Convert the file to GGUF version 3 with a type that gguf.md lists.");

    /// <summary>An ONNX model that is not one.</summary>
    public static readonly ErrorDefinition OnnxInvalid = new("OnnxInvalid", ErrorKind.InvalidData,
        "A file is not a valid ONNX model: its Protocol Buffers cannot be read, or it has fields that onnx.proto does not know.",
        "Do not load the file. Download it again, or ask its publisher.");

    /// <summary>A configuration in JSON that cannot be read strictly.</summary>
    public static readonly ErrorDefinition JsonFileInvalid = new("JsonFileInvalid", ErrorKind.InvalidData,
        "A file in JSON of a model is not valid JSON, has a member twice, or is too long or too deep.",
        "Ask the publisher for a valid file.");

    /// <summary>A file that cannot be read.</summary>
    public static readonly ErrorDefinition FormatUnreadable = new("FormatUnreadable", ErrorKind.ReadError,
        "The operating system reported an error while the header of a file was read.",
        "Check that the file exists, that you can read it, and that its disk is healthy.");
}
