using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace SparseClip.Vlm.Training.Clip.Attributes;

/// <summary>Reads from a trunk's pooled states how many things there are: multinomial logistic regression on standardised states.</summary>
internal static class NumberReadout
{
    private const int Batch = 256;
    private const long Seed = 1; // the same states give the same readout
    private const double Rate = 1e-3, Penalty = 0.01;

    /// <summary>Fits the map.</summary>
    /// <param name="states">[N, d] float32</param>
    /// <param name="numbers">The right number of each, from 0. [N]</param>
    /// <param name="classes">How many numbers are told apart.</param>
    /// <param name="passes">How often it goes over the states.</param>
    /// <param name="report">Called with the number of passes done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between passes.</param>
    /// <returns>Logits as W h + b, less their mean: W [classes, d] and b [classes], of the caller's dispose scope.</returns>
    public static (Tensor Weight, Tensor Bias) Fit(Tensor states, IReadOnlyList<int> numbers, int classes, int passes, Action<int>? report, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var (mean, spread) = (states.mean([0]), states.std([0], unbiased: false).AtLeast(1e-3));
        var x = (states - mean) / spread;
        var y = tensor(numbers.Select(number => (long)number).ToArray());
        using var weight = new Parameter(zeros(classes, states.shape[1]));
        using var bias = new Parameter(zeros(classes));
        using var optimizer = new AdamW(0);
        var random = new SeededRandom(Seed);
        var places = Enumerable.Range(0, (int)x.shape[0]).Select(row => (long)row).ToList();
        optimizer.Add([new TrainedParameter("weight", weight, Rate), new TrainedParameter("bias", bias, Rate)]);
        using (enable_grad())
        {
            for (var pass = 0; pass < passes; pass++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                random.Shuffle(places);
                var order = tensor(places);
                for (long start = 0; start < x.shape[0]; start += Batch)
                {
                    using var step = NewDisposeScope();
                    var rows = order.narrow(0, start, Math.Min(Batch, x.shape[0] - start));
                    optimizer.ZeroGradients();
                    var loss = nn.functional.cross_entropy(nn.functional.linear(x.index_select(0, rows), weight, bias), y.index_select(0, rows));
                    loss.Plus((weight * weight).sum().Times(Penalty)).backward();
                    optimizer.Step(1);
                }

                report?.Invoke(pass + 1);
            }
        }

        using var noGrad = no_grad();
        var folded = weight / spread;
        folded = folded - folded.mean([0], keepdim: true);
        var shift = bias - bias.mean() - folded.mv(mean);
        return (folded.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }
}
