using System.Diagnostics;
using System.Globalization;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu;
using ModelSigning.Gpu.Measuring;

namespace ModelSigning.GpuBenchmark;

/// <summary>One table: for each algorithm and workload, the device's rates beside the processor's and the bus's of the same run.</summary>
internal sealed class Measurements(string device, SampleFiles files)
{
    private const int Rounds = 3;

    private readonly IHashDevice _gpu = HashDevices.Open([device]);
    private readonly IHashDevice _processor = HashDevices.Open([HashDevices.Cpu]);
    private readonly IHashDevice _automatic = HashDevices.Open([HashDevices.Auto]);

    /// <summary>Checks the device's digests, then measures.</summary>
    /// <returns>Whether the digests were right.</returns>
    public bool Run()
    {
        DigestAlgorithm[] algorithms = [DigestAlgorithm.Blake3, DigestAlgorithm.Sha256, DigestAlgorithm.Blake2b];
        bool right = algorithms.All(Agrees);
        Console.WriteLine(right ? $"{device}: digests agree with the processor's" : $"{device}: DIGESTS DIFFER from the processor's");
        DeviceMeasurement measurement = DeviceMeasurement.Of(device);
        double bus = measurement.Copy(default).BytesPerSecond;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"page-locked memory to {device}: {bus / 1e9:0.00} GB/s; {Environment.ProcessorCount} processor threads; rates in GB/s"));
        Console.WriteLine($"{"algorithm",-8} {"streams",7} {"resident",9} {"pinned",9} {"of bus",7} | files: {"device",8} {"cpu",8} {"ratio",6} {"auto",8}");
        foreach (DigestAlgorithm algorithm in algorithms)
        {
            int[] streams = algorithm == DigestAlgorithm.Blake3 ? [1, 4096] : [64, 4096, 16_384, 65_536];
            foreach (int count in streams)
            {
                Measure(algorithm, count, measurement, bus);
            }
        }

        return right;
    }

    private void Measure(DigestAlgorithm algorithm, int streams, DeviceMeasurement measurement, double bus)
    {
        DeviceWorkload workload = new(streams);
        double resident = measurement.Resident(algorithm, workload, default).BytesPerSecond;
        double pinned = measurement.FromHost(algorithm, workload, default).BytesPerSecond;
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{algorithm.Identifier(),-8} {streams,7} {resident / 1e9,9:0.00} {pinned / 1e9,9:0.00} {pinned / bus,7:0.00} |");

        // Files are of two shapes only: one large, and 4,096.
        if (streams is 1 or 4096)
        {
            IReadOnlyList<HashItem> items = streams == 1 ? files.OneFile : files.ManyFiles;
            double[] rates = FileRates(algorithm, items);
            line += string.Create(CultureInfo.InvariantCulture, $" {rates[0] / 1e9,15:0.00} {rates[1] / 1e9,8:0.00} {rates[0] / rates[1],6:0.00} {rates[2] / 1e9,8:0.00}");
        }

        Console.WriteLine(line);
    }

    // The three take turns, so that what else the machine does meets all alike; the first round fills the system's cache. The medians count.
    private double[] FileRates(DigestAlgorithm algorithm, IReadOnlyList<HashItem> items)
    {
        IHashDevice[] devices = [_gpu, _processor, _automatic];
        List<double>[] rates = [.. devices.Select(_ => new List<double>())];
        for (int round = -1; round < Rounds; round++)
        {
            for (int at = 0; at < devices.Length; at++)
            {
                HashJob job = files.Job(algorithm, items);
                Stopwatch clock = Stopwatch.StartNew();
                HashScheduler.Run(job, devices[at], default);
                double rate = job.Progress.BytesTotal / clock.Elapsed.TotalSeconds;
                if (round >= 0)
                {
                    rates[at].Add(rate);
                }
            }
        }

        return [.. rates.Select(of => of.Order().ElementAt(of.Count / 2))];
    }

    private bool Agrees(DigestAlgorithm algorithm)
    {
        HashJob expected = files.Job(algorithm, files.AwkwardLengths);
        HashJob actual = files.Job(algorithm, files.AwkwardLengths);
        HashScheduler.Run(expected, _processor, default);
        HashScheduler.Run(actual, _gpu, default);
        return Enumerable.Range(0, files.AwkwardLengths.Count).All(item => expected.Digest(item).SequenceEqual(actual.Digest(item)));
    }
}
