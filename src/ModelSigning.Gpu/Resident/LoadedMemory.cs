using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Loaded;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>How memory of another process is found and opened. Both are called on a thread of the device's own.</summary>
internal interface IMemoryImport
{
    /// <summary>The device that memory lies on.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="GpuErrors.HashDeviceNotFound"/>, or it cannot be opened.</exception>
    GpuDevice DeviceOf(ExportedMemory memory);

    /// <summary>Opens memory on its device. Its true length is the driver's word, and not the list's.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="LoadedErrors.LoadedMemoryRefused"/>.</exception>
    MemoryBuffer Open(GpuDevice device, ExportedMemory memory);

    /// <summary>Forgets a device that failed.</summary>
    void Failed(GpuDevice device);
}

/// <summary>Hashes weights of another process where they lie, each on its device, without a copy to the host.</summary>
public sealed class LoadedMemory : ILoadedMemory
{
    private readonly IMemoryImport _import;

    internal LoadedMemory(IMemoryImport import) => _import = import;

    /// <summary>The CUDA devices of this machine.</summary>
    public static ILoadedMemory Cuda { get; } = new LoadedMemory(new CudaMemoryImport());

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> Digests(LoadedTensors loaded, IReadOnlyList<LoadedTensor> tensors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(tensors);
        if (loaded.Process == Environment.ProcessId)
        {
            throw LoadedErrors.LoadedMemoryRefused.At("The list is of this process itself, whose memory CUDA does not open by handles.");
        }

        ReadOnlyMemory<byte>[] digests = new ReadOnlyMemory<byte>[tensors.Count];
        foreach (IGrouping<string, int> onDevice in Enumerable.Range(0, tensors.Count).GroupBy(index => loaded.Memory[tensors[index].Memory].Device))
        {
            // In the order of memory, so that neighbours are hashed by one launch.
            int[] indexes = [.. onDevice.OrderBy(index => tensors[index].Memory).ThenBy(index => tensors[index].Offset)];
            IReadOnlyList<ReadOnlyMemory<byte>> found = DeviceThread.Run(() => OnDevice(loaded, [.. indexes.Select(index => tensors[index])], cancellationToken));
            for (int index = 0; index < indexes.Length; index++)
            {
                digests[indexes[index]] = found[index];
            }
        }

        return digests;
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> OnDevice(LoadedTensors loaded, LoadedTensor[] tensors, CancellationToken cancellationToken)
    {
        GpuDevice device = _import.DeviceOf(loaded.Memory[tensors[0].Memory]);
        try
        {
            lock (device.Gate)
            {
                IReadOnlyList<ReadOnlyMemory<byte>> digests = [];
                device.Guard(() =>
                {
                    device.Accelerator.Bind();
                    digests = Hash(device, loaded, tensors, cancellationToken);
                });
                return digests;
            }
        }
        catch (ModelSigningException)
        {
            _import.Failed(device);
            throw;
        }
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Hash(GpuDevice device, LoadedTensors loaded, LoadedTensor[] tensors, CancellationToken cancellationToken)
    {
        Dictionary<int, MemoryBuffer> open = [];
        try
        {
            DeviceRange[] ranges = new DeviceRange[tensors.Length];
            for (int index = 0; index < tensors.Length; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LoadedTensor tensor = tensors[index];
                if (!open.TryGetValue(tensor.Memory, out MemoryBuffer? buffer))
                {
                    buffer = _import.Open(device, loaded.Memory[tensor.Memory]);
                    open.Add(tensor.Memory, buffer);
                }

                ranges[index] = DeviceRange.Of(tensor.Name, buffer.AsRawArrayView(), tensor.Offset, tensor.Length);
            }

            return new DeviceMemoryHasher(device).Digests(DigestAlgorithm.Blake3, ranges, cancellationToken);
        }
        finally
        {
            foreach (MemoryBuffer buffer in open.Values)
            {
                buffer.Dispose();
            }
        }
    }
}
