using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Measures a tower on scenes of two things: whether both are found among the labels, whether each is named from its box, and whether the heat map of
/// a thing's named feature lies on it. The named feature of a label in a picture is the one that contributes most to their cosine.
/// </summary>
public static class SceneEvaluator
{
    /// <summary>Evaluates scenes 0..count-1, one at a time.</summary>
    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="classifier">The classes; every thing's label is one of them.</param>
    /// <param name="scenes">The scenes, of the tower's input size.</param>
    /// <param name="count">How many.</param>
    /// <param name="concepts">Whose heat maps are looked at as well; null for none.</param>
    /// <param name="report">Called with the number of scenes done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between scenes.</param>
    public static SceneScore Evaluate(
        SparseClipModel model, ZeroShotClassifier classifier, DrawnScenes scenes, int count, ConceptTable? concepts, Action<int>? report, CancellationToken cancellationToken)
    {
        using var images = new SparseImageEncoder(model);
        var place = classifier.Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => (long)pair.index);
        var picture = new byte[scenes.Size * scenes.Size * 3];
        int both = 0, bothOfWindows = 0, first = 0, pointed = 0, massed = 0, boxed = 0, mapped = 0, conceptsMapped = 0, conceptsPointed = 0;
        var grid = model.trunk.GridSide(scenes.Size);
        var windows = PictureWindows.Weights(grid);
        long active = 0;
        for (var number = 0; number < count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var things = scenes.DrawTwo(number, picture).Objects;
            var pixels = tensor(picture, [1, scenes.Size, scenes.Size, 3], ScalarType.Byte);
            var code = images.Pooled(pixels);
            active += code.IsAbove(0).sum().item<long>();
            var nearest = classifier.Nearest(code, 5)[0];
            both += things.All(thing => nearest.Contains(place[thing.Label])) ? 1 : 0;
            first += things.Any(thing => nearest[0] == place[thing.Label]) ? 1 : 0;
            float[][] weights = [.. things.Select(thing => HeatMapScore.Weights(grid, thing.Box)), .. windows];
            var regions = images.Regions(pixels, tensor([.. weights.SelectMany(region => region)], [weights.Length, grid * grid]));
            var named = classifier.Nearest(regions[..things.Count], 1);
            var nearestOfWindows = classifier.NearestToAny(regions[things.Count..], 5);
            bothOfWindows += things.All(thing => nearestOfWindows.Contains(place[thing.Label])) ? 1 : 0;
            var whole = concepts is null ? null : images.Encode(picture, 1, cancellationToken)[0];
            for (var i = 0; i < things.Count; i++)
            {
                boxed += named[i][0] == place[things[i].Label] ? 1 : 0;
                if (concepts?.Find(things[i].Label) is { } concept)
                {
                    conceptsMapped++;
                    conceptsPointed += HeatMapScore.PeakLiesIn(concepts.Map(concept, whole!), grid, things[i].Box) ? 1 : 0;
                }

                if (classifier.StrongestFeature(code, place[things[i].Label]) is { } feature)
                {
                    var map = images.HeatMaps(picture, [feature]);
                    mapped++;
                    pointed += HeatMapScore.PeakLiesIn(map, grid, things[i].Box) ? 1 : 0;
                    massed += HeatMapScore.MassIn(map, grid, things[i].Box) > HeatMapScore.MassIn(map, grid, things[1 - i].Box) ? 1 : 0;
                }
            }

            report?.Invoke(number + 1);
        }

        var all = 2.0 * count;
        return new SceneScore(
            both / (double)count, bothOfWindows / (double)count, first / (double)count, pointed / all, massed / all, boxed / all, mapped / all, active / ((double)count * images.Dimension), classifier.Labels.Count, count, grid)
        { ConceptPointing = conceptsMapped == 0 ? null : conceptsPointed / (double)conceptsMapped, ConceptsMapped = conceptsMapped / all };
    }
}
