using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning.Gpu;

/// <summary>
/// The devices of this machine that can hash: found, opened by name, and joined. Everything here loads ILGPU; who does not want a GPU uses
/// <see cref="CpuHashDevice"/> and never comes here.
/// </summary>
public static class HashDevices
{
    /// <summary>The name of the processor among the devices.</summary>
    public const string Cpu = "cpu";

    /// <summary>The name that leaves the choice to measured rates.</summary>
    public const string Auto = "auto";

    /// <summary>The GPUs and other accelerators that can hash.</summary>
    public static IReadOnlyList<HashDeviceDescription> Available => [.. DeviceCatalog.Current.Devices];

    /// <summary>The devices, and kinds of device, that cannot hash, each with the reason.</summary>
    public static IReadOnlyList<MissingHashDevice> Missing => DeviceCatalog.Current.Missing;

    /// <summary>Opens devices to hash files with.</summary>
    /// <param name="names">
    /// <c>auto</c> alone, or any of: <c>cpu</c>; <c>cuda</c> or <c>opencl</c> for all devices of the kind; <c>cuda:0</c>; a device's own name.
    /// Several share the work. Case makes no difference.
    /// </param>
    /// <returns>The device, or a device that shares the work among several.</returns>
    /// <exception cref="ModelSigningException">
    /// <see cref="GpuErrors.HashDeviceNotFound"/>, with the reason if one is known; <see cref="GpuErrors.HashDeviceUnavailable"/>.
    /// </exception>
    public static IHashDevice Open(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 1 && Same(names[0], Auto))
        {
            return new AutomaticHashDevice(new CpuHashDevice(), () => [.. Available.Where(device => device.IsGpu).Select(Open)]);
        }

        List<IHashDevice> devices = names.Any(name => Same(name, Cpu)) ? [new CpuHashDevice()] : [];
        devices.AddRange(names.Where(name => !Same(name, Cpu)).SelectMany(Find).Distinct().Select(Open));
        return devices.Count == 1 ? devices[0] : new SharedHashDevice(devices);
    }

    /// <summary>The devices that a name stands for; at least one.</summary>
    /// <param name="name">A name as for <see cref="Open(IReadOnlyList{string})"/>, but neither <c>cpu</c> nor <c>auto</c>.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.HashDeviceNotFound"/>.</exception>
    public static IReadOnlyList<HashDeviceDescription> Find(string name)
    {
        HashDeviceDescription[] found = [.. Available.Where(device => Same(device.Id, name) || Same(device.Kind.ToString(), name) || Same(device.Name, name))];
        return found.Length > 0 ? found : throw NotFound(name);
    }

    private static IHashDevice Open(HashDeviceDescription description) => new GpuHashDevice(DeviceCatalog.Current.Open(description), DeviceCatalog.Current.Close);

    private static ModelSigningException NotFound(string name)
    {
        string kind = name.Split(':')[0];
        string known = Same(name, Auto)
            ? " 'auto' cannot be combined with other devices."
            : string.Concat(Missing.Where(missing => Same(missing.Kind.ToString(), kind) || Same(missing.Name, name)).Select(missing => $" {missing.Reason}"));
        string there = string.Join(", ", Available.Select(device => device.Id).Prepend(Cpu));
        return GpuErrors.HashDeviceNotFound.At($"This machine has no hash device '{name}'.{known} The devices are: {there}.", name);
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
