using CsCheck;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Data.Tests.Scenes;

public sealed class SceneGeneratorTests
{
    private static readonly Gen<(int Seed, int Count, int Size)> Scenes = Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 5], Gen.Int[48, 160]);

    [Fact]
    public void Boxes_lie_in_the_picture_and_never_overlap() => Scenes.Sample(
        given =>
        {
            var (truth, _) = Draw(given.Seed, given.Count, given.Size);
            Assert.Equal(given.Count, truth.Objects.Count);
            foreach (var thing in truth.Objects)
            {
                Assert.True(thing.Box is { Left: >= 0, Top: >= 0, Right: <= 1, Bottom: <= 1, Width: > 0, Height: > 0 });
            }

            for (var a = 0; a < given.Count; a++)
            {
                for (var b = 0; b < a; b++)
                {
                    Assert.NotNull(truth.Relation(a, b));
                }
            }
        },
        iter: 40);

    [Fact]
    public void Left_and_right_above_and_below_are_each_others_mirror() => Scenes.Sample(
        given =>
        {
            var (truth, _) = Draw(given.Seed, given.Count, given.Size);
            for (var a = 0; a < given.Count; a++)
            {
                for (var b = 0; b < given.Count; b++)
                {
                    if (a != b && truth.Relation(a, b) is { } relation)
                    {
                        var (x, y) = (truth.Objects[a].Box, truth.Objects[b].Box);
                        Assert.True(AreApart(x, relation, y));
                        Assert.Equal(Mirror(relation), truth.Relation(b, a));
                        Assert.True(relation switch
                        {
                            SpatialRelation.LeftOf => x.CentreX < y.CentreX,
                            SpatialRelation.RightOf => x.CentreX > y.CentreX,
                            SpatialRelation.Above => x.CentreY < y.CentreY,
                            _ => x.CentreY > y.CentreY,
                        });
                    }
                }
            }
        },
        iter: 40);

    [Fact]
    public void The_colour_that_is_told_is_the_colour_in_the_box() => Scenes.Sample(
        given =>
        {
            var (truth, picture) = Draw(given.Seed, given.Count, given.Size);
            foreach (var thing in truth.Objects)
            {
                // Ellipses and bars: the centre of the box is the thing itself.
                var (x, y) = ((int)(thing.Box.CentreX * given.Size), (int)(thing.Box.CentreY * given.Size));
                var at = ((y * given.Size) + x) * 3;
                Assert.Equal(thing.Colour, ColourNames.All[ColourNames.Classify(picture[at], picture[at + 1], picture[at + 2])]);
            }
        },
        iter: 40);

    [Fact]
    public void The_same_stream_gives_the_same_bytes() => Scenes.Sample(
        given => Assert.Equal(Draw(given.Seed, given.Count, given.Size).Picture, Draw(given.Seed, given.Count, given.Size).Picture),
        iter: 15);

    [Theory]
    [InlineData(255, 0, 0, "red")]
    [InlineData(200, 30, 40, "red")]
    [InlineData(255, 150, 20, "orange")]
    [InlineData(250, 220, 50, "yellow")]
    [InlineData(40, 160, 60, "green")]
    [InlineData(40, 80, 220, "blue")]
    [InlineData(130, 50, 200, "purple")]
    [InlineData(255, 150, 190, "pink")]
    [InlineData(120, 70, 30, "brown")]
    [InlineData(10, 10, 12, "black")]
    [InlineData(250, 250, 250, "white")]
    [InlineData(140, 140, 145, "gray")]
    public void Basic_colours_have_their_names(int r, int g, int b, string name) => Assert.Equal(name, ColourNames.All[ColourNames.Classify(r, g, b)]);

    private static bool AreApart(SceneBox x, SpatialRelation relation, SceneBox y) => relation switch
    {
        SpatialRelation.LeftOf => x.Right <= y.Left,
        SpatialRelation.RightOf => x.Left >= y.Right,
        SpatialRelation.Above => x.Bottom <= y.Top,
        _ => x.Top >= y.Bottom,
    };

    private static SpatialRelation Mirror(SpatialRelation relation) => relation switch
    {
        SpatialRelation.LeftOf => SpatialRelation.RightOf,
        SpatialRelation.RightOf => SpatialRelation.LeftOf,
        SpatialRelation.Above => SpatialRelation.Below,
        _ => SpatialRelation.Above,
    };

    private static (SceneTruth Truth, byte[] Picture) Draw(int seed, int count, int size)
    {
        var sprites = Enumerable.Range(0, count)
            .Select(i => new SceneSprite($"thing {i}", SpriteCache.Decode(TinyDataFolder.Icon(seed + i), hasOpacity: true), true)).ToList();
        var picture = new byte[size * size * 3];
        var backdrop = new Backdrop(0, _ => throw new InvalidOperationException("There are no photographs."));
        var truth = new SceneGenerator(size, backdrop, outlineChance: 0).Draw(sprites, picture, new SeededRandom(seed));
        return (truth, picture);
    }
}
