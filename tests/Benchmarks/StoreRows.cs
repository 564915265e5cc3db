using System.Text.Json;

namespace ModelSigning.Benchmarks;

/// <summary>The rows of models in stores: hashing through a source against the same bytes directly, unpacking layers, and tensors of a large model.</summary>
internal static class StoreRows
{
    private const int Threads = 2, TensorsPerShard = 16, Shards = 10;
    private const long MiB = 1 << 20, GiB = 1 << 30;

    public static IEnumerable<Row> All =>
    [
        Source("HuggingFace snapshot, 64 x 128 MiB", (files, scale) => files.Add(64, 128 * MiB / scale), "HuggingFace", "main", StoreLayout.HuggingFace, "blobs"),
        Source("OCI raw layers, 64 x 128 MiB", (files, scale) => files.Add(64, 128 * MiB / scale), "Oci", "-", files => StoreLayout.Oci(files, "raw"), "blobs"),
        Source("ollama, 64 x 128 MiB", (files, scale) => files.Add(64, 128 * MiB / scale), "Ollama", "tiny", StoreLayout.Ollama, "blobs"),
        Source("OCI tar layer, 1 x 2 GiB", (files, scale) => files.Add(1, 2 * GiB / scale), "Oci", "-", files => StoreLayout.Oci(files, "tar"), "blobs"),
        Packed("gzip"),
        Packed("zstd"),
        new("tensors of 100 GB (sparse), sha256", AddShards, _ =>
        [
            new("the tensors", path => MeasuredProcess.Run(PublishedPrograms.HashContender, "tensors", $"{Threads}", path)),
            new("the files", path => MeasuredProcess.Run(PublishedPrograms.HashContender, "store", "Folder", "-", $"{Threads}", path)),
        ], result => $"{result.Ratios(0.97)}, {Memory(result)} (under 200 MB)"),
    ];

    private static Row Source(string name, Action<Workload, int> inputs, string kind, string revision, Func<Workload, string> lay, string blobs) => new($"{name}, sha256", inputs, files =>
    {
        string store = lay(files);
        return [Hash(kind, kind, revision, store), Hash("directly", "Folder", "-", Path.Join(store, blobs))];
    }, result => $"{result.Ratios(0.97)}, {Memory(result)}");

    // A layer of a tar is unpacked, and hashed twice: as a blob and as its files. The slower of the two is what both take on the same processors when neither waits for the
    // other; unpacking alone has them for itself.
    private static Row Packed(string packing) => new($"OCI tar+{packing} layer, 1 x 1 GiB", (files, scale) => files.Compressible().Add(1, GiB / scale), files =>
    {
        string hashed = files.Beside("hashed");
        CopyFiles(files.Beside("model"), hashed);
        string layout = StoreLayout.Oci(files, $"tar+{packing}");
        string layer = Directory.GetFiles(Path.Join(layout, "blobs", "sha256")).MaxBy(file => new FileInfo(file).Length)!;
        File.Copy(layer, Path.Join(hashed, "layer"));
        Contender unpacked = new("unpacked without hashing", _ => MeasuredProcess.Run(PublishedPrograms.HashContender, "unpack", packing, layer));
        return
        [
            Hash("Oci", "Oci", "-", layout),
            Contender.SideBySide("unpacked and hashed side by side", unpacked, Hash("layer and files hashed by one thread", "Folder", "-", hashed, threads: 1)),
            unpacked,
        ];
    }, result => $"{result.Ratios(0.97)}, {Memory(result)} (under 200 MB)");

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Join(to, Path.GetFileName(file)));
        }
    }

    private static Contender Hash(string name, string kind, string revision, string path, int threads = Threads) =>
        new(name, _ => MeasuredProcess.Run(PublishedPrograms.HashContender, "store", kind, revision, $"{threads}", path));

    private static void AddShards(Workload files, int scale)
    {
        long length = 10 * GiB / scale / TensorsPerShard;
        for (int shard = 0; shard < Shards; shard++)
        {
            Dictionary<string, object> header = [];
            for (int tensor = 0; tensor < TensorsPerShard; tensor++)
            {
                header[$"layers.{shard}.{tensor}.weight"] = new { dtype = "U8", shape = new[] { length }, data_offsets = new[] { tensor * length, (tensor + 1) * length } };
            }

            byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
            files.AddSparse($"model-{shard + 1:d5}-of-{Shards:d5}.safetensors", [.. BitConverter.GetBytes((long)text.Length), .. text], TensorsPerShard * length);
        }
    }

    private static string Memory(Result result) => $"{result.Own.PeakBytes / 1e6:F0} MB";
}
