using System.Diagnostics;
using System.Globalization;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu;
using ModelSigning.Gpu.Measuring;
using ModelSigning.Gpu.Sharing;

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
        using DeviceMeasurement measurement = DeviceMeasurement.Of(device);
        double bus = measurement.Copy(default).BytesPerSecond;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"page-locked memory to {device}: {bus / 1e9:0.00} GB/s; {Environment.ProcessorCount} processor threads; rates in GB/s, set-up in s"));
        Console.WriteLine($"{"algorithm",-8} {"streams",7} {"set-up",6} {"processor",9} | {"resident",8} {"of cpu",7} | {"pinned",8} {"of cpu",7} {"of bus",6} | {"files",8} {"of cpu",7} {"of bus",6} | {"auto",8} {"of cpu",7}");
        foreach (DigestAlgorithm algorithm in algorithms)
        {
            if (algorithm == DigestAlgorithm.Blake3)
            {
                Measure(algorithm, FileRates(algorithm, files.OneFile), [DeviceWorkload.OneFile, DeviceWorkload.Tensors], measurement, bus);
            }

            // Files are of two shapes only: one large, and 4,096, with which more and fewer streams are compared too.
            Measure(algorithm, FileRates(algorithm, files.ManyFiles), algorithm == DigestAlgorithm.Blake3 ? [DeviceWorkload.ManyStreams] : [new(64), DeviceWorkload.ManyStreams, new(16_384), new(65_536)], measurement, bus);
        }

        return right;
    }

    private static void Measure(DigestAlgorithm algorithm, double[] fileRates, DeviceWorkload[] workloads, DeviceMeasurement measurement, double bus)
    {
        double processor = fileRates[1];
        foreach (DeviceWorkload workload in workloads)
        {
            MeasuredRate onDevice = measurement.Resident(algorithm, workload, default);
            double resident = onDevice.BytesPerSecond;
            double pinned = measurement.FromHost(algorithm, workload, default).BytesPerSecond;
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{algorithm.Identifier(),-8} {workload.Streams?.ToString(CultureInfo.InvariantCulture) ?? "tensors",7} {onDevice.SetUp.TotalSeconds,6:0.00} {processor / 1e9,9:0.00} | {resident / 1e9,8:0.00} {resident / processor,7:0.00} | {pinned / 1e9,8:0.00} {pinned / processor,7:0.00} {pinned / bus,6:0.00}");
            if (workload.Streams is 1 or 4096)
            {
                line += string.Create(CultureInfo.InvariantCulture,
                    $" | {fileRates[0] / 1e9,8:0.00} {fileRates[0] / processor,7:0.00} {fileRates[0] / bus,6:0.00} | {fileRates[2] / 1e9,8:0.00} {fileRates[2] / processor,7:0.00}");
            }

            Console.WriteLine(line);
        }
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
