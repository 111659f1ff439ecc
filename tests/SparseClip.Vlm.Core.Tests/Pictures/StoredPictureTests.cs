using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Core.Pictures;

namespace SparseClip.Vlm.Core.Tests.Pictures;

public class StoredPictureTests
{
    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 0)]
    public void A_picture_that_was_there_already_took_no_time(bool cached, double milliseconds)
    {
        var code = new ImageCode(SparseCode.FromDense([1f]), [SparseCode.FromDense([1f])], 1, 1);
        var seen = new SeenPicture("id", default, default, 1, code, EncodeMilliseconds: 12);
        Assert.Equal(milliseconds, new StoredPicture(seen, cached).VisionMilliseconds);
    }
}
