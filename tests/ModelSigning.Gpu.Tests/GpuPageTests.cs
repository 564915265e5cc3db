using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Gpu.Resident;
using ModelSigning.Testing;

namespace ModelSigning.Gpu.Tests;

/// <summary>The C# of docs/gpu.md is what this file compiles and runs; only the device is another one there.</summary>
public class GpuPageTests
{
    [Fact]
    public void Weights_in_device_memory_are_signed_and_verified_as_the_page_shows()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", SafetensorsBytes.Of(("a", "F32", [3, 5], 60), ("b.weight", "BF16", [1001], 2002)));
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        KeySigner signer = new(key);
        KeyVerifier verifier = new([key.PublicKey]);
        CancellationToken token = TestContext.Current.CancellationToken;

        using Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, 4, 1)).EnableModelSigning());
        using Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        // Page: resident
        DeviceMemoryHasher hasher = new(accelerator);

        SafetensorsFile header = SafetensorsFile.Read(path);
        using MemoryBuffer1D<byte, Stride1D.Dense> weights = accelerator.Allocate1D(File.ReadAllBytes(path));
        IReadOnlyList<DeviceRange> ranges = header.Ranges(weights.View.AsContiguous());
        Manifest manifest = DeviceManifest.Hash(hasher, "model", DigestAlgorithm.Blake3, ranges, token);

        Bundle bundle = signer.Sign(ModelStatementWriter.Write(manifest), token);
        bool valid = ManifestDifference.Between(verifier.VerifyModel(bundle).Manifest, manifest).IsEmpty;
        // Page: end
        Assert.True(valid);
    }

    [Fact]
    public void A_cuda_pointer_is_hashed_as_the_page_shows()
    {
        TestDevices.Require(TestDevice.Cuda);
        using Context context = Context.Create(builder => builder.Default().EnableModelSigning());
        using Accelerator accelerator = context.GetPreferredDevice(preferCPU: false).CreateAccelerator(context);
        using MemoryBuffer1D<byte, Stride1D.Dense> tensor = accelerator.Allocate1D("abc"u8.ToArray());
        (nint pointer, long length) = (tensor.NativePtr, tensor.Length);
        // Page: pointer
        DeviceMemoryHasher hasher = HashDevices.OpenMemory("cuda:0");
        DeviceRange range = DeviceRange.OfCudaPointer("layers.0.weight", pointer, length);
        ReadOnlyMemory<byte> digest = hasher.Digest(DigestAlgorithm.Blake3, range);
        // Page: end
        Assert.Equal("6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85", Convert.ToHexStringLower(digest.Span));
    }

    [Theory]
    [InlineData("resident")]
    [InlineData("pointer")]
    public void The_page_shows_what_is_compiled_here(string part)
    {
        string[] source = File.ReadAllLines(Path.Join(SharedData.RepositoryRoot, "tests/ModelSigning.Gpu.Tests/GpuPageTests.cs"));
        int first = Array.FindIndex(source, line => line.Trim() == "// Page: " + part) + 1;
        int end = Array.FindIndex(source, first, line => line.Trim() == "// Page: end");
        string expected = string.Join('\n', source[first..end].Select(line => line.Trim()));
        string page = string.Join('\n', File.ReadAllLines(Path.Join(SharedData.RepositoryRoot, "docs/gpu.md")).Select(line => line.Trim()));
        Assert.Contains(expected, page, StringComparison.Ordinal);
    }
}
