using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Input;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;

namespace ModelSigning.Benchmarks;

/// <summary>What verifying a Sigstore bundle costs besides hashing the model: bundles of a private instance, each in a process of its own.</summary>
internal static class SigstoreTable
{
    public static int Run()
    {
        string folder = Directory.CreateTempSubdirectory("modelsigning-benchmark-").FullName;
        try
        {
            using PrivateSigstore instance = new();
            string root = Path.Join(folder, "trusted_root.json");
            File.WriteAllBytes(root, CanonicalJson.File(instance.TrustedRoot()));
            Console.WriteLine("| work | seconds | peak memory | processor time |");
            Console.WriteLine("|---|---|---|---|");
            Measure("1,000 bundles of 10 resources (under 50 ms each after the first; the trusted root is parsed once)", 10, 1000);
            Measure("1 bundle of 100,000 resources (under 2 s and 300 MB)", 100_000, 1);
            return 0;

            void Measure(string name, int resources, int count)
            {
                string bundle = Path.Join(folder, $"{resources}.sigstore.json"), report = Path.Join(folder, "report");
                File.WriteAllBytes(bundle, instance.Bundles.SignStatement(Statement(resources)).Bytes);
                Cost cost = MeasuredProcess.Run("dotnet", "exec", typeof(SigstoreTable).Assembly.Location, "sigstore-verify", bundle, root, $"{count}", report);
                Console.WriteLine($"| {name} | {cost.Seconds:F2} | {cost.PeakBytes / 1e6:F0} MB | {File.ReadAllText(report)} |");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A statement of OMS v1.0 (section 5) over files that need not exist.</summary>
    private static byte[] Statement(int resources)
    {
        StringBuilder list = new();
        using IncrementalHash rootDigest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int number = 0; number < resources; number++)
        {
            byte[] digest = SHA256.HashData(BitConverter.GetBytes(number));
            rootDigest.AppendData(digest);
            list.Append(number == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"name\":\"part-{number / 1000:d4}/weights-{number:d7}.bin\",\"digest\":\"{Hexadecimal.Write(digest)}\",\"algorithm\":\"sha256\"}}");
        }

        return Encoding.UTF8.GetBytes(
            $"{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{{\"name\":\"model\",\"digest\":{{\"sha256\":\"{Hexadecimal.Write(rootDigest.GetHashAndReset())}\"}}}}]," +
            "\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false}," +
            $"\"resources\":[{list}]}}}}");
    }
}
