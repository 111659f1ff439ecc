using NetVips;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>From whatever colours a file holds to 8-bit sRGB, which is what the towers are trained on.</summary>
internal static class SrgbConversion
{
    /// <summary>The same picture in 8-bit sRGB, with its opacity where it has one: three or four bands.</summary>
    /// <param name="image">An opened picture; it stays the caller's.</param>
    /// <exception cref="PictureException">Its values have no meaning as colours.</exception>
    public static Image Apply(Image image)
    {
        CheckValues(image);
        using var srgb = Convert(image);
        using var eightBit = srgb.Format == Enums.BandFormat.Uchar ? srgb.Copy() : srgb.Cast(Enums.BandFormat.Uchar);

        // A TIFF may have more bands beside opacity, such as masks.
        return eightBit.Bands > 4 ? eightBit.ExtractBand(0, n: 4) : eightBit.Copy();
    }

    private static Image Convert(Image image)
    {
        // A profile that is broken or for another kind of picture is passed over, as browsers do: then the usual space of such pictures is meant.
        var usual = image.Interpretation switch
        {
            Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16 => "srgb",
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => "sgrey",
            Enums.Interpretation.Cmyk => "cmyk",
            _ => null,
        };
        return usual is not null && image.Contains("icc-profile-data")
            ? image.IccTransform("srgb", embedded: true, inputProfile: usual, intent: Enums.Intent.Relative, depth: 8)
            : image.Interpretation == Enums.Interpretation.Srgb ? image.Copy() : image.Colourspace(Enums.Interpretation.Srgb);
    }

    /// <summary>Only these two spaces say what a number that is no byte or 16-bit word stands for; measurements in a TIFF may have any range.</summary>
    private static void CheckValues(Image image)
    {
        if (image.Format is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort)
            && image.Interpretation is not (Enums.Interpretation.Scrgb or Enums.Interpretation.Lab))
        {
            throw new PictureException(
                PictureError.UnsupportedKind, $"The picture's values are of the type {image.Format}, which is not read; save it with 8 or 16 bits a channel.");
        }
    }
}
