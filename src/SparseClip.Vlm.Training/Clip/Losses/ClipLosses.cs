using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Presets;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The terms that a recipe has.</summary>
internal static class ClipLosses
{
    /// <param name="preset">The recipe.</param>
    /// <param name="teacher">The classifier that is distilled; null where the recipe has no distillation.</param>
    /// <param name="states">The frozen text states; not owned.</param>
    /// <returns>In the order in which they choose at random; the caller disposes of those that need it.</returns>
    public static IReadOnlyList<IClipLoss> Of(ClipPreset preset, ClassTeacher? teacher, IFrozenTextStates states) =>
    [
        new ContrastiveTerm(),
        .. teacher is not null && preset.Distillation is { } distillation ? new[] { new DistillationTerm(distillation, teacher.Names, states) } : [],
        .. preset.NamingWeight > 0 ? new[] { new NamingTerm(preset.NamingWeight) } : [],
        .. preset.Words is { } words ? new[] { new WordTerm(words.Weight) } : [],
    ];
}
