using System.Globalization;
using SparseClip.Vlm.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Trunks that tell more than the ones they are made of, whose states stay what they were.</summary>
public static class GrownTrunks
{
    private const string KeptPrefix = "kept.";

    /// <summary>A tuned trunk with the published top beside its own. Evaluation mode, nothing trained.</summary>
    /// <param name="tuned">A trunk without a kept top; it stays the caller's.</param>
    /// <param name="published">The weights that it was tuned from.</param>
    /// <param name="from">The first block that the tuning changed: the published blocks from there on stand on the states below it.</param>
    /// <exception cref="ConfigurationException">The trunk has a kept top, or cannot have one that begins there.</exception>
    /// <exception cref="CheckpointException">The published weights do not fit, or the trunk's low part is not theirs.</exception>
    public static EfficientNetLite Keeping(EfficientNetLite tuned, SafetensorsFile published, int from)
    {
        ArgumentNullException.ThrowIfNull(tuned);
        ArgumentNullException.ThrowIfNull(published);
        var config = ConfigOf(tuned) with { KeptFrom = from };
        if ((ConfigOf(tuned).KeptFrom is null ? config.Problem() : "it keeps the published top already") is { } problem)
        {
            throw new ConfigurationException($"The trunk cannot keep its published top: {problem}.");
        }

        using var original = EfficientNetLite.FromPretrained(ConfigOf(tuned), published, tuned.BlockCount + 1, tuned.ImageSize, tuned.StemType);
        CheckLow(tuned, original, published.Path, from);
        var trunk = new EfficientNetLite(config, tuned.ImageSize, tuned.StemType);
        using var noGrad = no_grad();
        var (own, theirs) = (tuned.state_dict(), original.state_dict());
        foreach (var (name, target) in trunk.state_dict())
        {
            target.copy_(name.StartsWith(KeptPrefix, StringComparison.Ordinal) ? theirs[Published(name, from)] : own[name]);
        }

        trunk.SetTrainingFrom(trunk.BlockCount + 1);
        trunk.eval();
        return trunk;
    }

    /// <summary>A trunk that also tells the colours of every patch. Evaluation mode, nothing trained.</summary>
    /// <param name="trunk">A trunk that does not; it stays the caller's.</param>
    /// <exception cref="ConfigurationException">It tells them already.</exception>
    public static EfficientNetLite WithColours(EfficientNetLite trunk)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        var config = ConfigOf(trunk);
        if (config.HasColours)
        {
            throw new ConfigurationException("The trunk tells colours already.");
        }

        var grown = new EfficientNetLite(config with { HasColours = true }, trunk.ImageSize, trunk.StemType);
        using var noGrad = no_grad();
        var values = trunk.state_dict();
        foreach (var (name, target) in grown.state_dict())
        {
            target.copy_(values[name]);
        }

        grown.SetTrainingFrom(grown.BlockCount + 1);
        grown.eval();
        return grown;
    }

    private static EfficientNetLiteConfig ConfigOf(EfficientNetLite trunk) => (EfficientNetLiteConfig)trunk.Config;

    /// <summary>The name that a tensor of the kept top has in the published weights.</summary>
    private static string Published(string name, int from)
    {
        var parts = name[KeptPrefix.Length..].Split('.');
        if (parts[0] == "blocks")
        {
            parts[1] = (int.Parse(parts[1], CultureInfo.InvariantCulture) + from).ToString(CultureInfo.InvariantCulture);
        }

        return string.Join('.', parts);
    }

    /// <summary>The kept top means something on the published low part's states only. Weights are compared as half-precision files keep them.</summary>
    private static void CheckLow(EfficientNetLite tuned, EfficientNetLite original, string path, int from)
    {
        using var scope = NewDisposeScope();
        var (own, theirs) = (tuned.state_dict(), original.state_dict());
        string[] low = ["stem.", .. Enumerable.Range(0, from).Select(block => $"blocks.{block}.")];
        var changed = own.Keys.FirstOrDefault(name => low.Any(part => name.StartsWith(part, StringComparison.Ordinal)) && !own[name].allclose(theirs[name], 2e-3, 1e-4));
        if (changed is not null)
        {
            throw new CheckpointException(
                path, "the tower's trunk has another value there, so these are not the weights that it was tuned from, or it was tuned further down",
                "Give the pretrained weights that the tower was trained from, and the first block that its training changed", changed);
        }
    }
}
