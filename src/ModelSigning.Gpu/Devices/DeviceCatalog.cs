using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Devices;

/// <summary>The devices of this machine, found once in a process and opened when first used.</summary>
internal sealed class DeviceCatalog
{
    private static readonly Lazy<DeviceCatalog> Process = new(() => new DeviceCatalog());

    private readonly Context _context;
    private readonly List<(HashDeviceDescription Description, Device Device)> _devices = [];
    private readonly List<MissingHashDevice> _missing = [];
    private readonly Dictionary<string, GpuDevice> _open = new(StringComparer.Ordinal);

    private DeviceCatalog()
    {
        bool ours = NativeLibraries.Prepare();
        List<MissingHashDevice> refused = [];
        List<(string Name, PciPlace Place)> cuda = [];
        _context = Context.Create(builder => builder
            .Cuda((CudaDevice device) => Accepts(device, refused, cuda))
            .OpenCL(device => Accepts(device, refused, cuda))
            .Optimize(OptimizationLevel.O2)
            .EnableWords());
        AddAll<CudaDevice>("cuda", HashDeviceKind.Cuda, device => device.NumMultiprocessors);
        AddAll<CLDevice>("opencl", HashDeviceKind.OpenCl, device => device.NumMultiprocessors);
        _missing.AddRange(refused);
        AddReason(HashDeviceKind.Cuda, DriverReport.Cuda(ours));
        AddReason(HashDeviceKind.OpenCl, DriverReport.OpenCl(ours));
    }

    /// <summary>The devices of this process.</summary>
    public static DeviceCatalog Current => Process.Value;

    /// <summary>The devices that can hash.</summary>
    public IEnumerable<HashDeviceDescription> Devices => _devices.Select(device => device.Description);

    /// <summary>Those that cannot, with the reason.</summary>
    public IReadOnlyList<MissingHashDevice> Missing => _missing;

    /// <summary>Opens a device, once.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">Its driver does not give it.</exception>
    public GpuDevice Open(HashDeviceDescription description)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(description.Id, out GpuDevice? device))
            {
                device = GpuDevice.Open(_context, _devices.Single(found => found.Description == description).Device, description.Id);
                _open.Add(description.Id, device);
            }

            return device;
        }
    }

    /// <summary>Forgets a device that failed, so that the next use opens it again.</summary>
    public void Close(GpuDevice device)
    {
        lock (_open)
        {
            if (_open.TryGetValue(device.Name, out GpuDevice? open) && open == device)
            {
                _open.Remove(device.Name);
                device.Dispose();
            }
        }
    }

    private static bool Accepts(CudaDevice device, List<MissingHashDevice> refused, List<(string Name, PciPlace Place)> cuda)
    {
        bool accepted = device.Architecture.HasValue && device.InstructionSet.HasValue;
        if (accepted)
        {
            cuda.Add((device.Name, PciPlace.Of(device)));
        }
        else
        {
            refused.Add(new MissingHashDevice(HashDeviceKind.Cuda, device.Name,
                $"ILGPU has no instruction set for its architecture {device.Architecture?.ToString() ?? "(unknown)"} and this driver. Update the driver."));
        }

        return accepted;
    }

    private static bool Accepts(CLDevice device, List<MissingHashDevice> refused, List<(string Name, PciPlace Place)> cuda)
    {
        if (IsOfCuda(device.VendorName, device.Name, PciPlace.Of(device), cuda))
        {
            refused.Add(new MissingHashDevice(HashDeviceKind.OpenCl, device.Name, "It is also a CUDA device. Use it as such."));
            return false;
        }

        bool accepted = OpenClFeatures.Accept(device);
        if (!accepted)
        {
            refused.Add(new MissingHashDevice(HashDeviceKind.OpenCl, device.Name,
                $"ILGPU does not support it: it has OpenCL C {device.CVersion} without a generic address space, but {CLBackend.MinimumVersion} with one is required."));
        }

        return accepted;
    }

    /// <summary>
    /// Whether an OpenCL device is a card that CUDA has already. NVIDIA's driver offers every card both ways, and a job that is shared among all devices
    /// would divide it with itself. Where the driver does not say in which slot the device is, its name tells.
    /// </summary>
    internal static bool IsOfCuda(string vendor, string name, PciPlace? place, IReadOnlyList<(string Name, PciPlace Place)> cuda) =>
        vendor.Contains(PciPlace.Vendor, StringComparison.OrdinalIgnoreCase) && cuda.Any(card => place is { } known ? card.Place == known : card.Name == name);

    private void AddAll<TDevice>(string prefix, HashDeviceKind kind, Func<TDevice, int> processors)
        where TDevice : Device
    {
        int index = 0;
        foreach (TDevice device in _context.Devices.OfType<TDevice>())
        {
            bool isGpu = device is not CLDevice cl || cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);
            _devices.Add((new HashDeviceDescription(Invariant($"{prefix}:{index++}"), kind, device.Name, device.MemorySize, processors(device), isGpu), device));
        }
    }

    // A reason is only wanted where nothing of the kind was found or refused by name.
    private void AddReason(HashDeviceKind kind, string reason)
    {
        if (!_devices.Any(device => device.Description.Kind == kind) && !_missing.Any(missing => missing.Kind == kind))
        {
            _missing.Add(new MissingHashDevice(kind, "", reason));
        }
    }
}
