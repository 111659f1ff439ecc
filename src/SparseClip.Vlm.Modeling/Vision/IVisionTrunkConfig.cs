using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// The shape of a vision trunk: everything that is needed to build it before its weights are read. In JSON the record of its kind, told by
/// <c>architecture</c> (see <see cref="VisionTrunks"/>). Immutable.
/// </summary>
[JsonConverter(typeof(VisionTrunkConfigConverter))]
public interface IVisionTrunkConfig
{
    /// <summary>The kind of trunk, such as `vit` or `efficientnet-lite0`.</summary>
    string Architecture { get; }

    /// <summary>What contradicts itself, in the words of configuration files; null if nothing does.</summary>
    string? Problem();

    /// <summary>Why the trunk cannot take squares of some size; null if it can.</summary>
    /// <param name="imageSize">Pixels a side.</param>
    string? SizeProblem(int imageSize);

    /// <summary>The shape for a trunk from nothing that is meant for pictures of another size: learned positions are made for it.</summary>
    /// <param name="imageSize">Pixels a side, one that <see cref="SizeProblem"/> has nothing against.</param>
    IVisionTrunkConfig ForSize(int imageSize);

    /// <summary>A trunk with random weights, everything trained. The caller owns it.</summary>
    /// <param name="imageSize">Pixels a side that it is used with; it accepts others that <see cref="SizeProblem"/> has nothing against.</param>
    IVisionTrunk Create(int imageSize);
}
