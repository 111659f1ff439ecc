using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Training.Clip.Presets;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The weighted divergence from a teacher over the names of some of its classes.</summary>
internal sealed class DistillationTerm : IClipLoss, IDisposable
{
    private readonly DistillationOptions _options;
    private readonly Tensor[] _classStates; // [classes, width] for every prompt template

    /// <param name="options">How much is distilled.</param>
    /// <param name="classes">The names of the teacher's classes.</param>
    /// <param name="states">The frozen text states; not owned.</param>
    public DistillationTerm(DistillationOptions options, IReadOnlyList<string> classes, IFrozenTextStates states)
    {
        _options = options;
        using var noGrad = no_grad();
        _classStates = [.. PromptTemplates.ZeroShot.Select(template => states.Pool([.. classes.Select(name => PromptTemplates.Fill(template, name))]))];
    }

    /// <inheritdoc />
    public string Name => "distillation";

    /// <inheritdoc />
    public Func<ClipUnits, Tensor>? Prepare(ClipBatch batch, Tensor? teacherLogits, ClipTexts texts, Random random)
    {
        if (teacherLogits is null)
        {
            return null;
        }

        var drawn = batch.CaptionedCount - batch.CountOf(ClipItemKind.Photo);
        var classes = ChooseClasses(teacherLogits, drawn, random);
        var names = texts.Add(_classStates[random.Next(_classStates.Length)].index_select(0, classes));
        return units => DistillationLoss.Compute(teacherLogits.index_select(1, classes), units.Images, units[names], units.Scale, Weights(batch.Count, drawn));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var states in _classStates)
        {
            states.Dispose();
        }
    }

    /// <summary>The teacher's best classes for the photographs and extras, filled up with random others. [classes] int64</summary>
    private Tensor ChooseClasses(Tensor teacherLogits, int firstPhotograph, Random random)
    {
        var best = teacherLogits[firstPhotograph..].topk(_options.TeacherTop, dim: 1).indexes.contiguous().ToHost().data<long>();
        var chosen = new HashSet<long>(best.Take(_options.Classes));
        var all = (int)teacherLogits.shape[1];
        while (chosen.Count < Math.Min(_options.Classes, all))
        {
            chosen.Add(random.Next(all));
        }

        return tensor(chosen.Order().ToArray());
    }

    /// <summary>[B]</summary>
    private Tensor Weights(int count, int drawn)
    {
        var weights = new float[count];
        weights.AsSpan(0, drawn).Fill((float)_options.IconWeight);
        weights.AsSpan(drawn).Fill((float)_options.PhotographWeight);
        return tensor(weights);
    }
}
