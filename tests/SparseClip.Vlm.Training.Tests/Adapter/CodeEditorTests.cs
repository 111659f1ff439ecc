using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Tests.Adapter;

/// <summary>Two features, a pooled code and two patches: [pooled | patch | patch] x [feature 0, feature 1].</summary>
public class CodeEditorTests
{
    [Fact]
    public void Ablating_takes_a_feature_out_everywhere_and_leaves_the_others() =>
        Assert.Equal([0, 5, 0, 1, 0, 9], Edited([2, 5, 3, 1, 1, 9], codes => CodeEditor.Apply(codes, 2, 0, SteeringOperation.Ablate)));

    [Fact]
    public void Setting_a_feature_that_is_absent_gives_every_patch_the_value() =>
        Assert.Equal([4, 5, 4, 1, 4, 9], Edited([0, 5, 0, 1, 0, 9], codes => CodeEditor.Apply(codes, 2, 0, SteeringOperation.Set, 4, unit: 1)));

    [Fact]
    public void Setting_a_feature_lower_scales_the_patches() =>
        Assert.Equal([1, 5, 1.5f, 1, 0.5f, 9], Edited([2, 5, 3, 1, 1, 9], codes => CodeEditor.Apply(codes, 2, 0, SteeringOperation.Set, 1, unit: 1)));

    [Fact]
    public void Setting_a_feature_higher_raises_the_patches_mean_by_as_much_and_keeps_their_layout() =>
        Assert.Equal([4, 5, 6, 1, 2, 9], Edited([2, 5, 3, 1, 1, 9], codes => CodeEditor.Apply(codes, 2, 0, SteeringOperation.Set, 4, unit: 1)));

    private static float[] Edited(float[] codes, Edit edit)
    {
        edit(codes);
        return codes;
    }

    private delegate void Edit(Span<float> codes);
}
