using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Adapter;

/// <summary>
/// The start of an adapter in closed form, from text alone: over a vocabulary, ridge regression takes a word's sparse text code to the mean of the
/// language model's input embeddings of it. Codes of pictures lie in the same space, so they land near the right words before any training.
/// </summary>
/// <remarks>
/// The map V is cut to half the hidden width by its singular values, V = U S, and set up exactly: the first layer is [S; -S], the second
/// [U, -U], because GELU(x) - GELU(-x) = x. Text codes and picture codes have different means; each is taken off its own.
/// </remarks>
public static class TextStart
{
    /// <summary>Sets the weights of <paramref name="adapter"/>.</summary>
    /// <param name="adapter">Any adapter with an even hidden width.</param>
    /// <param name="codes">Text codes [N, D] float32, zero or more.</param>
    /// <param name="embeddings">The words' mean input embeddings [N, d] float32.</param>
    /// <param name="pictures">Codes of some pictures [M, slots, D], for their mean and for the gain.</param>
    /// <param name="ridge">The penalty as a share of the mean squared code norm times N / 1000; above 0.</param>
    public static void Apply(AdapterModel adapter, Tensor codes, Tensor embeddings, Tensor pictures, double ridge = 1)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = adapter.Config;
        var rank = Math.Min(config.Hidden / 2, config.Width);

        // Every word counts alike and has the norm that picture codes have on average.
        var z = nn.functional.normalize(codes, 2, 1) * AdapterConfig.CodeNorm;
        z -= z.mean([0], keepdim: true);
        var e = (embeddings - adapter.centre) / config.Spread;
        e -= e.mean([0], keepdim: true);
        var map = Ridge(z, e, ridge); // [D, d]

        var (_, u) = linalg.eigh(map.t().matmul(map)); // ascending
        var basis = u.narrow(1, u.shape[1] - rank, rank); // U [d, rank]
        var rows = map.matmul(basis).t(); // S [rank, D]
        var mean = MeanCode(adapter, pictures); // [D]
        Fill(adapter.first.weight!, rows, 0);
        Fill(adapter.first.bias!, -rows.mv(mean), 0);
        adapter.second.weight!.zero_();
        adapter.second.weight.narrow(1, 0, rank).copy_(basis);
        adapter.second.weight.narrow(1, config.Hidden / 2, rank).copy_(-basis);
        adapter.second.bias!.zero_();
        adapter.position.zero_();
        Calibrate(adapter, pictures);
    }

    /// <summary>(z'z + penalty)^-1 z'e, by way of the N x N or the D x D matrix, whichever is smaller. [D, d]</summary>
    private static Tensor Ridge(Tensor z, Tensor e, double ridge)
    {
        var (n, d) = (z.shape[0], z.shape[1]);
        var penalty = ridge * z.square().sum().item<float>() / 1000; // mean squared norm * N / 1000
        if (n <= d)
        {
            return z.t().matmul(Solve(z.matmul(z.t()), penalty, e));
        }

        return Solve(z.t().matmul(z), penalty, z.t().matmul(e));
    }

    private static Tensor Solve(Tensor gram, double penalty, Tensor right)
    {
        gram.diagonal().add_(penalty);
        return cholesky_solve(right, linalg.cholesky(gram));
    }

    /// <summary>The mean scaled code of pictures, pooled and patches weighing alike. [D]</summary>
    private static Tensor MeanCode(AdapterModel adapter, Tensor pictures)
    {
        var pooled = pictures.select(1, 0).mean([0]) * adapter.Config.PooledScale;
        return adapter.Config.Patches == 0
            ? pooled
            : (pooled + (pictures.narrow(1, 1, adapter.Config.Patches).mean([0, 1]) * adapter.Config.PatchScale)) / 2;
    }

    /// <summary>The hidden layer's two halves: +S and -S; what is not filled stays zero.</summary>
    private static void Fill(Tensor target, Tensor rows, long start)
    {
        var half = target.shape[0] / 2;
        target.zero_();
        target.narrow(0, start, rows.shape[0]).copy_(rows);
        target.narrow(0, start + half, rows.shape[0]).copy_(-rows);
    }

    /// <summary>Gains with which the outputs for pictures spread as token embeddings do, pooled and patches each on their own.</summary>
    private static void Calibrate(AdapterModel adapter, Tensor pictures)
    {
        adapter.gain.fill_(1);
        var output = (adapter.forward(pictures) - adapter.centre) / adapter.Config.Spread; // [M, slots, d]
        float Gain(Tensor part) => 1 / Math.Max(1e-3f, part.square().mean().sqrt().item<float>());
        adapter.gain[0] = Gain(output.select(1, 0));
        if (adapter.Config.Patches > 0)
        {
            adapter.gain.narrow(0, 1, adapter.Config.Patches).fill_(Gain(output.narrow(1, 1, adapter.Config.Patches)));
        }
    }
}
