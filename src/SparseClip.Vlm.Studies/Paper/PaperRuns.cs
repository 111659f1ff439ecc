using SparseClip.Vlm.Modeling.Sparsity;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Which runs answer which observation of the paper. Runs that several observations share are trained once.</summary>
/// <param name="preset">Dimensions, caps and biases.</param>
public sealed class PaperRuns(StudyPreset preset)
{
    private const double Highest = 100; // the cap of CLIP (Radford et al. 2021)

    /// <summary>First observation, with ReLU: one run a dimension.</summary>
    public IReadOnlyList<StudyConfig> Expanded => [.. preset.Dimensions.Select(dimension => Relu($"ReLU, D {dimension}", dimension, Highest))];

    /// <summary>First observation, without ReLU; the first is the dense twin, the others are the control "expansion without ReLU".</summary>
    public IReadOnlyList<StudyConfig> Linear => [.. preset.Dimensions.Select(dimension =>
        new StudyConfig($"no ReLU, D {dimension}", dimension, HeadActivation.None, Highest, 0))];

    /// <summary>The same shapes without ReLU and expansion: CLIP itself.</summary>
    public StudyConfig Dense => Linear[0];

    /// <summary>Second observation: ReLU alone, with an L1 term, with TopK; all three from biases of zero, as in the paper.</summary>
    public IReadOnlyList<StudyConfig> Sparsifiers =>
    [
        new("ReLU, bias 0", preset.SparseDimension, HeadActivation.Relu, Highest, 0),
        new("ReLU + L1, bias 0", preset.SparseDimension, HeadActivation.Relu, Highest, 0, L1Weight: preset.L1Weight),
        new("ReLU + TopK, bias 0", preset.SparseDimension, HeadActivation.Relu, Highest, 0, TopK: Math.Max(1, preset.SparseDimension / 32)),
    ];

    /// <summary>Third observation: one run a cap.</summary>
    public IReadOnlyList<StudyConfig> Capped => [.. preset.Caps.Select(cap => Relu($"ReLU, cap {cap}", preset.SparseDimension, cap))];

    /// <summary>Those of the third observation with a lower cap than the paper's "Sparse+".</summary>
    public IReadOnlyList<StudyConfig> LowCapped => [.. Capped.Where(run => run.Cap < SparsePlus.Cap)];

    /// <summary>The paper's "Sparse": cap 50.</summary>
    public StudyConfig Sparse => Relu("Sparse (cap 50)", preset.SparseDimension, 50);

    /// <summary>The paper's "Sparse+": cap 40.</summary>
    public StudyConfig SparsePlus => Relu("Sparse+ (cap 40)", preset.SparseDimension, 40);

    /// <summary>Control: as many features as the sparse run, as many parameters as the dense twin.</summary>
    public StudyConfig LowRank => Relu("ReLU, low-rank head", preset.SparseDimension, Highest) with { EqualParametersOf = preset.Dimensions[0] };

    /// <summary>The run of the first observation that differs from <see cref="LowRank"/> in nothing but the rank.</summary>
    public StudyConfig FullRank => Relu("ReLU, full head", preset.SparseDimension, Highest);

    /// <summary>Every run once, those of the tables first, so that a call that is cut short has them.</summary>
    public IReadOnlyList<StudyConfig> All =>
        [.. new[] { Dense, Sparse, SparsePlus }.Concat(Expanded).Append(FullRank).Concat(Linear).Concat(Sparsifiers).Concat(Capped).Append(LowRank).DistinctBy(config => config with { Name = "" })];

    private StudyConfig Relu(string name, int dimension, double cap) => new(name, dimension, HeadActivation.Relu, cap, preset.Bias);
}
