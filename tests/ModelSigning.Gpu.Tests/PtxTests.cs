using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Tests;

/// <summary>What every CUDA device since 2017 would be given, compiled with no GPU and no driver.</summary>
public partial class PtxTests
{
    private static readonly (CudaArchitecture Architecture, CudaInstructionSet InstructionSet)[] Targets =
    [
        (CudaArchitecture.SM_70, CudaInstructionSet.ISA_60),
        (CudaArchitecture.SM_75, CudaInstructionSet.ISA_63),
        (CudaArchitecture.SM_80, CudaInstructionSet.ISA_70),
        (CudaArchitecture.SM_86, CudaInstructionSet.ISA_71),
        (CudaArchitecture.SM_89, CudaInstructionSet.ISA_78),
        (CudaArchitecture.SM_90, CudaInstructionSet.ISA_88),
    ];

    public static TheoryData<string, int> Kernels => new(
        new[] { "Blake3Kernels.Chunks", "Blake3Kernels.Parents", "Sha256Kernel.Streams", "Blake2bKernel.Streams" }
            .SelectMany(kernel => Enumerable.Range(0, Targets.Length).Select(target => (kernel, target))));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_compiles_for_every_architecture_and_keeps_everything_in_registers(string kernel, int target)
    {
        (CudaArchitecture architecture, CudaInstructionSet instructionSet) = Targets[target];
        string ptx = Compile(kernel, architecture, instructionSet);
        Assert.Contains(".visible .entry", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Blake3Kernels.Chunks", 7 * 8 * 4)]
    [InlineData("Blake3Kernels.Parents", 7 * 8 * 4)]
    [InlineData("Sha256Kernel.Streams", (64 * 6) + (48 * 4))]
    [InlineData("Blake2bKernel.Streams", 12 * 8 * 3 * 2)]
    public void A_rotation_is_one_funnel_shift_for_each_32_bits(string kernel, int rotations)
    {
        string ptx = Compile(kernel, CudaArchitecture.SM_90, CudaInstructionSet.ISA_88);
        Assert.Equal(rotations, FunnelShift().Count(ptx));
    }

    [Theory]
    [InlineData("Blake3Kernels.Chunks", "ld.global.v4", 8)]
    [InlineData("Blake3Kernels.Chunks", "ld.shared.v4", 4)]
    [InlineData("Blake3Kernels.Chunks", "st.shared.v4", 4)]
    [InlineData("Sha256Kernel.Streams", "ld.global.v4", 8)]
    [InlineData("Blake2bKernel.Streams", "ld.global.v4", 16)]
    public void Data_is_read_sixteen_bytes_at_a_time(string kernel, string instruction, int times)
    {
        string ptx = Compile(kernel, CudaArchitecture.SM_90, CudaInstructionSet.ISA_88);
        Assert.True(ptx.Split(instruction).Length - 1 >= times, $"{instruction} occurs {ptx.Split(instruction).Length - 1} times, not {times}.");
    }

    /// <summary>A branch that is declared the same for a whole warp may depend only on what is: the loop over blocks, the launch's sizes and the group's index.</summary>
    [Theory]
    [InlineData("Blake3Kernels.Chunks", 1)]
    [InlineData("Blake3Kernels.Parents", 8)]
    [InlineData("Sha256Kernel.Streams", 0)]
    [InlineData("Blake2bKernel.Streams", 0)]
    public void No_branch_that_differs_within_a_warp_is_declared_uniform(string kernel, int branches)
    {
        string ptx = Compile(kernel, CudaArchitecture.SM_90, CudaInstructionSet.ISA_88);
        Assert.Equal(branches, UniformBranch().Count(ptx));
    }

    private static string Compile(string kernel, CudaArchitecture architecture, CudaInstructionSet instructionSet)
    {
        string[] names = kernel.Split('.');
        MethodInfo method = typeof(Quad).Assembly.GetType($"ModelSigning.Gpu.Kernels.{names[0]}", throwOnError: true)!.GetMethod(names[1])!;
        using Context context = Context.Create(builder => builder.CPU().Optimize(OptimizationLevel.O2).EnableWords());
        using PTXBackend backend = new(context, architecture, instructionSet, null!);
        PTXCompiledKernel compiled = (PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default);
        return compiled.PTXAssembly;
    }

    [GeneratedRegex(@"@!?%p\d+\s+bra\.uni")]
    private static partial Regex UniformBranch();

    [GeneratedRegex(@"shf\.r\.wrap")]
    private static partial Regex FunnelShift();
}
