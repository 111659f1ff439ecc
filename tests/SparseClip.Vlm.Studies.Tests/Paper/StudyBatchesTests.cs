using SparseClip.Vlm.Studies.Paper;
using SparseClip.Vlm.Training;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Tests.Paper;

public sealed class StudyBatchesTests
{
    [Fact]
    public void No_label_and_no_caption_comes_twice_and_a_step_always_has_the_same_rows()
    {
        using var set = Set([(["dog"], "a pet"), (["cat"], "a pet"), (["cat", "dog"], "both"), (["car"], "a car"), (["tree"], "a tree")]);
        var batches = new StudyBatches(set, 3, seed: 1);

        foreach (var step in Enumerable.Range(0, 50))
        {
            var pictures = batches.Rows(step).Select(row => set.Pictures[(int)row]).ToArray();

            Assert.Equal(3, pictures.Length);
            Assert.Distinct(pictures.SelectMany(picture => picture.Labels));
            Assert.Distinct(pictures.Select(picture => picture.Caption));
            Assert.Equal(batches.Rows(step), new StudyBatches(set, 3, seed: 1).Rows(step));
        }
    }

    [Fact]
    public void Too_few_labels_are_an_error_and_no_endless_search()
    {
        using var set = Set([(["dog"], "a dog"), (["dog"], "the dog")]);

        Assert.Contains("labels", Assert.Throws<TrainingException>(() => new StudyBatches(set, 2, 1).Rows(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_comes_back_from_its_file()
    {
        using var set = Set([(["dog"], "a dog"), (["cat", "car"], "a cat and a car")]);
        var folder = Directory.CreateTempSubdirectory("sparseclip-set-");
        var path = System.IO.Path.Combine(folder.FullName, "set.safetensors");

        set.Save(path);
        using var read = StudySet.Load(path);

        Assert.Equal(["cat", "car"], read.Pictures[1].Labels);
        Assert.True(read.Pooled.allclose(set.Pooled));
        folder.Delete(recursive: true);
    }

    private static StudySet Set((string[] Labels, string Caption)[] pictures) => new(
        [.. pictures.Select(picture => new StudyPicture(picture.Labels, picture.Caption, "icon", "noto"))],
        rand(pictures.Length, 4).to_type(ScalarType.Float16), rand(pictures.Length, 3).to_type(ScalarType.Float16), zeros(1, ScalarType.Byte));
}
