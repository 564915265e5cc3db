using System.Globalization;
using System.IO.Compression;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Tensors;
using ZstdSharp;

namespace ModelSigning.HashContender;

/// <summary>What is measured of stores: hashing a model where it lies, and unpacking a layer without anything else.</summary>
internal static class StoreStep
{
    /// <summary>Hashes a model with SHA-256.</summary>
    /// <param name="arguments">The kind of the source, <c>Folder</c> for none; the revision, <c>-</c> for none; the number of threads; and the path.</param>
    /// <returns>Whether the arguments are these.</returns>
    public static bool Hash(string[] arguments)
    {
        if (arguments is not [string kind, string revision, string number, string path] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int threads))
        {
            return false;
        }

        ModelSource source = ModelStores.Open(kind == ModelSource.PlainKind ? null : kind, path, revision == "-" ? null : revision, Environment.CurrentDirectory, allowSymlinks: false);
        ModelFiles files = source.Find(new() { CurrentDirectory = Environment.CurrentDirectory, Reading = new() }, CancellationToken.None);
        Manifest manifest = ModelHasher.Hash(files, DigestAlgorithm.Sha256, shardSize: null, allowSymlinks: false, new() { Device = new CpuHashDevice(), Threads = threads }, CancellationToken.None);
        Console.WriteLine(manifest.Resources.Count.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Hashes the tensors of models with SHA-256.</summary>
    /// <param name="arguments">The number of threads, and the paths.</param>
    /// <returns>Whether the arguments are these.</returns>
    public static bool HashTensors(string[] arguments)
    {
        if (arguments is not [string number, .. string[] paths] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int threads))
        {
            return false;
        }

        foreach (string path in paths)
        {
            HashedTensors hashed = TensorHasher.Hash(
                ModelSource.Plain(path, Environment.CurrentDirectory), new() { CurrentDirectory = Environment.CurrentDirectory }, DigestAlgorithm.Sha256,
                new() { Device = new CpuHashDevice(), Threads = threads }, CancellationToken.None);
            Console.WriteLine(hashed.Tensors.Count.ToString(CultureInfo.InvariantCulture));
        }

        return true;
    }

    /// <summary>Unpacks a file with the library that layers are unpacked with.</summary>
    /// <param name="arguments"><c>gzip</c> or <c>zstd</c>, and the path.</param>
    /// <returns>Whether the arguments are these.</returns>
    public static bool Unpack(string[] arguments)
    {
        if (arguments is not ["gzip" or "zstd", string path])
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        using Stream unpacked = arguments[0] == "gzip" ? new GZipStream(file, CompressionMode.Decompress) : new DecompressionStream(file);
        byte[] buffer = new byte[256 * 1024];
        long count = 0;
        for (int read; (read = unpacked.Read(buffer)) > 0;)
        {
            count += read;
        }

        Console.WriteLine(count.ToString(CultureInfo.InvariantCulture));
        return true;
    }
}
