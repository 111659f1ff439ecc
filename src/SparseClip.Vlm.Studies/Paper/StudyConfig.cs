using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Sparsity;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>One variant of the two final projections: all that differs between two runs of a study.</summary>
/// <param name="Name">How the report calls it; it does not change the run.</param>
/// <param name="Dimension">D, the number of features, 1 or more.</param>
/// <param name="Activation">What follows the projections.</param>
/// <param name="Cap">The highest logit scale, 1 or more (Sparse CLIP, section 2, third observation).</param>
/// <param name="Bias">The start of the projections' biases. The paper starts at 0; below it a code starts sparse.</param>
/// <param name="L1Weight">The weight of the mean L1 norm of unit codes beside the contrastive loss, 0 or more.</param>
/// <param name="TopK">Features of a code that are kept, its greatest; 0 keeps all.</param>
/// <param name="EqualParametersOf">
/// Makes the projections products of two thin matrices with about as many parameters as full ones of this dimension; 0 leaves them full. It separates what more features do from
/// what more parameters do.
/// </param>
public sealed record StudyConfig(
    string Name, int Dimension, HeadActivation Activation, double Cap, float Bias, double L1Weight = 0, int TopK = 0, int EqualParametersOf = 0)
{
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.AtLeast("dimension", Dimension, 1),
            Rule.AtLeast("cap", Cap, 1),
            Rule.AtLeast("l1_weight", L1Weight, 0),
            Rule.Within("top_k", TopK, 0, Dimension),
            Rule.AtLeast("equal_parameters_of", EqualParametersOf, 0));
        if (problem is not null)
        {
            throw new ConfigurationException($"The run '{Name}' cannot be: {problem}.");
        }
    }

    /// <summary>The rank of a projection from <paramref name="width"/>; 0 for a full one.</summary>
    public int RankFrom(long width) => EqualParametersOf == 0
        ? 0
        : (int)Math.Max(1, (((width + 1) * EqualParametersOf) - Dimension) / (width + Dimension));
}
