using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Training.Tests.Features;

public sealed class ExemplarBuilderTests : IDisposable
{
    private readonly TinyDataFolder _data = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Icons_that_have_most_of_a_feature_show_it_and_photographs_never_do()
    {
        using var set = LabelledSet.Open(_data.Path, cancellationToken: TestContext.Current.CancellationToken);
        // Feature 0 grows along the set; only photographs have feature 1; feature 2 is that of every picture of one thing.
        var pictures = set.Pictures.Index().Where(picture => picture.Item.Entry!.Kind != "background").Select(picture => Encoded(picture.Item, picture.Index)).ToList();

        var count = new ExemplarBuilder(set, pictures).Write(Path, 4, null, null, TestContext.Current.CancellationToken);

        using var file = ExemplarFile.Open(Path, 4);
        var drawn = pictures.Where(picture => picture.Picture.Entry!.Kind == "icon").ToList();
        Assert.Equal(drawn.OrderByDescending(picture => picture.Code[0]).Take(9).Select(picture => picture.Picture.Entry!.Key), file.OfFeature(0).Select(number => file[number].Key));
        Assert.Empty(file.OfFeature(1));
        Assert.Equal(drawn.Where(picture => picture.Label == "thingab").Select(picture => picture.Picture.Entry!.Key).Order(), file.OfFeature(2).Select(number => file[number].Key).Order());
        Assert.Empty(file.OfFeature(3));
        Assert.Equal((file.Count, new FileInfo(Path).Length, 2, 0), (count.Pictures, count.Bytes, count.Features, count.Concepts));
        Assert.All(Enumerable.Range(0, file.Count), number => Assert.Equal("RIFF"u8.ToArray(), file.Read(number)[..4]));
    }

    [Fact]
    public void Verified_concepts_have_exemplars_and_a_picture_is_there_once()
    {
        using var set = LabelledSet.Open(_data.Path, cancellationToken: TestContext.Current.CancellationToken);
        var pictures = set.Pictures.Index().Where(picture => picture.Item.Entry!.Kind == "icon").Select(picture => Encoded(picture.Item, picture.Index)).ToList();
        var evidence = new ConceptEvidence(0.95f, 5, 50);
        var table = new ConceptTable(
        [
            new Concept("thing", SparseCode.FromSorted(4, [2], [20f]), -1, 0.01f) { Evidence = evidence },
            new Concept("unproven", SparseCode.FromSorted(4, [2], [20f]), -1, 0.01f),
        ], null);

        var count = new ExemplarBuilder(set, pictures).Write(Path, 4, table, null, TestContext.Current.CancellationToken);

        using var file = ExemplarFile.Open(Path, 4);
        Assert.Equal(file.OfFeature(2).Order(), file.OfConcept("thing").Order());
        Assert.NotEmpty(file.OfConcept("thing"));
        Assert.Empty(file.OfConcept("unproven"));
        Assert.Equal(1, count.Concepts);
        Assert.Equal(file.Count, Enumerable.Range(0, file.Count).Select(number => file[number].Key).Distinct().Count());
    }

    [Fact]
    public void No_more_bytes_are_taken_than_there_are_and_the_best_come_first()
    {
        using var set = LabelledSet.Open(_data.Path, cancellationToken: TestContext.Current.CancellationToken);
        var pictures = set.Pictures.Index().Where(picture => picture.Item.Entry!.Kind == "icon").Select(picture => Encoded(picture.Item, picture.Index)).ToList();
        var all = new ExemplarBuilder(set, pictures).Write(Path, 4, null, null, TestContext.Current.CancellationToken);

        var few = new ExemplarBuilder(set, pictures, new ExemplarOptions { MostBytes = 2000 }).Write(Path, 4, null, null, TestContext.Current.CancellationToken);

        Assert.InRange(few.Pictures, 1, all.Pictures - 1);
        using var file = ExemplarFile.Open(Path, 4);
        Assert.InRange(Enumerable.Range(0, file.Count).Sum(number => file.Read(number).Length), 1, 2000);
        Assert.Equal(pictures.MaxBy(picture => picture.Code[0])!.Picture.Entry!.Key, file[file.OfFeature(0)[0]].Key);
    }

    [Fact]
    public void Of_one_thing_by_one_hand_there_is_one_picture_and_no_licence_without_leave_is_passed_on()
    {
        using var set = LabelledSet.Open(_data.Path, cancellationToken: TestContext.Current.CancellationToken);
        var noto = set.Pictures.First(picture => picture.Entry is { Source: "noto" });
        EncodedPicture[] pictures =
        [
            new(noto, SparseCode.FromSorted(4, [0], [3f])), new(noto with { Entry = noto.Entry! with { Key = "twin" } }, SparseCode.FromSorted(4, [0], [2f])),
            new(noto with { Entry = noto.Entry! with { Key = "kept-back", Artist = "another", License = "CC-BY-ND-4.0" } }, SparseCode.FromSorted(4, [0], [4f])),
        ];

        new ExemplarBuilder(set, pictures).Write(Path, 4, null, null, TestContext.Current.CancellationToken);

        using var file = ExemplarFile.Open(Path, 4);
        Assert.Equal(noto.Entry.Key, file[Assert.Single(file.OfFeature(0))].Key);
    }

    private string Path => _folder.File("exemplars.bin");

    private static EncodedPicture Encoded(LabelledPicture picture, int place)
    {
        var values = new SortedDictionary<int, float> { [0] = 1 + (place / 100f) };
        if (picture.Entry!.Kind == "photo")
        {
            values[1] = 1;
        }

        if (picture.Label == "thingab")
        {
            values[2] = 1;
        }

        return new EncodedPicture(picture, SparseCode.FromSorted(4, [.. values.Keys], [.. values.Values]));
    }
}
