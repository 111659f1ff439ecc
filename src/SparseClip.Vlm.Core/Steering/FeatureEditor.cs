using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Steering;

/// <summary>
/// The arithmetic of one edit on one feature, where a picture is steered and where the adapter is trained to follow steering.
/// </summary>
/// <remarks>
/// The head is linear before its ReLU, and a pooled pre-activation is the mean of the patches'. The rules keep to that identity:
/// <list type="bullet">
/// <item>Ablate and scale multiply the pooled and every patch value alike.</item>
/// <item>Add moves the pooled value and every patch value by the same amount, as a change of the feature's bias does.</item>
/// <item>Set moves the pooled value to v. Where the picture shows the feature (pooled value p above 0), the patches keep their layout: on the
/// way down they are scaled by v / p, on the way up their mean rises by v - p. Where it does not, every patch gets v.</item>
/// <item>In a region, every operation is carried out literally on the patches it covers (a patch that is covered in part goes that part of the
/// way), and the pooled value changes by the mean change of the patches, not below zero.</item>
/// </list>
/// Clamping holds the pooled value at SafeMaximum x Maximum and a patch value at SafeMaximum x PatchMaximum, or at what the picture itself has
/// where that is more.
/// </remarks>
public static class FeatureEditor
{
    /// <summary>Edits the strip in place.</summary>
    /// <param name="strip">The feature's values.</param>
    /// <param name="edit">What to do.</param>
    /// <param name="feature">Its unit and safe range.</param>
    /// <param name="coverage">The share of each patch that the edit's region covers, 0..1; null for the whole picture.</param>
    /// <param name="clamp">Whether to hold values within the safe range.</param>
    /// <returns>Why the effect is not the one asked for; null when it is.</returns>
    /// <exception cref="SteeringException">A value leaves the range of float.</exception>
    public static string? Apply(FeatureStrip strip, SteeringEdit edit, Feature feature, float[]? coverage, bool clamp)
    {
        ArgumentNullException.ThrowIfNull(strip);
        ArgumentNullException.ThrowIfNull(edit);
        ArgumentNullException.ThrowIfNull(feature);
        var limits = clamp ? Limits.Of(feature, strip) : Limits.None;
        var reason = coverage is null
            ? ApplyEverywhere(strip, edit, feature, limits)
            : ApplyToRegion(strip, edit, feature, coverage, limits);
        if (!float.IsFinite(strip.Pooled) || !Array.TrueForAll(strip.Patches, float.IsFinite))
        {
            throw new SteeringException(
                SteeringError.InvalidValue,
                $"'{edit.Operation}' by {edit.Value} takes feature {edit.Feature} ('{feature.Name}') out of the range of numbers; give a smaller value.");
        }

        return reason;
    }

    /// <summary>Edits the whole picture without a limit, as the adapter's training does.</summary>
    /// <param name="strip">The feature's values; edited in place.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="value">The operation's value; 0 for ablate.</param>
    /// <param name="unit">The feature's observed maximum, the unit of set and add.</param>
    public static void Apply(FeatureStrip strip, SteeringOperation operation, float value, float unit)
    {
        ArgumentNullException.ThrowIfNull(strip);
        Move(strip, operation, value, unit, Moved(strip.Pooled, operation, value, unit), Limits.None);
    }

    private static string? ApplyEverywhere(FeatureStrip strip, SteeringEdit edit, Feature feature, Limits limits)
    {
        var before = strip.Pooled;
        var target = Moved(before, edit.Operation, edit.Value, feature.Maximum);
        var (pooled, reason) = limits.HoldPooled(target, feature);
        Move(strip, edit.Operation, edit.Value, feature.Maximum, pooled, limits);
        var isBelowZero = edit.Operation == SteeringOperation.Add && before + (edit.Value * feature.Maximum) < 0;
        return Unit(edit, feature) ?? reason ?? (isBelowZero ? "held at zero" : null);
    }

    /// <summary>Moves the pooled value to where it is to be, and the patches after it.</summary>
    private static void Move(FeatureStrip strip, SteeringOperation operation, float value, float unit, float pooled, Limits limits)
    {
        var before = strip.Pooled;
        strip.Pooled = pooled;
        Func<float, float> move = operation switch
        {
            SteeringOperation.Set when before <= 0 => _ => pooled,
            SteeringOperation.Set when pooled <= before => patch => patch * (pooled / before),
            SteeringOperation.Set => Raise(strip.PatchMean(), pooled - before),
            _ => patch => Moved(patch, operation, value, unit),
        };
        for (var i = 0; i < strip.Patches.Length; i++)
        {
            strip.Patches[i] = limits.HoldPatch(move(strip.Patches[i]));
        }
    }

    private static Func<float, float> Raise(double mean, float by) =>
        mean > 0 ? value => (float)(value * ((mean + by) / mean)) : value => value + by;

    private static string? ApplyToRegion(FeatureStrip strip, SteeringEdit edit, Feature feature, float[] coverage, Limits limits)
    {
        if (!Array.Exists(coverage, share => share > 0))
        {
            return "the region lies outside of the square that the model sees";
        }

        var before = strip.PatchMean();
        for (var i = 0; i < coverage.Length; i++)
        {
            var value = strip.Patches[i];
            strip.Patches[i] = limits.HoldPatch(value + (coverage[i] * (Moved(value, edit.Operation, edit.Value, feature.Maximum) - value)));
        }

        var target = Math.Max(0f, (float)(strip.Pooled + (strip.PatchMean() - before)));
        var (pooled, reason) = limits.HoldPooled(target, feature);
        strip.Pooled = pooled;
        return Unit(edit, feature) ?? reason;
    }

    private static float Moved(float before, SteeringOperation operation, float value, float unit) => operation switch
    {
        SteeringOperation.Ablate => 0f,
        SteeringOperation.Set => value * unit,
        SteeringOperation.Scale => before * value,
        SteeringOperation.Add => Math.Max(0f, before + (value * unit)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation."),
    };

    private static string? Unit(SteeringEdit edit, Feature feature) =>
        feature.Maximum <= 0 && edit.Operation is SteeringOperation.Set or SteeringOperation.Add && edit.Value != 0
            ? "no calibration picture has the feature, so its unit is 0"
            : null;

    /// <summary>The highest values an edit may reach.</summary>
    private readonly record struct Limits(float Pooled, float Patch)
    {
        public static Limits None { get; } = new(float.PositiveInfinity, float.PositiveInfinity);

        public static Limits Of(Feature feature, FeatureStrip strip) => new(
            Math.Max(strip.Pooled, feature.SafeMaximum * feature.Maximum),
            Math.Max(strip.Patches.Max(), feature.SafeMaximum * Math.Max(feature.Maximum, feature.PatchMaximum)));

        public (float Value, string? Reason) HoldPooled(float value, Feature feature) => value <= Pooled
            ? (value, null)
            : (Pooled, $"clamped to the safe range, at most {feature.SafeMaximum:0.##} times the feature's maximum");

        public float HoldPatch(float value) => Math.Min(value, Patch);
    }
}
