using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Whether the distillation arrived: the share of pictures whose nearest class name, of all the classes of a pretrained classifier, is among
/// the five that the classifier itself gives.
/// </summary>
public static class TeacherAgreementEvaluator
{
    private const int BatchSize = 32;

    /// <summary>Compares tower and classifier on every picture.</summary>
    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="texts">Its text tower.</param>
    /// <param name="teacher">The pretrained classifier; where it shares low states, those of the model's trunk.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static TeacherAgreementScore Evaluate(
        SparseClipModel model, SparseTextEncoder texts, ClassTeacher teacher, LabelledSet set, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        using var classifier = ZeroShotClassifier.Create(texts, teacher.Names, cancellationToken);
        using var images = new SparseImageEncoder(model);
        int agreed = 0, same = 0, done = 0;
        foreach (var batch in new EvaluationLoader(set, images.InputSize).Batches(BatchSize, cancellationToken))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var pixels = tensor(batch.Pixels, [batch.Count, images.InputSize, images.InputSize, 3], ScalarType.Byte);
            var nearest = classifier.Nearest(images.Pooled(pixels), 1);
            var low = model.trunk.Stem(model.Normalize(pixels));
            var best = teacher.Logits(pixels, low).topk(5, dim: 1).indexes.contiguous().ToHost().data<long>().ToArray();
            for (var i = 0; i < batch.Count; i++)
            {
                var rank = Array.IndexOf(best, nearest[i][0], 5 * i, 5);
                agreed += rank >= 0 ? 1 : 0;
                same += rank == 5 * i ? 1 : 0;
            }

            done += batch.Count;
            report?.Invoke(done);
        }

        return new TeacherAgreementScore((double)agreed / done, (double)same / done, teacher.Names.Count, done);
    }
}

/// <summary>Agreement of a tower with the classifier that taught it.</summary>
/// <param name="InTop5">The share of pictures whose nearest class name is among the classifier's five best, 0..1.</param>
/// <param name="SameTop1">The share whose nearest class name is the classifier's best, 0..1.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Pictures">The number of pictures.</param>
public sealed record TeacherAgreementScore(double InTop5, double SameTop1, int Classes, int Pictures);
