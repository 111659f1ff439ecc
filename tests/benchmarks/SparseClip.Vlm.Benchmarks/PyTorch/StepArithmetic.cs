using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Benchmarks.PyTorch;

/// <summary>
/// The arithmetic of a training step: what it would take if every convolution and product ran at the speed of a large matrix product. A trained layer counts as three of its
/// forward passes (the result, the gradient of its input, that of its weights); activations, normalisations and the optimiser count as nothing.
/// </summary>
internal sealed class StepArithmetic
{
    private const int Trained = 3;
    private readonly double _fast; // multiplications and additions in the machine's fastest type
    private readonly double _single; // in float32

    /// <param name="trunk">The vision trunk.</param>
    /// <param name="cut">Its first trained block.</param>
    /// <param name="text">The text side.</param>
    /// <param name="dimension">D.</param>
    /// <param name="batch">Pictures, and texts.</param>
    /// <param name="size">Pixels a side.</param>
    public StepArithmetic(EfficientNetLiteConfig trunk, int cut, TextTowerConfig text, int dimension, int batch, int size)
    {
        double side = size / trunk.Stem.Stride;
        _fast = side * side * 3 * trunk.Stem.Out * trunk.Stem.Kernel * trunk.Stem.Kernel;
        for (var i = 0; i < trunk.Blocks.Count; i++)
        {
            var block = trunk.Blocks[i];
            double hidden = block.In * block.Expand;
            var expanding = block.Expand > 1 ? side * side * block.In * hidden : 0;
            side /= block.Stride;
            var filtering = side * side * hidden * block.Kernel * block.Kernel;
            var projecting = side * side * hidden * block.Out;
            _fast += i < cut ? expanding + filtering + projecting : Trained * (expanding + projecting);
            _single += i < cut ? 0 : Trained * filtering;
        }

        var width = trunk.Head.Out;
        double states = text.StateWidth * text.Layers.Count;
        _fast += Trained * ((side * side * trunk.Blocks[^1].Out * width) + ((width + text.Width) * (double)dimension));
        _single += Trained * ((states * text.Hidden) + ((double)text.Hidden * text.Width) + (states * text.Width) + (batch * (double)dimension));
        (_fast, _single) = (2 * batch * _fast, 2 * batch * _single);
    }

    /// <summary>The least time of a step in seconds.</summary>
    /// <param name="single">Operations a second of a large matrix product in float32.</param>
    /// <param name="fast">The same in the type of the frozen layers and the trained products.</param>
    public double LeastSeconds(double single, double fast) => (_single / single) + (_fast / fast);
}
