using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// Published digests that a device must give before any digest of it is used: a kernel that a driver compiled wrongly, or memory that is
/// broken, would otherwise sign what does not exist.
/// </summary>
internal static class KnownAnswers
{
    /// <summary>Lets a device hash one of them.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="GpuErrors.HashDeviceWrong"/>: the digest is another one.</exception>
    public static void Prove(GpuDevice device, DigestAlgorithm algorithm)
    {
        (ReadOnlyMemory<byte> input, string expected) = algorithm.Describe().KnownAnswer;
        HashJob job = new(algorithm, "", [new HashItem("known answer", 0, input.Length, EndsFile: false)], threads: 1, new HashProgress());
        HashPipeline.Run(device, job, () => new MemorySource(input), PipelineOptions.For(device.Accelerator), CancellationToken.None);
        string digest = Hexadecimal.Write(job.Digest(0));
        if (digest != expected)
        {
            throw GpuErrors.HashDeviceWrong.At(
                $"'{device.Name}' computed {digest} for the {algorithm.Identifier()} test vector instead of {expected}.", device.Name);
        }
    }
}
