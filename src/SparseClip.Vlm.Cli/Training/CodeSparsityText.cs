using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>How sparse codes were and are, for people.</summary>
internal static class CodeSparsityText
{
    public static string Of(CodeSparsity before, CodeSparsity after) =>
        $"L0 of drawn ones {before.Drawn:P2} -> {after.Drawn:P2}, of photographs {before.Photographs:P2} -> {after.Photographs:P2}, of captions {before.Captions:P2} -> {after.Captions:P2}; "
        + $"active in a photograph {before.InPhotographs:P1} -> {after.InPhotographs:P1} of the features";
}
