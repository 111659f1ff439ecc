using System.CommandLine;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Cli.Common;

/// <summary><c>--device</c>: where tensors are computed.</summary>
internal static class DeviceOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--device") { Description = "Where to compute: cpu, or cuda for an NVIDIA GPU.", DefaultValueFactory = _ => "cpu" };
        option.AcceptOnlyFromAmong([.. ComputeDevice.Names]);
        return option;
    }
}
