using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>The model, its teacher and its losses on one batch. The trainer knows nothing of them but their names.</summary>
public sealed class ClipTask : IDisposable
{
    private readonly SparseClipModel _model;
    private readonly ClassTeacher? _teacher;
    private readonly IFrozenTextStates _states;
    private readonly ClipPreset _preset;
    private readonly bool _imagesAreFrozen;
    private readonly PictureMemory? _memory;
    private readonly Tensor[] _classStates; // one [classes, width] a prompt template; empty without a teacher

    /// <param name="model">The model in training mode; not owned.</param>
    /// <param name="teacher">The classifier that is distilled; not owned. Null where the preset has no distillation.</param>
    /// <param name="states">The frozen text states; not owned.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="imagesAreFrozen">Whether nothing of the image side is trained.</param>
    public ClipTask(SparseClipModel model, ClassTeacher? teacher, IFrozenTextStates states, ClipPreset preset, bool imagesAreFrozen)
    {
        _imagesAreFrozen = imagesAreFrozen;
        _memory = preset.DistinctBatches is null ? null : new PictureMemory();
        _model = model;
        _teacher = teacher;
        _states = states;
        _preset = preset;
        using var noGrad = no_grad();
        _classStates = teacher is null
            ? []
            : [.. PromptTemplates.ZeroShot.Select(template => states.Pool([.. teacher.Names.Select(name => PromptTemplates.Fill(template, name))]))];
    }

    /// <summary>The losses of a batch, ready for the backward pass.</summary>
    /// <param name="batch">Pictures with captions first, extras last.</param>
    /// <param name="random">Chooses the classes and the template of the distillation.</param>
    /// <returns>Named loss terms and the detached codes; all in the caller's dispose scope.</returns>
    public ClipStep Forward(ClipBatch batch, Random random)
    {
        var captioned = batch.CaptionedCount;
        var (states, logits) = See(batch);
        var images = Codes(states); // [B, D]
        var taught = Teach(batch, logits, random);

        // One pass through the text head, so that its batch statistics see captions and class names alike.
        var labels = _preset.NamingWeight > 0 || batch.Words.Count > 0 ? batch.Labels : [];
        var template = PromptTemplates.ZeroShot[random.Next(PromptTemplates.ZeroShot.Count)];
        string[] lines = [.. batch.Captions, .. labels.Select(CaptionWriter.Plain), .. batch.Words.Select(word => PromptTemplates.Fill(template, word.Word))];
        var lineStates = _states.Pool(lines);
        var texts = _model.text_head.forward(taught is null ? lineStates : cat([lineStates, taught.ClassStates])); // [captioned + labels + words + classes, D]

        var scale = _model.scale.Factor();
        var imageUnits = nn.functional.normalize(images, dim: 1);
        var textUnits = nn.functional.normalize(texts, dim: 1);
        var contrastive = ClipLoss.Compute(imageUnits[..captioned], textUnits[..captioned], scale);
        var distillation = taught is null
            ? zeros([])
            : DistillationLoss.Compute(taught.Logits, imageUnits, textUnits[lines.Length..], scale, Weights(batch, taught.Options));
        var labelUnits = textUnits[captioned..(captioned + labels.Count)];
        var naming = _preset.NamingWeight > 0
            ? NamingLoss.Compute(imageUnits[..captioned], labelUnits, Rows(batch.Items.Take(captioned).Select(item => item.Things), labels), scale).Times(_preset.NamingWeight)
            : zeros([]);
        var words = batch.Words.Count > 0 && _preset.Words is { } said
            ? NamingLoss.Compute(textUnits[(captioned + labels.Count)..lines.Length], labelUnits, Rows(batch.Words.Select(word => word.Labels), labels), scale).Times(said.Weight)
            : zeros([]);
        return new ClipStep(contrastive, distillation, naming, words, scale.detach(), images.detach(), texts.detach()[..captioned]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _memory?.Dispose();
        foreach (var states in _classStates)
        {
            states.Dispose();
        }
    }

    /// <summary>What trunk and teacher make of a batch's pictures, or made of them when they came before.</summary>
    private SeenPictures See(ClipBatch batch)
    {
        if (_memory?.Recall(batch.Number) is { } known)
        {
            return known;
        }

        using var frozen = _imagesAreFrozen ? no_grad() : null;
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        var low = _model.trunk.Stem(_model.Normalize(pixels));
        var seen = new SeenPictures(_model.trunk.Top(low).mean([1]), _preset.Distillation is null ? null : _teacher?.Logits(pixels, low));
        _memory?.Remember(batch.Number, seen);
        return seen;
    }

    /// <summary>The codes of pooled states, without gradient where the image side is frozen.</summary>
    private Tensor Codes(Tensor states)
    {
        using var frozen = _imagesAreFrozen ? no_grad() : null;
        return _model.image_head.forward(states);
    }

    /// <summary>What the teacher says of a batch; null without a teacher.</summary>
    private Lesson? Teach(ClipBatch batch, Tensor? logits, Random random)
    {
        if (logits is null || _preset.Distillation is not { } options)
        {
            return null;
        }

        var classes = ChooseClasses(logits, batch.CaptionedCount - batch.CountOf(ClipItemKind.Photo), options, random);
        var states = _classStates[random.Next(_classStates.Length)];
        return new Lesson(options, logits.index_select(1, classes), states.index_select(0, classes));
    }

    /// <summary>The teacher's best classes for the photographs and extras, filled up with random others. [classes] int64</summary>
    private static Tensor ChooseClasses(Tensor teacherLogits, int firstPhotograph, DistillationOptions options, Random random)
    {
        var best = teacherLogits[firstPhotograph..].topk(options.TeacherTop, dim: 1).indexes.contiguous().ToHost().data<long>();
        var chosen = new HashSet<long>(best.Take(options.Classes));
        var all = (int)teacherLogits.shape[1];
        while (chosen.Count < Math.Min(options.Classes, all))
        {
            chosen.Add(random.Next(all));
        }

        return tensor(chosen.Order().ToArray());
    }

    /// <summary>For each list of labels their places among all.</summary>
    private static IReadOnlyList<int>[] Rows(IEnumerable<IReadOnlyList<string>> lists, IReadOnlyList<string> all)
    {
        var places = all.Select((label, place) => (label, place)).ToDictionary(pair => pair.label, pair => pair.place, StringComparer.Ordinal);
        return [.. lists.Select(labels => (int[])[.. labels.Select(label => places[label])])];
    }

    private static Tensor Weights(ClipBatch batch, DistillationOptions options)
    {
        var icons = batch.CaptionedCount - batch.CountOf(ClipItemKind.Photo);
        var weights = new float[batch.Count];
        weights.AsSpan(0, icons).Fill((float)options.IconWeight);
        weights.AsSpan(icons).Fill((float)options.PhotographWeight);
        return tensor(weights);
    }

    /// <param name="Options">How it is taught.</param>
    /// <param name="Logits">[B, classes] of the chosen classes.</param>
    /// <param name="ClassStates">[classes, width] the frozen text states of their names.</param>
    private sealed record Lesson(DistillationOptions Options, Tensor Logits, Tensor ClassStates);
}

/// <summary>The outcome of a forward pass. Tensors belong to the dispose scope of the step.</summary>
/// <param name="Contrastive">[] with gradient.</param>
/// <param name="Distillation">[] with gradient; 0 without one where there is no teacher.</param>
/// <param name="Naming">[] with gradient, weighted.</param>
/// <param name="Words">[] with gradient, weighted.</param>
/// <param name="Scale">[] without gradient.</param>
/// <param name="Images">[B, D] without gradient.</param>
/// <param name="Captions">[captioned, D] without gradient.</param>
public sealed record ClipStep(Tensor Contrastive, Tensor Distillation, Tensor Naming, Tensor Words, Tensor Scale, Tensor Images, Tensor Captions);
