using System.Management.Automation;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>-Device and Get-ModelHashDevice. What the devices compute is tested with the engine.</summary>
public class HashDeviceTests
{
    [Fact]
    public void The_processor_is_listed_first_and_every_kind_of_gpu_is_there_or_says_why_not()
    {
        using ModuleSession session = new();
        IReadOnlyList<PSObject> devices = session.Run("Get-ModelHashDevice -NoMeasurement").ThrowIfFailed().Output;
        Assert.Equal("cpu", devices[0].Properties["Device"].Value);
        Assert.Contains(devices, device => (string)device.Properties["Kind"].Value == "Cuda");
        Assert.Contains(devices, device => (string)device.Properties["Kind"].Value == "OpenCl");
        Assert.All(devices, device => Assert.Equal(
            (bool)device.Properties["Available"].Value, device.Properties["Reason"].Value is null && (string)device.Properties["Device"].Value != ""));
    }

    [Theory]
    [InlineData("New-ModelSignature -LiteralPath $m -PrivateKey $k -Device cuda:99")]
    [InlineData("Test-ModelSignature -LiteralPath $m -PublicKey $p -Device cuda:99 -Quiet")]
    [InlineData("Get-ModelManifest -LiteralPath $m -Device cpu, nonsense")]
    public void A_device_that_is_not_there_ends_the_command_without_a_verdict(string command)
    {
        using ModuleSession session = new();
        using SampleModel model = new();
        if (command.StartsWith("Test", StringComparison.Ordinal))
        {
            model.Sign(session);
        }

        Outcome outcome = session.Run($"param($m, $k, $p) {command}", model.Path, model.PrivateKey, model.PublicKey);
        Assert.Equal("HashDeviceNotFound", outcome.ErrorId);
        Assert.Empty(outcome.Output);
        Assert.Equal(command.StartsWith("Test", StringComparison.Ordinal), File.Exists(model.Signature));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("auto")]
    [InlineData("opencl:0")]
    [InlineData("cpu, opencl")]
    public void What_one_device_signs_the_processor_verifies_and_the_other_way_round(string device)
    {
        using ModuleSession session = new();
        if (device.Contains("opencl", StringComparison.Ordinal))
        {
            bool there = session.Run("Get-ModelHashDevice -NoMeasurement").ThrowIfFailed().Output.Any(found => (string)found.Properties["Device"].Value == "opencl:0");
            Assert.SkipUnless(there, "This machine has no OpenCL device (Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1).");
        }

        using SampleModel model = new();
        session.Run($"param($m, $k) New-ModelSignature -LiteralPath $m -PrivateKey $k -HashAlgorithm blake3 -Device {device}", model.Path, model.PrivateKey).ThrowIfFailed();
        Assert.True((bool)session.Run("param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k -Quiet", model.Path, model.PublicKey).Value);
        Assert.True((bool)session.Run($"param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k -Quiet -Device {device}", model.Path, model.PublicKey).Value);
        model.Write(SampleModel.Names[0], "changed");
        Assert.False((bool)session.Run($"param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k -Quiet -Device {device}", model.Path, model.PublicKey).Value);
    }

    [Fact]
    public void Signing_verifying_and_listing_with_a_device_say_when_a_gpu_is_not_for_the_model()
    {
        const string Advice = "A file or shard with sha256 or blake2b is one stream";
        using ModuleSession session = new();
        using SampleModel model = new();
        using (FileStream weights = File.Create(Path.Join(model.Path, "weights.bin")))
        {
            weights.SetLength(1L << 30);
        }

        string[] commands =
        [
            "New-ModelSignature -LiteralPath $m -PrivateKey $k",
            "Test-ModelSignature -LiteralPath $m -PublicKey $p",
            "Get-ModelManifest -LiteralPath $m",
        ];
        foreach (string command in commands)
        {
            Assert.Contains(Verbose($"{command} -Device auto"), line => line.StartsWith(Advice, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(Verbose($"{commands[2]} -HashAlgorithm blake3 -Device auto"), line => line.StartsWith(Advice, StringComparison.Ordinal));
        Assert.DoesNotContain(Verbose(commands[1]), line => line.StartsWith(Advice, StringComparison.Ordinal));

        IReadOnlyList<string> Verbose(string command) =>
            session.Run($"param($m, $k, $p) {command} -Verbose", model.Path, model.PrivateKey, model.PublicKey).ThrowIfFailed().Verbose;
    }

    [Fact]
    public void Devices_complete()
    {
        using ModuleSession session = new();
        string line = "Get-ModelManifest -Device a";
        dynamic completion = session.Run("param($l) [System.Management.Automation.CommandCompletion]::CompleteInput($l, $l.Length, $null)", line).Single;
        Assert.Equal("auto", (string)completion.CompletionMatches[0].CompletionText);
    }

    [Fact]
    public void Without_a_device_the_gpu_assembly_and_ILGPU_are_not_loaded()
    {
        using SampleModel model = new();
        string script = model.Folder.Write("assemblies.ps1", $$"""
            # The load's stack in the output says who asked for the assembly, on whatever thread.
            Add-Type 'public static class Loads { public static void Watch() => System.AppDomain.CurrentDomain.AssemblyLoad += (_, load) => { if (load.LoadedAssembly.GetName().Name == "ModelSigning.Gpu") System.Console.Out.WriteLine(System.Environment.StackTrace); }; }'
            [Loads]::Watch()
            Import-Module '{{ModuleSession.ManifestPath}}'
            New-ModelSignature '{{model.Path}}' -PrivateKey '{{model.PrivateKey}}'
            Test-ModelSignature '{{model.Path}}' -PublicKey '{{model.PublicKey}}' -Device cpu
            Get-ModelManifest '{{model.Path}}'
            Get-Command -Module ModelSigning
            [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name }
            """);
        HostResult host = HostProcess.Run("-File", script);
        Assert.Equal(0, host.ExitCode);
        Assert.Contains("ModelSigning.Core", host.Output, StringComparison.Ordinal);
        Assert.False(host.Output.Contains("ModelSigning.Gpu", StringComparison.Ordinal), host.Output);
        Assert.DoesNotContain("ILGPU", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_shows_the_name_or_the_reason()
    {
        HostResult host = HostProcess.Run("-Command", $"Import-Module '{ModuleSession.ManifestPath}'; Get-ModelHashDevice -NoMeasurement");
        Assert.Equal(0, host.ExitCode);
        Assert.Contains("Name, or why not", host.Output, StringComparison.Ordinal);
        Assert.Contains("Processor", host.Output, StringComparison.Ordinal);
    }
}
