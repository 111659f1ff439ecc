using TorchSharp;

namespace SparseClip.Vlm.Modeling.Tests;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void On_the_cpu_values_stay_where_they_are()
    {
        ComputeDevice.Use("cpu");
        using var values = torch.ones(3);

        Assert.False(ComputeDevice.IsGpu);
        Assert.Same(values, values.ToDevice());
        Assert.Same(values, values.ToHost());
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_and_nothing_changes()
    {
        Assert.Contains("cpu, cuda", Assert.Throws<ConfigurationException>(() => ComputeDevice.Use("abacus")).Message, StringComparison.Ordinal);
        if (!torch.cuda.is_available())
        {
            Assert.Contains("NVIDIA", Assert.Throws<ConfigurationException>(() => ComputeDevice.Use("cuda")).Message, StringComparison.Ordinal);
        }

        Assert.Equal(DeviceType.CPU, ComputeDevice.Current.type);
    }
}
