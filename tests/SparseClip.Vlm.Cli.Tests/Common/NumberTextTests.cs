using System.Globalization;
using SparseClip.Vlm.Cli.Common;

namespace SparseClip.Vlm.Cli.Tests.Common;

public class NumberTextTests
{
    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("-2", -2)]
    [InlineData("1e-3", 0.001)]
    [InlineData(".25", 0.25)]
    public void A_number_is_read_with_a_decimal_point(string text, double value)
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
        CultureInfo.CurrentCulture = comma;
        Assert.True(NumberText.TryParse(text, out double read, out _));
        CultureInfo.CurrentCulture = before;
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("0,5", "write 0.5")]
    [InlineData("1,5", "write 1.5")]
    [InlineData("1,000", "write 1.000 or 1000")]
    [InlineData("1.000,5", "nothing between thousands")]
    [InlineData("NaN", "not finite")]
    [InlineData("Infinity", "not finite")]
    [InlineData("1e999", "not finite")]
    [InlineData("", "no number was given")]
    [InlineData(" ", "no number was given")]
    [InlineData("much", "no number")]
    [InlineData("1 000", "no number")]
    public void What_is_no_real_number_is_told_with_what_to_write(string text, string told)
    {
        Assert.False(NumberText.TryParse(text, out double _, out var problem));
        Assert.Contains(told, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.5", "no whole number")]
    [InlineData("1,000", "write 1000")]
    [InlineData("2,5", "comma")]
    [InlineData("99999999999", "out of it")]
    [InlineData("0x10", "no number")]
    public void What_is_no_whole_number_is_told_likewise(string text, string told)
    {
        Assert.False(NumberText.TryParse(text, out int _, out var problem));
        Assert.Contains(told, problem, StringComparison.Ordinal);
    }
}
