namespace ModelSigning.Core.Formats;

/// <summary>One value of a GGUF file's metadata.</summary>
/// <param name="Type">The type as the format names it: <c>uint32</c>, <c>float32</c>, <c>bool</c>, <c>string</c>, <c>array</c>.</param>
/// <param name="Value">
/// A <see cref="ulong"/> for every unsigned type, a <see cref="long"/> for every signed one, a <see cref="double"/> for the floating ones, a
/// <see cref="bool"/>, a <see cref="string"/> or a <see cref="GgufArray"/>.
/// </param>
internal sealed record GgufValue(string Type, object Value);

/// <summary>An array in a GGUF file's metadata, such as the tokens of a vocabulary.</summary>
/// <param name="ElementType">The type of its elements; <c>array</c> for an array of arrays.</param>
/// <param name="Count">How many it has.</param>
/// <param name="First">The first of them, at most <see cref="MostKept"/>; none of an array of arrays.</param>
/// <param name="Digest">The SHA-256 of the elements as the file encodes them, in lower-case hexadecimal, by which two long arrays can be compared.</param>
internal sealed record GgufArray(string ElementType, long Count, IReadOnlyList<object> First, string Digest)
{
    /// <summary>How many elements are kept: 256.</summary>
    public const int MostKept = 256;
}
