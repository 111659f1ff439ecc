using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Clip;

/// <summary>Imported models against what transformers and OpenCLIP answer for the same weights; tests/fixtures/clip says how they were cut.</summary>
public sealed class ClipParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Folders => ["hugging-face", "open-clip"];

    private static string[] Texts { get; } = [.. ClipTokenizerTests.Cases(16).Select(c => c.Text)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Embeddings_of_pictures_and_texts_agree(string folder)
    {
        using var scope = NewDisposeScope();
        using var expected = SafetensorsFile.Open(RepositoryFiles.Fixture("clip", folder, "expected.safetensors"));
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", folder));
        var (images, texts) = (clip.Model.EmbedImages(expected.Load("pixel_values")), clip.EmbedTexts(Texts, TestContext.Current.CancellationToken));
        Assert.True(images.allclose(expected.Load("image_embeds"), 0, Tolerance));
        Assert.True(texts.allclose(expected.Load("text_embeds"), 0, Tolerance));
    }

    [Fact]
    public void Logits_agree()
    {
        using var scope = NewDisposeScope();
        using var expected = SafetensorsFile.Open(RepositoryFiles.Fixture("clip", "hugging-face", "expected.safetensors"));
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", "hugging-face"));
        var cosines = clip.Model.EmbedImages(expected.Load("pixel_values")).matmul(clip.EmbedTexts(Texts, TestContext.Current.CancellationToken).t());
        Assert.True((cosines * clip.Model.LogitScale).allclose(expected.Load("logits_per_image"), 0, Tolerance));

        using var other = SafetensorsFile.Open(RepositoryFiles.Fixture("clip", "open-clip", "expected.safetensors"));
        using var open = ImportedClip.Import(RepositoryFiles.Fixture("clip", "open-clip"));
        Assert.Equal(other.LoadFloats("logit_scale")[0], open.Model.LogitScale, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Preprocessing_agrees(string folder)
    {
        using var expected = SafetensorsFile.Open(RepositoryFiles.Fixture("clip", folder, "expected.safetensors"));
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", folder));
        var pictures = new[] { "0.png", "1.png" }.Select(name => ImageDecoder.Decode(File.ReadAllBytes(RepositoryFiles.Fixture("imaging", name)))).ToArray();
        var (values, wanted) = (clip.Preprocessor.ToTensorData(pictures), expected.LoadFloats("pixel_values"));
        Assert.Equal(wanted.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var levels = Math.Abs(values[i] - wanted[i]) * PublishedNormalization.Clip.Std[i / 4096 % 3];
            Assert.True(levels <= 2, $"value {i} is off by {levels} of 255");
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void What_is_saved_answers_the_same(string folder)
    {
        using var scope = NewDisposeScope();
        using var temporary = new TemporaryFolder();
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", folder));
        clip.Save(temporary.File("clip.safetensors"));
        using var loaded = ImportedClip.Load(temporary.File("clip.safetensors"));

        Assert.Equal(JsonSerializer.Serialize(clip.Model.Config, ConfigFile.Options), JsonSerializer.Serialize(loaded.Model.Config, ConfigFile.Options));
        var picture = ImageDecoder.Decode(File.ReadAllBytes(RepositoryFiles.Fixture("imaging", "0.png")));
        Assert.True(clip.EmbedPictures([picture]).equal(loaded.EmbedPictures([picture])).all().item<bool>());
        Assert.True(clip.EmbedTexts(Texts, TestContext.Current.CancellationToken).equal(loaded.EmbedTexts(Texts, TestContext.Current.CancellationToken)).all().item<bool>());
        Assert.Equal("clip.safetensors", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(temporary.File("x"))!))));
    }

    [Fact]
    public void The_vision_tower_is_a_trunk_that_a_head_can_be_trained_on()
    {
        using var scope = NewDisposeScope();
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", "hugging-face"));
        var trunk = clip.Model.trunk;
        Assert.Equal((64, 64, 3), (trunk.ImageSize, trunk.Width, trunk.BlockCount));
        var pictures = randn(2, 3, 64, 64);
        var free = trunk.Top(trunk.Stem(pictures));
        Assert.Equal([2, 16, 64], free.shape);

        trunk.SetTrainingFrom(trunk.BlockCount + 1);
        Assert.True(trunk.Top(trunk.Stem(pictures)).allclose(free, 0, 0.1)); // frozen blocks may compute in bfloat16
        Assert.All(trunk.Module.parameters(), parameter => Assert.False(parameter.requires_grad));
    }
}
