using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>How a sparse autoencoder is trained.</summary>
/// <param name="Steps">Batches to train on, 1 or more; the learning rate falls to zero over them.</param>
/// <param name="Rate">The highest learning rate of Adam, above 0.</param>
/// <param name="WarmupSteps">Steps over which the rate rises, 0 or more.</param>
/// <param name="ClipNorm">The highest norm of the gradient, above 0.</param>
/// <param name="DeadAfter">Embeddings of silence after which a latent counts as dead, 1 or more. Gao et al. take 10 million; small sets need fewer.</param>
/// <param name="ReportEvery">Steps between reports, 1 or more.</param>
public sealed record SparseAutoencoderTrainerOptions(
    int Steps, double Rate = 1e-3, int WarmupSteps = 100, double ClipNorm = 1, long DeadAfter = 100_000, int ReportEvery = 100)
{
    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.AtLeast("steps", Steps, 1),
            Rule.Above("rate", Rate, 0),
            Rule.AtLeast("warmup_steps", WarmupSteps, 0),
            Rule.Above("clip_norm", ClipNorm, 0),
            Rule.AtLeast("dead_after", DeadAfter, 1),
            Rule.AtLeast("report_every", ReportEvery, 1));
        if (problem is not null)
        {
            throw new ConfigurationException($"The training of an autoencoder cannot be: {problem}.");
        }
    }
}
