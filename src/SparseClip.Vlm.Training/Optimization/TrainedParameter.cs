using SparseClip.Vlm.Training.Runs;
using TorchSharp.Modules;

namespace SparseClip.Vlm.Training.Optimization;

/// <summary>Something that is trained.</summary>
/// <param name="Name">Its name in the checkpoint.</param>
/// <param name="Parameter">One without gradient is left alone.</param>
/// <param name="Rate">Its highest learning rate, 0 or more.</param>
public sealed record TrainedParameter(string Name, Parameter Parameter, double Rate)
{
    /// <summary>All parameters of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="rate">Their highest learning rate, 0 or more.</param>
    /// <param name="prefix">What stands before their names.</param>
    public static IEnumerable<TrainedParameter> Of(TorchSharp.torch.nn.Module module, double rate, string prefix = "") =>
        module.named_parameters().Select(entry => new TrainedParameter(prefix + entry.name, entry.parameter, rate));
}
