namespace ModelSigning.Gpu.Resident;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DataType">The type of its elements, as the file says: <c>F32</c>, <c>BF16</c>, …</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Offset">Where its bytes start in the file.</param>
/// <param name="Length">How many bytes it has.</param>
public sealed record SafetensorsTensor(string Name, string DataType, IReadOnlyList<long> Shape, long Offset, long Length);
