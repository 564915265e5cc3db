using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// Published digests that a device must give before any digest of it is used: a kernel that a driver compiled wrongly, or memory that is
/// broken, would otherwise sign what is not there.
/// </summary>
internal static class KnownAnswers
{
    // FIPS 180-4's example, RFC 7693 appendix A, and a public BLAKE3 vector that has several chunks and an odd last one.
    private static readonly Dictionary<DigestAlgorithm, (byte[] Input, string Digest)> Answers = new()
    {
        [DigestAlgorithm.Sha256] = ("abc"u8.ToArray(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        [DigestAlgorithm.Blake2b] = ("abc"u8.ToArray(),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
        [DigestAlgorithm.Blake3] = ([.. Enumerable.Range(0, 3073).Select(i => (byte)(i % 251))],
            "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"),
    };

    /// <summary>Lets a device hash one of them.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="GpuErrors.HashDeviceWrong"/>: the digest is another one.</exception>
    public static void Prove(GpuDevice device, DigestAlgorithm algorithm)
    {
        (byte[] input, string expected) = Answers[algorithm];
        HashJob job = new(algorithm, "", [new HashItem("known answer", 0, input.Length, EndsFile: false)], threads: 1, new HashProgress());
        HashPipeline.Run(device, job, () => new MemorySource(input, algorithm), PipelineOptions.For(device.Accelerator), CancellationToken.None);
        ReadOnlySpan<byte> digest = job.Digest(0);
        if (!digest.SequenceEqual(Convert.FromHexString(expected)))
        {
            throw GpuErrors.HashDeviceWrong.At(
                $"'{device.Name}' gave {Convert.ToHexString(digest)} for the {algorithm.Identifier()} test vector whose digest is {expected.ToUpperInvariant()}. Do not use it; update its driver and have the hardware checked.", device.Name);
        }
    }
}
