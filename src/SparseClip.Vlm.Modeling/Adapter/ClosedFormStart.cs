using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Adapter;

/// <summary>
/// The start of an adapter in closed form: ridge regression takes sparse codes to the mean of the language model's input embeddings of the words they
/// stand for. Text codes of a vocabulary are enough, because pictures' codes lie in the same space; codes of labelled pictures make it better.
/// </summary>
/// <remarks>
/// The map V is cut to half the hidden width by its singular values, V = U S, and set up exactly: the first layer is [S; -S], the second
/// [U, -U], because GELU(x) - GELU(-x) = x. Codes of texts, pictures and patches have different means; each is taken off its own.
/// </remarks>
public static class ClosedFormStart
{
    /// <summary>Sets the weights of <paramref name="adapter"/>.</summary>
    /// <param name="adapter">Any adapter with an even hidden width.</param>
    /// <param name="words">Text codes of words [N, D] and their mean input embeddings [N, d], float32.</param>
    /// <param name="pictures">Codes of pictures.</param>
    /// <param name="ridge">The penalty for every thousand rows, in squared units of codes of norm 4; above 0.</param>
    public static void Apply(AdapterModel adapter, CodedWords words, CodedPictures pictures, double ridge)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = adapter.Config;
        var rank = Math.Min(config.Hidden / 2, config.Width);

        var pooled = pictures.Pooled.Times(config.PooledScale);
        var patches = pictures.Patches.Times(config.PatchScale);
        var mean = pooled.mean([0]).Plus(patches.mean([0])).Over(2);
        var wordTargets = InUnits(adapter, words.Embeddings);
        var pictureTargets = InUnits(adapter, pictures.Embeddings);
        var z = cat([Centred(nn.functional.normalize(words.Codes, 2, 1).Times(AdapterConfig.CodeNorm)), Centred(pooled), Centred(patches)], 0);
        var e = cat([Centred(wordTargets), Centred(pictureTargets), Centred(pictureTargets)], 0);
        var map = Ridge(z, e, ridge * z.shape[0] / 1000); // [D, d]

        var (_, u) = linalg.eigh(map.t().matmul(map)); // ascending
        var basis = u.narrow(1, u.shape[1] - rank, rank); // U [d, rank]
        var rows = map.matmul(basis).t(); // S [rank, D]
        Fill(adapter.first.weight!, rows);
        Fill(adapter.first.bias!, -rows.mv(mean));
        adapter.second.weight!.zero_();
        adapter.second.weight.narrow(1, 0, rank).copy_(basis);
        adapter.second.weight.narrow(1, config.Hidden / 2, rank).copy_(-basis);
        adapter.second.bias!.zero_();
        Calibrate(adapter, pictures.Sample, wordTargets);
    }

    /// <summary>Embeddings in units of their spread around the mean of all.</summary>
    private static Tensor InUnits(AdapterModel adapter, Tensor embeddings) => (embeddings - adapter.centre).Over(adapter.Config.Spread);

    private static Tensor Centred(Tensor rows) => rows - rows.mean([0], keepdim: true);

    /// <summary>(z'z + penalty)^-1 z'e, by way of the N x N or the D x D matrix, whichever is smaller. [D, d]</summary>
    private static Tensor Ridge(Tensor z, Tensor e, double penalty) => z.shape[0] <= z.shape[1]
        ? z.t().matmul(Solve(z.matmul(z.t()), penalty, e))
        : Solve(z.t().matmul(z), penalty, z.t().matmul(e));

    private static Tensor Solve(Tensor gram, double penalty, Tensor right)
    {
        gram.diagonal().PlusInPlace(penalty);
        return cholesky_solve(right, linalg.cholesky(gram));
    }

    /// <summary>The hidden layer's two halves: +S and -S; what is not filled stays zero.</summary>
    private static void Fill(Tensor target, Tensor rows)
    {
        target.zero_();
        target.narrow(0, 0, rows.shape[0]).copy_(rows);
        target.narrow(0, target.shape[0] / 2, rows.shape[0]).copy_(-rows);
    }

    /// <summary>
    /// Gains with which the outputs for pictures spread as the words' embeddings do, pooled and patches each on their own, and positions that bring
    /// them around the words' mean.
    /// </summary>
    private static void Calibrate(AdapterModel adapter, Tensor sample, Tensor targets)
    {
        adapter.gain.FillInPlace(1);
        adapter.position.zero_();
        var spread = Centred(targets).Squared().mean().sqrt();
        var output = InUnits(adapter, adapter.forward(sample)); // [M, slots, d]
        var pooled = output.narrow(1, 0, 1).Squared().mean().sqrt();
        adapter.gain.narrow(0, 0, 1).copy_(spread / pooled.AtLeast(1e-3));
        var windows = adapter.Config.Slots - 1;
        if (windows > 0)
        {
            var patches = output.narrow(1, 1, windows).Squared().mean().sqrt();
            adapter.gain.narrow(0, 1, windows).copy_(spread / patches.AtLeast(1e-3));
        }

        adapter.position.copy_(targets.mean([0]) / adapter.gain.unsqueeze(1));
    }
}

/// <summary>Words of a vocabulary.</summary>
/// <param name="Codes">Text codes [N, D] float32, zero or more.</param>
/// <param name="Embeddings">The mean input embedding of each word's tokens. [N, d]</param>
public sealed record CodedWords(Tensor Codes, Tensor Embeddings);

/// <summary>Labelled pictures.</summary>
/// <param name="Pooled">Pooled codes. [M, D]</param>
/// <param name="Patches">The mean patch code of each. [M, D]</param>
/// <param name="Embeddings">The mean input embedding of each label's tokens. [M, d]</param>
/// <param name="Sample">All codes of some pictures [m, 1 + patches, D], for the gains.</param>
public sealed record CodedPictures(Tensor Pooled, Tensor Patches, Tensor Embeddings, Tensor Sample);
