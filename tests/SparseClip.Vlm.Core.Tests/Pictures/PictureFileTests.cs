using SparseClip.Vlm.Core.Pictures;

namespace SparseClip.Vlm.Core.Tests.Pictures;

public sealed class PictureFileTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1

    [Fact]
    public void The_same_bytes_are_the_same_picture()
    {
        Assert.Equal(Abc, new PictureFile("abc"u8.ToArray()).Id);
        Assert.NotEqual(Abc, new PictureFile("abd"u8.ToArray()).Id);
    }

    [Fact]
    public void An_id_is_64_lower_case_hexadecimal_digits()
    {
        Assert.True(PictureFile.IsId(Abc));
        string[] others = ["", "x", Abc[..63], Abc + "0", Abc.ToUpperInvariant(), "../" + Abc[3..], Abc[..63] + "g", Abc[..63] + "/"];
        Assert.All(others, text => Assert.False(PictureFile.IsId(text)));
    }
}
