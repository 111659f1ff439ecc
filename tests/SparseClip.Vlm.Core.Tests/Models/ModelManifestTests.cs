using CsCheck;
using SparseClip.Vlm.Core.Models;

namespace SparseClip.Vlm.Core.Tests.Models;

public class ModelManifestTests
{
    private static readonly string s_hash = new('a', 64);

    [Fact]
    public void A_manifest_comes_back_from_its_own_text() => Gen.Select(Gen.String, Gen.Int[1, 100_000], Gen.Long[0, long.MaxValue]).Sample((name, dimension, bytes) =>
    {
        var manifest = Manifest() with { Name = name, Dimension = dimension, Parts = Parts(new ModelPart("weights/tower.safetensors", s_hash, bytes)) };
        var back = ModelManifest.Parse(manifest.ToJson(), "manifest.json");
        Assert.Equal((manifest.Name, manifest.Dimension), (back.Name, back.Dimension));
        Assert.Equal(manifest.Parts, back.Parts);
    });

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":1,\"name\":\"m\",\"description\":\"\",\"dimension\":4,\"parts\":{},\"more\":1}")]
    [InlineData("{\"format\":1,\"name\":\"m\",\"description\":\"\",\"dimension\":4,\"parts\":{}}")]
    [InlineData("{\"format\":1,\"name\":\"m\",\"description\":\"\",\"dimension\":4,\"parts\":{\"tower\":null}}")]
    [InlineData("{\"format\":1,\"name\":null,\"description\":\"\",\"dimension\":4,\"parts\":{}}")]
    public void What_is_no_manifest_is_refused_with_its_path(string json) =>
        Assert.Contains("there/manifest.json", Assert.Throws<BundleException>(() => ModelManifest.Parse(json, "there/manifest.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_type_that_the_language_model_answers_in_is_one_that_there_is()
    {
        var back = ModelManifest.Parse((Manifest() with { AnswersAs = WeightTypes.Q4 }).ToJson(), "m");
        Assert.Equal(WeightTypes.Q4, back.AnswersAs);
        Assert.NotEqual(Manifest().AnswerRecipe(), back.AnswerRecipe());
        Assert.DoesNotContain("answersAs", Manifest().ToJson(), StringComparison.Ordinal);
        Assert.Contains("q4_0", Assert.Throws<BundleException>(() => ModelManifest.Parse((Manifest() with { AnswersAs = "q4_2" }).ToJson(), "m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_format_is_refused() =>
        Assert.Contains("format 2", Assert.Throws<BundleException>(() => ModelManifest.Parse((Manifest() with { Format = 2 }).ToJson(), "m")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("")]
    [InlineData("./tower")]
    public void A_part_outside_of_the_folder_is_refused(string file)
    {
        var manifest = Manifest() with { Parts = Parts(new ModelPart(file, s_hash, 1)) };
        Assert.Throws<BundleException>(() => ModelManifest.Parse(manifest.ToJson(), "m"));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaG")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public void A_hash_that_is_none_is_refused(string hash)
    {
        var manifest = Manifest() with { Parts = Parts(new ModelPart("tower", hash, 1)) };
        Assert.Throws<BundleException>(() => ModelManifest.Parse(manifest.ToJson(), "m"));
    }

    [Fact]
    public void A_model_has_at_least_one_feature_and_a_part_at_least_no_bytes()
    {
        Assert.Equal(1, ModelManifest.Parse((Manifest() with { Dimension = 1 }).ToJson(), "m").Dimension);
        Assert.Throws<BundleException>(() => ModelManifest.Parse((Manifest() with { Dimension = 0 }).ToJson(), "m"));
        Assert.NotNull(ModelManifest.Parse((Manifest() with { Parts = Parts(new ModelPart("tower", s_hash, 0)) }).ToJson(), "m"));
        Assert.Throws<BundleException>(() => ModelManifest.Parse((Manifest() with { Parts = Parts(new ModelPart("tower", s_hash, -1)) }).ToJson(), "m"));
    }

    [Theory]
    [InlineData(ModelParts.KindredWords)]
    [InlineData(ModelParts.Sentences)]
    public void Kindred_words_and_the_embedder_that_finds_them_come_together(string role)
    {
        var part = new ModelPart("file", s_hash, 1);
        var parts = new Dictionary<string, ModelPart>(Parts(part)) { [role] = part };
        Assert.Contains("both or neither", Assert.Throws<BundleException>(() => ModelManifest.Parse((Manifest() with { Parts = parts }).ToJson(), "m")).Message, StringComparison.Ordinal);
        parts[ModelParts.KindredWords] = parts[ModelParts.Sentences] = part;
        Assert.Equal(parts, ModelManifest.Parse((Manifest() with { Parts = parts }).ToJson(), "m").Parts);
    }

    private static ModelManifest Manifest() => new(1, "default", "A model.", 4, Parts(new ModelPart("tower.safetensors", s_hash, 1)));

    private static Dictionary<string, ModelPart> Parts(ModelPart part) => ModelParts.Required.ToDictionary(role => role, _ => part);
}
