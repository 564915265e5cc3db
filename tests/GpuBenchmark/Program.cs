using System.Globalization;
using ModelSigning.Core.Errors;
using ModelSigning.Gpu;
using ModelSigning.Gpu.Devices;
using ModelSigning.GpuBenchmark;

// GpuBenchmark [DEVICE] [FOLDER] [GIBIBYTES]: what docs/performance.md, "On a GPU", describes.
string folder = args.Length > 1 ? args[1] : Path.GetTempPath();
double gibibytes = args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 8;
try
{
    foreach (HashDeviceDescription found in HashDevices.Available)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{found.Id}: {found.Name}, {found.Memory / 1e9:0.0} GB, {found.Multiprocessors} multiprocessors"));
    }

    foreach (MissingHashDevice missing in HashDevices.Missing)
    {
        Console.WriteLine($"not {missing.Kind}: {missing.Name} {missing.Reason}");
    }

    string? device = args.Length > 0 ? args[0] : HashDevices.Available.Select(found => found.Id).FirstOrDefault();
    if (device is null)
    {
        Console.Error.WriteLine("There is no device to measure.");
        return 1;
    }

    using SampleFiles files = new(folder, (long)(gibibytes * (1L << 30)));
    return new Measurements(device, files).Run() ? 0 : 1;
}
catch (ModelSigningException refusal)
{
    Console.Error.WriteLine($"{refusal.Definition.Id}: {refusal.Message}");
    return 1;
}
