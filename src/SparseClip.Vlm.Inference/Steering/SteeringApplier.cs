using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Inference.Steering;

/// <summary>
/// Carries out a steering plan on a picture's codes before they reach the adapter (Sparse CLIP, section 4): all of it or none. Codes are
/// immutable, so the picture's own stay as they are. Thread-safe.
/// </summary>
/// <param name="features">The features of the tower that made the codes, by id. [D]</param>
public sealed class SteeringApplier(IReadOnlyList<Feature> features)
{
    /// <summary>Applies a plan.</summary>
    /// <param name="code">The picture's codes.</param>
    /// <param name="plan">The edits; an empty plan returns <paramref name="code"/> itself.</param>
    /// <param name="square">Where the square that the tower saw lies in the picture; regions go through it to the patches.</param>
    /// <returns>The edited codes and, edit by edit in the plan's order, what was done.</returns>
    /// <exception cref="SteeringException">An edit names a feature that this tower does not have, or its value leaves the range of float.</exception>
    public SteeringResult Apply(ImageCode code, SteeringPlan plan, SquareMapping square)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.IsEmpty)
        {
            return new SteeringResult(code, []);
        }

        Check(code, plan);
        var applied = new List<AppliedEdit>(plan.Edits.Count);
        var edited = new SortedDictionary<int, FeatureStrip>();
        foreach (var edit in plan.Edits)
        {
            var feature = features[edit.Feature.Value];
            if (!edited.TryGetValue(edit.Feature.Value, out var strip))
            {
                edited[edit.Feature.Value] = strip = Read(code, edit.Feature.Value);
            }

            var coverage = edit.Region is { } region ? Coverage(region, square, code) : null;
            var reason = FeatureEditor.Apply(strip, edit, feature, coverage, plan.Clamp);
            applied.Add(new AppliedEdit(
                edit.Feature,
                feature.Name,
                edit.Operation,
                edit.Operation == SteeringOperation.Ablate ? null : edit.Held?.Asked ?? edit.Value,
                feature.Maximum > 0 ? strip.Pooled / feature.Maximum : 0f,
                reason ?? edit.Held?.Reason));
        }

        return new SteeringResult(Write(code, edited), applied);
    }

    private void Check(ImageCode code, SteeringPlan plan)
    {
        if (code.Pooled.Dimension != features.Count)
        {
            throw new ArgumentException($"The code has {code.Pooled.Dimension} features, the feature index {features.Count}.", nameof(code));
        }

        foreach (var edit in plan.Edits)
        {
            SteeringRules.CheckFeature(edit.Feature.Value, features.Count);
        }
    }

    private static FeatureStrip Read(ImageCode code, int feature) =>
        new(code.Pooled[feature], [.. code.Patches.Select(patch => patch[feature])]);

    private static float[] Coverage(PictureRegion region, SquareMapping square, ImageCode code)
    {
        var shares = square.PatchCoverage(region.X0, region.Y0, region.X1, region.Y1, code.GridWidth);
        return code.GridHeight == code.GridWidth
            ? shares
            : throw new NotSupportedException($"Regions need a square grid of patches, not {code.GridHeight} x {code.GridWidth}.");
    }

    private static ImageCode Write(ImageCode code, SortedDictionary<int, FeatureStrip> edited) => new(
        CodeMerger.Merge(code.Pooled, edited, strip => strip.Pooled),
        [.. code.Patches.Select((patch, at) => CodeMerger.Merge(patch, edited, strip => strip.Patches[at]))],
        code.GridHeight,
        code.GridWidth);
}
