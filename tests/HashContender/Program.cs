using System.Globalization;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.HashContender;

// A step of the benchmarks' table of large signatures, measured in a program that is compiled in advance, as users have it.
if (args is ["scale", .. string[] step])
{
    return ScaleStep.Run(step) ? 0 : 2;
}

if (args is ["store", .. string[] hash])
{
    return StoreStep.Hash(hash) ? 0 : 2;
}

if (args is ["tensors", .. string[] tensors])
{
    return StoreStep.HashTensors(tensors) ? 0 : 2;
}

if (args is ["unpack", .. string[] unpack])
{
    return StoreStep.Unpack(unpack) ? 0 : 2;
}

// One contender of the benchmarks' table: hashes a file or a folder, and says nothing but how many files it hashed.
if (args is not [string identifier, string threads, "device" or "one-stream-a-thread", string path]
    || !DigestAlgorithms.TryParse(identifier, out DigestAlgorithm algorithm)
    || !int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
{
    Console.Error.WriteLine("HashContender ALGORITHM THREADS device|one-stream-a-thread PATH");
    return 2;
}

HashSettings settings = new() { Device = args[2] == "device" ? new CpuHashDevice() : new OneStreamAThreadDevice(), Threads = count };
ModelFiles files = ModelFiles.Find(path, new ModelFilesOptions { CurrentDirectory = Environment.CurrentDirectory }, CancellationToken.None);
Manifest manifest = ModelHasher.Hash(files, algorithm, shardSize: null, allowSymlinks: false, settings, CancellationToken.None);
Console.WriteLine(manifest.Resources.Count.ToString(CultureInfo.InvariantCulture));
return 0;
