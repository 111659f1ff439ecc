using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Concepts;

/// <summary>Searching concepts, and what of them pictures show.</summary>
public sealed class ConceptTests(RunningServer server)
{
    [Fact]
    public async Task Concepts_are_listed_and_found()
    {
        Assert.Equal(["cat", TinyBundle.Everywhere], (await ReadAsync<ConceptList>("/api/concepts")).Concepts.Select(concept => concept.Name));
        var found = Assert.Single((await ReadAsync<ConceptList>("/api/concepts?query=stuff")).Concepts);
        Assert.Equal((TinyBundle.Everywhere, true, 0.95f), (found.Name, found.Verified, found.Auroc));
        Assert.Equal((true, 1f, "strong"), (found.HasUsual, found.SafeMaximum, found.Badge));
        Assert.Empty((await ReadAsync<ConceptList>("/api/concepts?query=1234")).Concepts);
    }

    [Fact]
    public async Task A_concept_tells_what_is_known_about_it_by_any_of_its_names()
    {
        var concept = await ReadAsync<ConceptDetail>("/api/concepts/Stuff");
        Assert.Equal((TinyBundle.Everywhere, true, new ConceptEvidenceDto(0.95f, 12, 100)), (concept.Name, concept.Verified, concept.Evidence));
        Assert.Equal(["stuff"], concept.Synonyms);
        Assert.Equal(["cat"], concept.Wider);
        Assert.Contains(concept.Features, feature => feature is { Id: 0, Name: "dog", Weight: 2 });
        Assert.Equal([new UsualValue(5, 1.5f), new UsualValue(1, 0.5f)], concept.Usual);
        Assert.Equal(("strong", 1f, 2, 2), (concept.Steering!.Badge, concept.Steering.SafeMaximum, concept.Steering.Shown, concept.Steering.Gone));
        Assert.Equal([new LevelTrialDto(1, 2, 2, 2, 0), new LevelTrialDto(2, 2, 2, 1, 1)], concept.Steering.Levels);
        Assert.Null((await ReadAsync<ConceptDetail>("/api/concepts/cat")).Steering);
    }

    [Fact]
    public async Task A_concept_that_is_set_beyond_what_is_safe_is_held_there_and_the_report_says_so()
    {
        var image = await server.UploadAsync(4);

        var held = await SteerAsync("""{"edits":[{"name":"stuff","op":"set","value":5}]}""");
        var free = await SteerAsync("""{"edits":[{"name":"stuff","op":"set","value":1.5}],"clamp":false}""");
        var usual = await SteerAsync("""{"edits":[{"name":"stuff","op":"set"}]}""");

        Assert.Equal([(1, 2.5f, 0.5f), (5, 7.5f, 1.5f)], held.Select(edit => (edit.Feature, edit.Requested!.Value, edit.Effective)));
        Assert.All(held, edit => Assert.Contains("1 times the usual level of 'stuff'", edit.Reason, StringComparison.Ordinal));
        Assert.Equal([(1, 0.75f, null), (5, 2.25f, null)], free.Select(edit => (edit.Feature, edit.Effective, edit.Reason)));
        Assert.Equal([(1, 0.5f, null), (5, 1.5f, null)], usual.Select(edit => (edit.Feature, edit.Effective, edit.Reason)));

        async Task<IReadOnlyList<AppliedEditDto>> SteerAsync(string steering)
        {
            using var content = new StringContent(steering, null, "application/json");
            using var response = await server.Http.PostAsync(new Uri($"/api/images/{image.Id}/steering", UriKind.Relative), content, HttpAnswers.Stop);
            return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<SteeredImageResponse>(HttpAnswers.Stop))!.Steering!.Applied;
        }
    }

    [Fact]
    public async Task A_concept_has_its_exemplars()
    {
        var exemplar = Assert.Single((await ReadAsync<ConceptDetail>("/api/concepts/cat")).Exemplars);
        Assert.Equal(("cat", "noto", "Apache-2.0"), (exemplar.Label, exemplar.Source, exemplar.License));
        Assert.Empty((await ReadAsync<ConceptDetail>("/api/concepts/stuff")).Exemplars);
    }

    [Fact]
    public async Task What_a_picture_shows_is_as_probable_as_its_features_add_up_to()
    {
        var image = await server.UploadAsync(4);

        var shown = (await ReadAsync<ImageConceptsResponse>($"/api/images/{image.Id}/concepts?least=0")).Concepts.Single(concept => concept.Name == TinyBundle.Everywhere);

        Assert.Equal(1 / (1 + Math.Exp(1 - shown.Features.Sum(feature => feature.Weight))), shown.Probability, 1e-5);
        Assert.Equal(shown.Features.OrderByDescending(feature => feature.Weight), shown.Features);
        Assert.Empty((await ReadAsync<ImageConceptsResponse>($"/api/images/{image.Id}/concepts?least=1")).Concepts);
    }

    [Fact]
    public async Task The_heat_map_of_a_concept_adds_up_to_what_the_whole_says()
    {
        var image = await server.UploadAsync(4);

        var map = await ReadAsync<ConceptHeatmapResponse>($"/api/images/{image.Id}/concepts/stuff/heatmap");

        Assert.Equal((4, 4, 16, TinyBundle.Everywhere), (map.Width, map.Height, map.Values.Count, map.Concept));
        Assert.Equal(map.Values.Average(), map.Pooled, 1e-5);
        Assert.Contains(map.Values, value => value > 0);
    }

    [Fact]
    public async Task A_word_outside_the_table_is_a_concept_of_its_text_code_that_nothing_has_verified()
    {
        var made = await ReadAsync<ConceptDetail>("/api/concepts/A Dog");
        Assert.Equal(("dog", true, false, null), (made.Name, made.Made, made.Verified, made.Evidence));
        Assert.InRange(made.Features.Count, 1, 32);
        Assert.False((await ReadAsync<ConceptDetail>("/api/concepts/cat")).Made);
        var found = Assert.Single((await ReadAsync<ConceptList>("/api/concepts?query=dog")).Concepts);
        Assert.Equal(("dog", true, false), (found.Name, found.Made, found.Verified));

        var image = await server.UploadAsync(4);
        var map = await ReadAsync<ConceptHeatmapResponse>($"/api/images/{image.Id}/concepts/dog/heatmap");
        Assert.Equal("dog", map.Concept);
        Assert.Equal(map.Values.Average(), map.Pooled, 1e-4);
    }

    [Theory]
    [InlineData("/api/concepts/1234", HttpStatusCode.NotFound, "unknown_concept")]
    [InlineData("/api/concepts?count=0", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("/api/concepts?count=x", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("/api/images/0000000000000000000000000000000000000000000000000000000000000000/concepts", HttpStatusCode.NotFound, "unknown_image")]
    [InlineData("/api/images/0000000000000000000000000000000000000000000000000000000000000000/concepts?least=2", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("/api/images/0000000000000000000000000000000000000000000000000000000000000000/concepts?least=0,5", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("/api/images/0000000000000000000000000000000000000000000000000000000000000000/concepts/1234/heatmap", HttpStatusCode.NotFound, "unknown_concept")]
    public async Task What_does_not_exist_is_refused(string path, HttpStatusCode status, string code)
    {
        using var response = await server.GetAsync(path);
        await response.RefusedAsync(status, code);
    }

    private async Task<T> ReadAsync<T>(string path)
    {
        using var response = await server.GetAsync(path);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(HttpAnswers.Stop))!;
    }
}
