using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Tests.Naming;

public class ObservedActivationsTests
{
    [Fact]
    public void Pictures_show_the_maxima_of_pooled_and_patch_codes_and_the_share_of_pictures()
    {
        var observed = new ObservedActivations(2);
        observed.Add(new ImageCode(SparseCode.FromDense([1f, 0f]), [SparseCode.FromDense([5f, 0.5f])], 1, 1));
        observed.Add(new ImageCode(SparseCode.FromDense([0.5f, 0f]), [SparseCode.FromDense([2f, 0f])], 1, 1));
        Assert.Equal((1f, 5f, 1f), (observed.Maximum(0), observed.PatchMaximum(0), observed.Density(0)));
        Assert.Equal((0f, 0.5f, 0f), (observed.Maximum(1), observed.PatchMaximum(1), observed.Density(1)));
    }
}
