using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>
/// The other tests of hashing, in a process of their own for each instruction set that .NET can be told to do without: the digests stay what they are.
/// </summary>
public sealed class InstructionSetTests
{
    // .NET 8 and 9 know the switch of AVX-512 as EnableAVX512F.
    [Theory]
    [InlineData("EnableAVX512 EnableAVX512F", "512")]
    [InlineData("EnableAVX512 EnableAVX512F EnableAVX2", "256")]
    [InlineData("EnableHWIntrinsic", "128")]
    public void Digests_are_the_same_without(string switches, string gone)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
        }

        foreach (Type tests in new[] { typeof(CpuHashDeviceTests), typeof(Blake3KernelTests), typeof(StreamLanesTests), typeof(WithoutInstructionSet) })
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(tests.FullName!);
        }

        foreach (string name in switches.Split(' '))
        {
            start.Environment[$"DOTNET_{name}"] = "0";
        }

        start.Environment[WithoutInstructionSet.Variable] = gone;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }

    /// <summary>Run by <see cref="Digests_are_the_same_without"/>, in the process that does without something: it is indeed gone.</summary>
    public sealed class WithoutInstructionSet
    {
        public const string Variable = "MODELSIGNING_TEST_WITHOUT_VECTORS";

        [Fact]
        public void The_switch_works()
        {
            string? gone = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(gone is null, "Runs in a process that was started for it.");
            Assert.False(gone switch
            {
                "512" => Avx512F.IsSupported,
                "256" => Avx2.IsSupported,
                _ => Vector128.IsHardwareAccelerated || Sse42.IsSupported,
            });
        }
    }
}
