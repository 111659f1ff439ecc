using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Evaluation.Tests;

public sealed class DrawnPictureTests
{
    [Fact]
    public void What_is_drawn_is_what_is_decoded()
    {
        var pixels = Enumerable.Range(0, 8 * 8 * 3).Select(i => (byte)(i * 5)).ToArray();

        var decoded = ImageDecoder.Decode(DrawnPicture.Of(pixels, 8).Bytes);

        Assert.Equal((8, 8), (decoded.Width, decoded.Height));
        Assert.Equal(pixels, decoded.Pixels);
    }
}
