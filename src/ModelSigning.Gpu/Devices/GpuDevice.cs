using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Devices;

/// <summary>An open device: its accelerator, the kernels it has compiled, and a lock, since it works for one job at a time.</summary>
internal sealed class GpuDevice : IDisposable
{
    private readonly bool[] _proven = new bool[DigestDescription.All.Count];

    private GpuDevice(string name, Accelerator accelerator)
    {
        Name = name;
        Accelerator = accelerator;
        Kernels = new KernelSet(accelerator);
    }

    /// <summary>The name that messages carry.</summary>
    public string Name { get; }

    /// <summary>ILGPU's handle.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The kernels, compiled when first used.</summary>
    public KernelSet Kernels { get; }

    /// <summary>Held while the device works.</summary>
    public object Gate { get; } = new();

    /// <summary>Opens a device.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The driver does not give it.</exception>
    public static GpuDevice Open(Context context, Device device, string name)
    {
        try
        {
            return DeviceThread.Run(() => new GpuDevice(name, Create(context, device)));
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ThreadInterruptedException))
        {
            throw GpuErrors.HashDeviceUnavailable.At($"'{name}' cannot be opened: {fault.GetType().Name}: {fault.Message}.", name, fault);
        }
    }

    // A thread that waits for a CUDA device sleeps: the cores are wanted for reading the next files.
    private static Accelerator Create(Context context, Device device) => device is CudaDevice cuda
        ? cuda.CreateCudaAccelerator(context, CudaAcceleratorFlags.ScheduleBlockingSync)
        : device.CreateAccelerator(context);

    /// <summary>
    /// Lets the device prove itself, the first time that it is to use an algorithm. Called with <see cref="Gate"/> held.
    /// </summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="proof">Hashes what has a known digest, with the device's own way of hashing.</param>
    /// <exception cref="Core.Errors.ModelSigningException">It cannot, or its digest is wrong.</exception>
    public void Prove(DigestAlgorithm algorithm, Action<GpuDevice, DigestAlgorithm> proof)
    {
        if (!_proven[(int)algorithm])
        {
            _proven[(int)algorithm] = true;
            try
            {
                proof(this, algorithm);
            }
            catch
            {
                _proven[(int)algorithm] = false;
                throw;
            }
        }
    }

    /// <summary>Does something with the device, turning its failures into refusals.</summary>
    public void Guard(Action work) => DeviceFaults.Guard(Name, work);

    public void Dispose() => DeviceThread.Run(() =>
    {
        nint context = Accelerator.NativePtr;
        try
        {
            Accelerator.Dispose();
        }
        catch (AcceleratorException)
        {
            // A device that was lost cannot be given back; what led here has been reported already. ILGPU gives up at the first of its buffers, so
            // the context, with all that was allocated in it, is destroyed here.
            if (Accelerator is CudaAccelerator)
            {
                CudaDriver.Load()?.DestroyContext(context);
            }
        }

        return true;
    });
}
