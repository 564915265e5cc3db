namespace ModelSigning.Core.Formats;

/// <summary>What the header of a file of tensors says about one of them. The values themselves are not read.</summary>
/// <param name="Name">The name, as the file writes it.</param>
/// <param name="Type">The type of an element, as the format names it: <c>BF16</c>, <c>F8_E4M3</c>, <c>Q4_K</c>.</param>
/// <param name="Shape">The lengths of the dimensions, the slowest first, whatever order the format has; none for a single value.</param>
/// <param name="Offset">Where the data begins, in bytes from the start of the file.</param>
/// <param name="Length">The length of the data in bytes.</param>
public sealed record Tensor(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>How many elements it has.</summary>
    public long Elements { get; } = Shape.Aggregate(1L, static (product, length) => product * length);
}
