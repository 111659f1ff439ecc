using System.Text.Json.Serialization;
using SparseClip.Vlm.Modeling.Metrics;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>A moment of a run.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Of its batch, in nats.</param>
/// <param name="L0">The mean share of non-zero features in the batch's image codes, 0..1.</param>
/// <param name="Scale">The logit scale after it.</param>
public sealed record CurvePoint(int Step, double Loss, double L0, double Scale);

/// <summary>Zero-shot accuracy on a set.</summary>
/// <param name="Top1">0..1.</param>
/// <param name="Top5">0..1.</param>
/// <param name="Labels">Classes.</param>
/// <param name="Pictures">Pictures.</param>
public sealed record AccuracyScore(double Top1, double Top5, int Labels, int Pictures);

/// <summary>What every model and every baseline is measured by.</summary>
/// <param name="L0Count">The mean number of non-zero features of a picture (OpenMoji and held-out photographs together).</param>
/// <param name="L0Fraction">The same as a share of all features, 0..1.</param>
/// <param name="OpenMoji">Zero-shot.</param>
/// <param name="Photographs">Zero-shot.</param>
/// <param name="FxEmoji">Zero-shot.</param>
/// <param name="PhotographRetrieval">Among one held-out photograph a label and the labels' captions.</param>
/// <param name="SceneRetrieval">Among scenes of two things and their captions.</param>
public sealed record EmbeddingScores(
    double L0Count, double L0Fraction, AccuracyScore OpenMoji, AccuracyScore Photographs, AccuracyScore FxEmoji,
    RetrievalScore PhotographRetrieval, RetrievalScore SceneRetrieval);

/// <summary>The columns of the paper's table 3a.</summary>
/// <param name="Clarity">Mean over the features with enough pictures, -1..1; null when there is none.</param>
/// <param name="Baseline">The mean cosine of all pairs of pictures; null under two pictures.</param>
/// <param name="MeasuredFeatures">Features with enough pictures.</param>
/// <param name="ActiveFraction">The share of features ever active, 0..1.</param>
/// <param name="L0Count">Features above the paper's threshold, mean a picture.</param>
public sealed record InterpretabilityScores(double? Clarity, double? Baseline, int MeasuredFeatures, double ActiveFraction, double L0Count);

/// <summary>Modality scores at a moment of training.</summary>
/// <param name="Share">Of the training, 0..1.</param>
/// <param name="Counts">Features by score, equal bins from 0 (texts only) to 1 (images only).</param>
/// <param name="Mean">Over active features; null when there is none.</param>
/// <param name="BothFraction">The share of active features between 0.1 and 0.9; null when none is active.</param>
public sealed record ModalityMoment(double Share, IReadOnlyList<int> Counts, double? Mean, double? BothFraction);

/// <summary>A feature at a moment of training.</summary>
/// <param name="Share">Of the training, 0..1.</param>
/// <param name="Words">The words that activate it most; none where none does.</param>
/// <param name="Pictures">The pictures that activate it most, as places in the gallery (OpenMoji, then the held-out photographs).</param>
/// <param name="Density">The share of gallery pictures that activate it, 0..1.</param>
public sealed record FeatureMoment(double Share, IReadOnlyList<string> Words, IReadOnlyList<int> Pictures, double Density);

/// <summary>A feature over the training.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Moments">Ascending by share.</param>
public sealed record FeatureHistory(int Feature, IReadOnlyList<FeatureMoment> Moments);

/// <summary>A finished run or a fitted baseline, as it is kept in the cache.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Key">The hash of everything it depends on.</param>
/// <param name="Dimension">D.</param>
/// <param name="Config">The variant; null for baselines.</param>
/// <param name="Steps">Of training; 0 where nothing is trained.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Curve">On the way; empty for baselines.</param>
/// <param name="Scores">Accuracy, retrieval, L0.</param>
/// <param name="Interpretability">Where the report shows it.</param>
/// <param name="Modality">Of the sparse run.</param>
/// <param name="Features">Of the sparse run.</param>
/// <param name="Remark">Further settings, in words.</param>
public sealed record StudyResult(
    string Name, string Key, int Dimension, StudyConfig? Config, int Steps, double Seconds, IReadOnlyList<CurvePoint> Curve, EmbeddingScores Scores,
    InterpretabilityScores? Interpretability, IReadOnlyList<ModalityMoment>? Modality, IReadOnlyList<FeatureHistory>? Features, string? Remark = null)
{
    /// <summary>The highest logit scale on the way; of runs only.</summary>
    [JsonIgnore]
    public double HighestScale => Curve.Max(point => point.Scale);

    /// <summary>Whether the cap ever held the logit scale back; of runs only.</summary>
    [JsonIgnore]
    public bool MetCap => HighestScale >= Config!.Cap * 0.999;
}
