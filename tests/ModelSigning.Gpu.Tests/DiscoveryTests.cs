using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning.Gpu.Tests;

public class DiscoveryTests
{
    [Fact]
    public void Every_kind_is_listed_or_missing_with_a_reason()
    {
        foreach (HashDeviceKind kind in new[] { HashDeviceKind.Cuda, HashDeviceKind.OpenCl })
        {
            Assert.True(HashDevices.Available.Any(device => device.Kind == kind) || HashDevices.Missing.Any(missing => missing.Kind == kind && missing.Reason.Length > 20));
        }

        Assert.All(HashDevices.Available, device => Assert.True(device.Memory > 0 && device.Multiprocessors > 0 && device.Name.Length > 0));
        Assert.Equal(HashDevices.Available.Select(device => device.Id).Distinct(), HashDevices.Available.Select(device => device.Id));
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("opencl:-1")]
    [InlineData("tpu")]
    [InlineData("")]
    [InlineData("CUDA:0x")]
    public void A_name_that_stands_for_no_device_is_an_error_and_not_a_processor(string name)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => HashDevices.Open([name]));
        Assert.Equal(GpuErrors.HashDeviceNotFound, refusal.Definition);
        Assert.Matches(@"^This machine has no hash device '.*'\. (.*[^.]\. )?The devices are: cpu[^.]*\.$", refusal.Message);
    }

    [Fact]
    public void Auto_stands_alone()
    {
        Assert.Equal(GpuErrors.HashDeviceNotFound, Assert.Throws<ModelSigningException>(() => HashDevices.Open(["auto", "cpu"])).Definition);
        Assert.IsType<AutomaticHashDevice>(HashDevices.Open(["Auto"]));
    }

    [Fact]
    public void The_processor_is_a_device_like_the_others() => Assert.IsType<CpuHashDevice>(HashDevices.Open(["CPU"]));

    [Fact]
    public void A_device_is_found_by_kind_number_and_its_own_name()
    {
        TestDevices.Require(TestDevice.OpenCl);
        HashDeviceDescription first = HashDevices.Available.First(device => device.Kind == HashDeviceKind.OpenCl);
        foreach (string name in new[] { "opencl:0", "OpenCL:0", first.Name })
        {
            Assert.Equal("opencl:0", Assert.IsType<GpuHashDevice>(HashDevices.Open([name])).Device.Name);
        }

        Assert.IsType<SharedHashDevice>(HashDevices.Open(["cpu", "opencl"]));
        Assert.IsType<GpuHashDevice>(HashDevices.Open(["opencl:0", "opencl:0"]));
    }
}
