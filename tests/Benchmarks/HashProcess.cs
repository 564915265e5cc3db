using System.Globalization;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Benchmarks;

/// <summary>One contender of a row: a process that hashes a file or a folder and says nothing but how many items it hashed.</summary>
internal static class HashProcess
{
    public const string Device = "device", OneStreamAThread = "one-stream-a-thread";

    public static int Run(string[] arguments)
    {
        if (arguments is not [string identifier, string threads, string engine, string path] || !DigestAlgorithms.TryParse(identifier, out DigestAlgorithm algorithm))
        {
            return Options.Explain();
        }

        path = Path.GetFullPath(path);
        string directory = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        HashItem[] items =
        [
            .. (directory == path ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories) : [new FileInfo(path)])
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => new HashItem(Path.GetRelativePath(directory, file.FullName).Replace('\\', '/'), 0, file.Length, EndsFile: true)),
        ];
        HashJob job = new(algorithm, directory, items, int.Parse(threads, CultureInfo.InvariantCulture), new HashProgress());
        IHashDevice device = engine == OneStreamAThread ? new OneStreamAThreadDevice() : new CpuHashDevice();
        HashScheduler.Run(job, device, default);
        foreach (ModelSigningException error in job.Failures.Values)
        {
            throw error;
        }

        Console.WriteLine(items.Length.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
