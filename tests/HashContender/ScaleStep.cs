using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.HashContender;

/// <summary>
/// One step of a large dataset's signature, over resources that have no files. It writes how long the step took without the start of .NET.
/// </summary>
internal static class ScaleStep
{
    private const int Parts = 16;

    /// <summary>Does a step.</summary>
    /// <param name="arguments">The step, its folder, the number of resources and the file that gets the seconds.</param>
    /// <returns>Whether the arguments name one.</returns>
    public static bool Run(string[] arguments)
    {
        if (arguments is not [string step, string folder, string number, string report] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        string manifest = Path.Join(folder, "manifest.jsonl"), signature = Path.Join(folder, "dataset.sig"), key = Path.Join(folder, "key");
        Stopwatch clock = Stopwatch.StartNew();
        switch (step)
        {
            case "make":
                Make(folder, count);
                break;
            case "join":
                ManifestFile whole = ManifestHasher.JoinFiles([.. Enumerable.Range(1, Parts).Select(part => Path.Join(folder, $"part-{part}.jsonl"))], new HashProgress(), CancellationToken.None);
                ManifestFileWriter.Write(manifest, whole, exists: null);
                break;
            case "sign":
                using (EcPrivateKey signing = EcPrivateKey.Generate(EcCurve.P256))
                {
                    File.WriteAllText(key, signing.PublicKey.Pem);
                    clock.Restart();
                    ModelSigner.SignManifest(new()
                    {
                        ModelPath = manifest,
                        CurrentDirectory = folder,
                        SignaturePath = signature,
                        Force = true,
                        Signer = new KeySigner(signing),
                        Hashing = new() { Device = new CpuHashDevice() },
                    }, ManifestFileReader.ReadWhole(manifest, CancellationToken.None), CancellationToken.None);
                }

                break;
            case "verify":
                EcPublicKey trusted = KeyFile.ReadPublic(key);
                clock.Restart();
                VerifiedManifest verified = new KeyVerifier([trusted]).VerifyModel(BundleReader.Read(signature));
                if (verified.Manifest.Resources.Count != count)
                {
                    throw new InvalidOperationException("The signature lists another number of resources.");
                }

                break;
            default:
                return false;
        }

        File.WriteAllText(report, string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:F3}"));
        return true;
    }

    // The parts as sixteen workers would write them, of a dataset whose listing all of them share.
    private static void Make(string folder, int count)
    {
        Serialization serialization = new();
        string[] names = [.. Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"train/part-{number / 10_000:d4}/sample-{number:d8}-of-10000000.parquet"))];
        long[] lengths = [.. Enumerable.Range(0, count).Select(number => number * 7919L % 1_000_003)];
        byte[] listing = ManifestFile.ListingOf(serialization, names, lengths);
        Span<byte> seed = stackalloc byte[sizeof(int)];
        for (int part = 1; part <= Parts; part++)
        {
            int start = (int)((long)count * (part - 1) / Parts), end = (int)((long)count * part / Parts);
            List<Resource> resources = new(end - start);
            for (int number = start; number < end; number++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(seed, number);
                resources.Add(new(names[number], SHA256.HashData(seed)));
            }

            Manifest manifest = Manifest.Of("dataset", serialization, resources);
            ManifestFileWriter.Write(Path.Join(folder, $"part-{part}.jsonl"), new(manifest, lengths[start..end], listing, new(part, Parts), "worker"), exists: null);
        }
    }
}
