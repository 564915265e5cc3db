using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Loaded;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;
using ModelSigning.Gpu.Resident;
using ModelSigning.Testing;

namespace ModelSigning.Gpu.Tests;

/// <summary>Memory of another process, whose place buffers of a device of this process take: all but the driver's three calls.</summary>
public class LoadedMemoryTests
{
    private const string Uuid = "00112233445566778899aabbccddeeff";

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Loaded_weights_are_verified_against_the_signed_files_and_a_changed_bit_is_found(TestDevice device)
    {
        using TemporaryFolder folder = new();
        byte[] file = SafetensorsBytes.Of(("a", "F32", [3, 5], 60), ("b.weight", "BF16", [1001], 2002), ("empty", "U8", [0], 0));
        folder.Write("model/model.safetensors", file);
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        ModelSigner.Sign(new SigningRequest
        {
            ModelPath = folder["model"],
            CurrentDirectory = folder.FullPath,
            Signer = new KeySigner(key),
            HashType = DigestAlgorithm.Sha256,
            Hashing = new HashSettings { Device = new CpuHashDevice() },
        }, TestContext.Current.CancellationToken);

        // The server has put the tensors elsewhere and in another order, at places that no kernel reads in place.
        byte[] memory = new byte[5000];
        int data = file.Length - 2062;
        file.AsSpan(data, 60).CopyTo(memory.AsSpan(4003));
        file.AsSpan(data + 60, 2002).CopyTo(memory.AsSpan(512));
        LoadedTensors loaded = List(memory.Length,
            new("model.safetensors", "a", "F32", [3, 5], 0, 4003, 60),
            new("model.safetensors", "b.weight", "BF16", [1001], 0, 512, 2002),
            new("model.safetensors", "empty", "U8", [0], 0, 0, 0));
        StandIn import = new(TestDevices.Require(device), memory);

        LoadedVerification good = Verify();
        memory[512 + 2001] ^= 1;
        LoadedVerification bad = Verify();

        Assert.True(good.IsValid);
        Assert.Equal(3, good.Count(LoadedState.AsSigned));
        Assert.Equal(["b.weight"], bad.Tensors.Where(tensor => tensor.State != LoadedState.AsSigned).Select(tensor => tensor.Name));
        Assert.Equal(LoadedState.Changed, bad.Tensors[1].State);
        Assert.False(bad.IsValid);
        Assert.Equal(2, import.Opened);
        Assert.All(import.Buffers, buffer => Assert.True(buffer.IsDisposed));

        LoadedVerification Verify() => LoadedVerifier.Verify(
            new VerificationRequest
            {
                ModelPath = folder["model"],
                CurrentDirectory = folder.FullPath,
                Verifier = new KeyVerifier([key.PublicKey]),
                Hashing = new HashSettings { Device = new CpuHashDevice() },
            },
            loaded, new LoadedMemory(import), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Memory_that_is_shorter_than_the_list_says_is_not_read_beyond_its_end()
    {
        StandIn import = new(TestDevices.Require(TestDevice.CpuAccelerator), new byte[100]);
        LoadedTensors lie = List(1000, new LoadedTensor("f", "w", "U8", [200], 0, 0, 200));
        Assert.Equal(GpuErrors.DeviceRangeOutside, Refusal(import, lie).Definition);
        Assert.All(import.Buffers, buffer => Assert.True(buffer.IsDisposed));
    }

    [Fact]
    public void Memory_that_does_not_open_and_a_missing_device_are_refused_by_name()
    {
        StandIn import = new(TestDevices.Require(TestDevice.CpuAccelerator), null);
        LoadedTensors list = List(100, new LoadedTensor("f", "w", "U8", [100], 0, 0, 100));
        Assert.Equal(LoadedErrors.LoadedMemoryRefused, Refusal(import, list).Definition);
        LoadedTensors elsewhere = list with { Memory = [list.Memory[0] with { Device = new string('0', 32) }] };
        Assert.Equal(GpuErrors.HashDeviceNotFound, Refusal(import, elsewhere).Definition);
        Assert.Equal(LoadedErrors.LoadedMemoryRefused, Refusal(import, list with { Process = Environment.ProcessId }).Definition);
    }

    [Fact]
    public void A_device_that_is_lost_while_it_hashes_gives_no_digest_and_is_not_used_again()
    {
        using Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, 4, 1)).EnableWords());
        using GpuDevice device = GpuDevice.Open(context, context.Devices[0], "gone");
        StandIn import = new(device, new byte[100]) { AfterOpening = device.Accelerator.Dispose };
        Assert.Equal(GpuErrors.HashDeviceLost, Refusal(import, List(100, new LoadedTensor("f", "w", "U8", [100], 0, 0, 100))).Definition);
        Assert.Same(device, import.Lost);
    }

    [Fact]
    public void On_this_machine_without_the_listed_card_nothing_is_verified()
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() =>
        {
            LoadedTensors list = List(100, new LoadedTensor("f", "w", "U8", [100], 0, 0, 100));
            LoadedMemory.Cuda.Digests(list, list.Tensors, TestContext.Current.CancellationToken);
        });
        Assert.Equal(GpuErrors.HashDeviceNotFound, refusal.Definition);
        Assert.Contains(Uuid, refusal.Message, StringComparison.Ordinal);
    }

    private static ModelSigningException Refusal(StandIn import, LoadedTensors list) => Assert.Throws<ModelSigningException>(() =>
        new LoadedMemory(import).Digests(list, list.Tensors, TestContext.Current.CancellationToken));

    private static LoadedTensors List(long length, params LoadedTensor[] tensors) =>
        new(int.MaxValue, [new ExportedMemory(Uuid, new byte[LoadedTensorsReader.HandleLength], length)], tensors);

    // Opening copies the other process's bytes, as they are then, into a buffer of the device.
    private sealed class StandIn(GpuDevice device, byte[]? memory) : IMemoryImport
    {
        public List<MemoryBuffer> Buffers { get; } = [];

        public int Opened => Buffers.Count;

        public Action AfterOpening { get; init; } = () => { };

        public GpuDevice? Lost { get; private set; }

        public GpuDevice DeviceOf(ExportedMemory shared) => shared.Device == Uuid ? device : throw GpuErrors.HashDeviceNotFound.At("No such device.");

        public MemoryBuffer Open(GpuDevice onDevice, ExportedMemory shared)
        {
            Buffers.Add(memory is null ? throw LoadedErrors.LoadedMemoryRefused.At("It is closed.") : onDevice.Accelerator.Allocate1D(memory));
            AfterOpening();
            return Buffers[^1];
        }

        public void Failed(GpuDevice failed) => Lost = failed;
    }
}
