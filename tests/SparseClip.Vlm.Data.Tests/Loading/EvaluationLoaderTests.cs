using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;


namespace SparseClip.Vlm.Data.Tests.Loading;

public sealed class EvaluationLoaderTests
{
    [Fact]
    public void Every_picture_comes_once_in_order_and_unreadable_ones_are_listed()
    {
        using var folder = new TinyDataFolder(withDamage: true);
        using var set = LabelledSet.Open(folder.Path, filter: p => p.Entry?.Kind == "photo", cancellationToken: TestContext.Current.CancellationToken);
        var loader = new EvaluationLoader(set, 32);
        var batches = loader.Batches(16, TestContext.Current.CancellationToken).ToList();

        Assert.Equal([15, 16, 8], batches.Select(b => b.Count));
        Assert.All(batches, b => Assert.Equal(b.Count * 32 * 32 * 3, b.Pixels.Length));
        Assert.Equal(set.Pictures.Where(p => !p.Name.StartsWith("snaps-0003", StringComparison.Ordinal)), batches.SelectMany(b => b.Pictures));
        Assert.StartsWith("snaps-0003", Assert.Single(loader.Skipped));
    }

    [Fact]
    public void An_icon_stands_on_white_at_nine_tenths()
    {
        // What is visible of the icon is a green bar of 25 x 18 px; its longer side fills 79 of 88 columns.
        var square = EvaluationLoader.ToSquare(TinyDataFolder.Icon(1), 88);

        Assert.Equal([255, 255, 255], square[..3]);
        foreach (var x in new[] { 12, 44, 75 })
        {
            Assert.Equal(((byte)30, (byte)160, (byte)40), At(square, 88, x, 44));
        }

        foreach (var x in new[] { 1, 86 })
        {
            Assert.Equal(((byte)255, (byte)255, (byte)255), At(square, 88, x, 44));
        }
    }

    private static (byte R, byte G, byte B) At(byte[] square, int size, int x, int y) =>
        (square[((y * size) + x) * 3], square[(((y * size) + x) * 3) + 1], square[(((y * size) + x) * 3) + 2]);
}
