using ILGPU;
using ModelSigning.Core.Formats;

namespace ModelSigning.Gpu.Resident;

/// <summary>The tensors of a safetensors file that lies in a buffer.</summary>
public static class SafetensorsRanges
{
    /// <summary>The tensors of the file as ranges of a buffer that holds the whole file, with the header as a range of its own.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="file">The buffer, from the file's first byte.</param>
    /// <param name="headerName">The name for the range of the header, which no tensor may have.</param>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="Devices.GpuErrors.DeviceRangeOutside"/>: the buffer is shorter than the file.</exception>
    public static IReadOnlyList<DeviceRange> Ranges(this SafetensorsFile header, ArrayView<byte> file, string headerName = "header")
    {
        ArgumentNullException.ThrowIfNull(header);
        return
        [
            DeviceRange.Of(headerName, file, 0, header.DataOffset),
            .. header.Tensors.Select(tensor => DeviceRange.Of(tensor.Name, file, tensor.Offset, tensor.Length)),
        ];
    }
}
