using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Tests;

/// <summary>What the tests hash on.</summary>
public enum TestDevice
{
    /// <summary>ILGPU's own interpreter of kernels, on every machine.</summary>
    CpuAccelerator,

    /// <summary>OpenCL, on a GPU or, with PoCL, on the processor.</summary>
    OpenCl,

    /// <summary>A CUDA device.</summary>
    Cuda,
}

/// <summary>The devices of this machine, each opened once.</summary>
internal static class TestDevices
{
    private static readonly Lazy<Context> CpuContext = new(() =>
        Context.Create(builder => builder.CPU(new CPUDevice(32, 4, 1)).Optimize(OptimizationLevel.O2).EnableWords()));

    private static readonly Lazy<GpuDevice> Cpu = new(() => GpuDevice.Open(CpuContext.Value, CpuContext.Value.Devices[0], "CPU accelerator"));

    private static readonly Lazy<GpuDevice?> OpenCl = new(() => Open(builder => builder.OpenCL(OpenClFeatures.Accept), AcceleratorType.OpenCL));

    private static readonly Lazy<GpuDevice?> Cuda = new(() => Open(builder => builder.Cuda(), AcceleratorType.Cuda));

    public static TheoryData<TestDevice> All => [TestDevice.CpuAccelerator, TestDevice.OpenCl, TestDevice.Cuda];

    /// <summary>A device, or a skip of the running test.</summary>
    public static GpuDevice Require(TestDevice device) => device switch
    {
        TestDevice.CpuAccelerator => Cpu.Value,
        TestDevice.OpenCl => OrSkip(OpenCl.Value, "This machine has no OpenCL device (Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)."),
        _ => OrSkip(Cuda.Value, "This machine has no CUDA device."),
    };

    private static GpuDevice OrSkip(GpuDevice? device, string reason)
    {
        Assert.SkipWhen(device is null, reason);
        return device!;
    }

    private static GpuDevice? Open(Func<Context.Builder, Context.Builder> kind, AcceleratorType type)
    {
        NativeLibraries.Prepare();
        Context context = Context.Create(builder => kind(builder).Optimize(OptimizationLevel.O2).EnableWords());
        return context.Devices.FirstOrDefault(device => device.AcceleratorType == type) is { } device ? GpuDevice.Open(context, device, type.ToString()) : null;
    }
}
