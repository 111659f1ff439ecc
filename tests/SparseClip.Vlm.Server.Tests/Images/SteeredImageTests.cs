using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Images;

/// <summary>What edits do to a picture, before anything is asked about it.</summary>
public sealed class SteeredImageTests(RunningServer server)
{
    [Fact]
    public async Task Edited_concepts_and_features_are_told_with_what_they_were_before()
    {
        var image = await server.UploadAsync(4);
        var before = image.Concepts.Single(concept => concept.Name == TinyBundle.Everywhere);

        var feature = before.Features[0].Id;

        var steered = await SteerAsync(image.Id, $$"""{"edits":[{"feature":{{feature}},"op":"ablate"}]}""");

        var moved = steered.Steering!.Concepts.Single(concept => concept.Name == TinyBundle.Everywhere);
        Assert.Equal(before.Probability, moved.Before, 1e-5);
        Assert.True(moved.After < moved.Before);
        Assert.Equal(0, Assert.Single(steered.Steering.Applied).Effective);
        Assert.DoesNotContain(steered.Features, active => active.Id == feature);
        var listed = steered.Concepts.SingleOrDefault(concept => concept.Name == TinyBundle.Everywhere);
        Assert.Equal(moved.After, listed?.Probability ?? moved.After, 1e-5);
        Assert.True(listed is not null || moved.After < ConceptTable.LeastListed);
    }

    [Fact]
    public async Task Without_edits_it_is_the_picture_itself()
    {
        var image = await server.UploadAsync(4);
        var steered = await SteerAsync(image.Id, """{"edits":[]}""");
        Assert.Null(steered.Steering);
        Assert.Equal(image.Features, steered.Features);
        Assert.Equal(image.Concepts.Select(concept => (concept.Name, concept.Probability)), steered.Concepts.Select(concept => (concept.Name, concept.Probability)));
    }

    [Theory]
    [InlineData("""{"edits":[{"name":"dog (99)","op":"ablate"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"edits":[{"feature":0,"op":"explode"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"edit":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""[]""", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_carried_out_is_refused(string body, HttpStatusCode status)
    {
        var image = await server.UploadAsync(4);
        using var content = new StringContent(body, null, "application/json");
        using var response = await PostAsync(image.Id, content);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_picture_that_is_not_there_is_said_so()
    {
        using var content = new StringContent("""{"edits":[]}""", null, "application/json");
        using var response = await PostAsync(new string('0', 64), content);
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
    }

    private Task<HttpResponseMessage> PostAsync(string image, HttpContent content) =>
        server.Http.PostAsync(new Uri($"/api/images/{image}/steering", UriKind.Relative), content, HttpAnswers.Stop);

    private async Task<SteeredImageResponse> SteerAsync(string image, string body)
    {
        using var content = new StringContent(body, null, "application/json");
        using var response = await PostAsync(image, content);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<SteeredImageResponse>(HttpAnswers.Stop))!;
    }
}
