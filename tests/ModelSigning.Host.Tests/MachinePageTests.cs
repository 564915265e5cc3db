using System.Diagnostics;
using System.Security.Cryptography;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The pages on the package, on devices and on speed, executed as they are written, as far as this machine has what they speak of.</summary>
public class MachinePageTests
{
    [Fact]
    public void A_package_is_checked_with_the_key_that_signed_it_and_its_host_verifies_models()
    {
        using HowToPage page = WithKeys("package.md", "/etc/release.pub", "./release.pub");
        using Process packaging = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", HostProcess.BuiltAssembly("ModelSigning.Packaging"), "folder", page.Folder["output"] },
        })!;
        packaging.WaitForExit();
        Assert.Equal(0, packaging.ExitCode);
        string package = Assert.Single(Directory.GetDirectories(page.Folder["output/ModelSigning"]));

        // The block before builds: that the build server does, twice (tests/reproducible.ps1).
        string check = page.Blocks("powershell")[1];
        Assert.Contains($"./output/ModelSigning/{Path.GetFileName(package)} ", check, StringComparison.Ordinal);
        Assert.DoesNotContain("Valid ", page.Run(check).Output, StringComparison.Ordinal);
        Assert.Equal(0, page.Run($"New-ModelSignature '{package}' -PrivateKey ./release.key").ExitCode);
        Assert.Contains("Valid ", page.Run(1..2), StringComparison.Ordinal);
        File.WriteAllText(Path.Join(package, "PSGetModuleInfo.xml"), "<Objs/>");
        Assert.DoesNotContain("Valid ", page.Run(check).Output, StringComparison.Ordinal);
        Assert.Contains("Valid ", page.Run(check.TrimEnd() + " -IgnorePath PSGetModuleInfo.xml").Output, StringComparison.Ordinal);

        string[] container = [.. page.CommandLine("/opt/modelsigning/pwsh").Select(word => word.Replace("/models/llm", "./model", StringComparison.Ordinal)
            .Replace("/etc/release.pub", "./release.pub", StringComparison.Ordinal))];
        container[^1] = $"Import-Module '{Path.Join(package, "ModelSigning.psd1")}'; {container[^1]}";
        Assert.Equal(1, InFolder(page, container).ExitCode);
        Assert.Equal(0, page.Run("New-ModelSignature ./model -PrivateKey ./release.key").ExitCode);
        Assert.Equal(0, InFolder(page, container).ExitCode);
    }

    [Fact]
    public void A_model_is_signed_and_verified_on_the_devices_of_this_machine()
    {
        using HowToPage page = WithKeys("gpu.md", "cuda", "opencl");

        // An OpenCL compiler may say something of its own on standard error.
        string devices = page.Run(page.Blocks("powershell")[0]).Output;
        Assert.SkipUnless(devices.Contains("opencl:0", StringComparison.Ordinal), "This machine has no OpenCL device (Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1).");
        string used = page.Run(page.Blocks("powershell")[1]).Output;
        Assert.Contains("Valid", used, StringComparison.Ordinal);
        Assert.Contains("weights.bin", used, StringComparison.Ordinal);
    }

    [Fact]
    public void Loaded_weights_are_asked_for_as_the_page_says_and_never_valid_where_their_device_is_not()
    {
        using HowToPage page = WithKeys("loaded-weights.md", "/etc/release.pub", "./release.pub");
        byte[] weights = SafetensorsBytes.Of(("a", "F32", [3, 5], 60));
        page.Folder.Write("model/model.safetensors", weights);
        Assert.Equal(0, page.Run("New-ModelSignature ./model -PrivateKey ./release.key").ExitCode);
        page.Folder.Write("tensors.json", $$"""
            {"version":1,"process":{{int.MaxValue}},"memory":[{"kind":"malloc","device":"{{new string('0', 32)}}","handle":"{{new string('0', 128)}}","length":64}],
            "tensors":[{"file":"model.safetensors","name":"a","type":"F32","shape":[3,5],"memory":0,"offset":0,"length":60}]}
            """);
        string output = page.Run(..);
        Assert.Contains("HashDeviceNotFound", output, StringComparison.Ordinal);
        Assert.Contains("UnknownError", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_engines_and_a_model_are_measured()
    {
        using HowToPage page = new("performance.md");
        string rates = page.Run(0..1);
        Assert.Contains("one stream", rates, StringComparison.Ordinal);
        Assert.Contains("GB/s", rates, StringComparison.Ordinal);
    }

    // OpenCL in the place of CUDA, and relative paths in that of a server's.
    private static HowToPage WithKeys(string name, string written, string here)
    {
        HowToPage page = new(name);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        page.Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        page.Folder.Write("release.pub", key.ExportSubjectPublicKeyInfoPem());
        page.Replacements[written] = here;
        return page;
    }

    private static HostResult InFolder(HowToPage page, string[] arguments)
    {
        ProcessStartInfo start = HostProcess.StartInfo(arguments);
        start.WorkingDirectory = page.Folder.FullPath;
        return HostProcess.Run(start);
    }
}
