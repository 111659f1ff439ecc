using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Training.Tests.Features;

public class NameTrialTests
{
    private static readonly Gen<(int Value, int Truth)[]> s_pictures = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2]).Array[2, 40];

    [Fact]
    public void The_area_of_a_feature_is_that_of_all_pairs_of_pictures_that_are_known() => s_pictures.Sample(pictures =>
    {
        var known = pictures.Where(picture => picture.Truth != 2).ToArray();
        var tried = Trial(pictures, 0).Separates(0, 0);
        if (known.All(picture => picture.Truth == 1) || known.All(picture => picture.Truth == 0))
        {
            return tried is null;
        }

        return tried is { } area && Math.Abs(area.Area - AreaUnderCurve.Of(known.Select(picture => ((float)picture.Value, picture.Truth == 1)))) < 1e-5
            && area.Pictures == known.Count(picture => picture.Truth == 1) && area.Others == known.Count(picture => picture.Truth == 0);
    });

    [Fact]
    public void The_area_of_a_word_is_that_of_telling_active_pictures_by_it() => s_pictures.Sample(pictures =>
    {
        var known = pictures.Where(picture => picture.Truth != 2).ToArray();
        var tried = Trial(pictures, 0.5f).Explains(0, 0);
        // Two of four or more is active: half of the reference.
        if (known.All(picture => picture.Value >= 2) || known.All(picture => picture.Value < 2))
        {
            return tried is null;
        }

        return tried is { } area && Math.Abs(area.Area - AreaUnderCurve.Of(known.Select(picture => ((float)picture.Truth, picture.Value >= 2)))) < 1e-5
            && area.Pictures == known.Count(picture => picture.Value >= 2) && area.Others == known.Count(picture => picture.Value < 2);
    });

    [Fact]
    public void A_word_that_nothing_shows_cannot_be_tried() => Assert.Null(Trial([(1, 0), (0, 0)], 0).Separates(0, 0));

    private static NameTrial Trial((int Value, int Truth)[] pictures, float leastActive)
    {
        var codes = pictures.Select(picture => picture.Value > 0 ? SparseCode.FromSorted(1, [0], [picture.Value]) : SparseCode.FromSorted(1, [], [])).ToArray();
        var truth = pictures.Select(picture => ((IReadOnlySet<int>)(picture.Truth == 1 ? new HashSet<int> { 0 } : []), (IReadOnlySet<int>)(picture.Truth == 2 ? new HashSet<int> { 0 } : []))).ToArray();
        return new NameTrial(new FeatureActivations(1, codes), new WordPictures(1, truth), leastActive, [4f]);
    }
}
