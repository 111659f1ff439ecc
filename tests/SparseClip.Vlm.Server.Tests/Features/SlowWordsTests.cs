using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Features;

/// <summary>Words that nobody asked about before, while the text tower is busy.</summary>
public sealed class SlowWordsTests(RunningServer server)
{
    private static readonly Uri s_live = new("/health/live", UriKind.Relative);

    [Fact]
    public async Task Too_many_words_at_once_are_told_when_to_come_back_and_the_server_lives()
    {
        var (app, address, model) = await StartAsync(mostWaiting: 0);
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var first = http.GetAsync(Query("zebra"), HttpAnswers.Stop);
            await model.EnteredAsync();

            using var search = await http.GetAsync(Query("giraffe"), HttpAnswers.Stop);
            await search.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            Assert.NotNull(search.Headers.RetryAfter);

            var picture = await UploadAsync(http);
            using var steered = await http.PostAsJsonAsync(
                "/v1/chat/completions", Ask.About(picture, steering: new { edits = new[] { new { name = "giraffe", op = "ablate" } } }), HttpAnswers.Stop);
            await steered.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            Assert.NotNull(steered.Headers.RetryAfter);

            using var live = await http.GetAsync(s_live, HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            model.Open();
            using var found = await first;
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        }
    }

    [Fact]
    public async Task A_search_whose_client_left_is_not_carried_out()
    {
        var (app, address, model) = await StartAsync(mostWaiting: 8);
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var first = http.GetAsync(Query("zebra"), HttpAnswers.Stop);
            await model.EnteredAsync();
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(HttpAnswers.Stop);
            var second = http.GetAsync(Query("giraffe"), leave.Token);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
            model.Open();
            (await first).Dispose();
            using var third = await http.GetAsync(Query("okapi"), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, third.StatusCode);
            Assert.Equal(2, model.Words); // the zebra and the okapi
        }
    }

    private static Uri Query(string word) => new($"/api/features?query={word}", UriKind.Relative);

    private static async Task<string> UploadAsync(HttpClient http)
    {
        using var content = new ByteArrayContent(TestPng.Noise(48, 40, 1));
        using var response = await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        return (await response.Content.ReadFromJsonAsync<ImageResponse>(HttpAnswers.Stop))!.Id;
    }

    private async Task<(WebApplication App, Uri Address, SlowWordsModel Model)> StartAsync(int mostWaiting)
    {
        SlowWordsModel? model = null;
        var (app, address) = await RunningServer.ListenAsync(
            async (folder, _, stop) => model = new SlowWordsModel(await VisionLanguageModel.LoadAsync(folder, cancellationToken: stop), mostWaiting),
            $"--Server:ModelDirectory={server.Bundle}",
            $"--Server:ImageDirectory={Path.Combine(server.Bundle, "..", "images")}");
        await app.Services.GetRequiredService<ModelHost>().Settled;
        return (app, address, model!);
    }
}
