using TorchSharp;
using TorchSharp.Modules;
using SparseClip.Vlm.Modeling.Sparsity;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>The text side of a study: the perceptron of <see cref="SparseClip.Vlm.Modeling.Text.TextHead"/> below a <see cref="StudyHead"/>.</summary>
public sealed class StudyTextTower : nn.Module<Tensor, Tensor>
{
    public readonly StateNorm norm;
    public readonly Linear widen;
    public readonly Linear narrow;
    public readonly Linear skip;
    public readonly StudyHead head;

    /// <param name="width">Width of a pooled state.</param>
    /// <param name="preset">The widths of the perceptron.</param>
    /// <param name="config">The variant of the projection.</param>
    /// <param name="matmulType">The type of the projection's products.</param>
    public StudyTextTower(long width, StudyPreset preset, StudyConfig config, ScalarType matmulType)
        : base(nameof(StudyTextTower))
    {
        norm = new StateNorm(width);
        widen = nn.Linear(width, preset.TextHidden);
        narrow = nn.Linear(preset.TextHidden, preset.TextWidth);
        skip = nn.Linear(width, preset.TextWidth, hasBias: false);
        head = new StudyHead(preset.TextWidth, config, matmulType);
        RegisterComponents();
    }

    /// <summary>Codes of pooled states. [N, width] -> [N, D]</summary>
    public override Tensor forward(Tensor states) => head.forward(Narrowed(states));

    /// <summary>What enters the projection. [N, width] -> [N, TextWidth]</summary>
    public Tensor Narrowed(Tensor states)
    {
        var x = norm.forward(states);
        return narrow.forward(nn.functional.gelu(widen.forward(x))).Plus(skip.forward(x));
    }
}
