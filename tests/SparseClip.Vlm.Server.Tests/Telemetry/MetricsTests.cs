using System.Diagnostics;
using System.Net;
using SparseClip.Vlm.Server.Telemetry;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Telemetry;

/// <summary>What whoever runs the server can see of its work.</summary>
public sealed class MetricsTests(RunningServer server)
{
    private const string Secret = "xyzzy plugh";

    [Fact]
    public async Task Prometheus_reads_counts_and_times_and_nothing_of_what_was_asked()
    {
        using (var answer = await server.PostAsync("/v1/chat/completions", Ask.Text(Secret, 4)))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using (var unknown = await server.GetAsync("/api/images/plugh"))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using (var uploaded = await server.UploadAsync(TestPng.Noise(20, 20, 77)))
        {
            Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        }

        var text = "";
        // A scrape may be a second old.
        for (var tries = 0; tries < 50 && !text.Contains("unknown_image", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(100, HttpAnswers.Stop);
            using var scraped = await server.GetAsync("/metrics");
            Assert.Equal(HttpStatusCode.OK, scraped.StatusCode);
            text = await scraped.Content.ReadAsStringAsync(HttpAnswers.Stop);
        }

        foreach (var name in (string[])["sparseclip_answers_active", "sparseclip_answers", "sparseclip_answer_first_token_seconds", "sparseclip_answer_token_seconds", "sparseclip_tokens",
            "sparseclip_pictures", "sparseclip_picture_look_seconds", "sparseclip_refusals", "sparseclip_engine_batch", "sparseclip_engine_queue_seconds", "http_server_request_duration_seconds"])
        {
            Assert.Contains($"# TYPE {name}", text, StringComparison.Ordinal);
        }

        Assert.Matches("""sparseclip_tokens(_total)?\{[^}]*kind="answer"[^}]*\} [1-9]""", text);
        Assert.Matches("""sparseclip_refusals(_total)?\{[^}]*code="unknown_image"[^}]*\} [1-9]""", text);
        Assert.Contains("""http_route="/api/images/{id}""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("plugh", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_has_a_span_for_each_stage_of_an_answer()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AnswerWatch.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = System.Net.Http.Json.JsonContent.Create(Ask.Text(Secret, 4)) };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await server.Http.SendAsync(request, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        lock (spans)
        {
            var ours = spans.Where(span => span.TraceId == trace).ToList();
            var whole = Assert.Single(ours, span => span.OperationName == "answer");
            Assert.Equal(["steer", "prefill", "decode"], ours.Where(span => span.ParentSpanId == whole.SpanId).OrderBy(span => span.StartTimeUtc).Select(span => span.OperationName));
            Assert.Equal("length", whole.GetTagItem("sparseclip.outcome"));
            Assert.DoesNotContain(ours.SelectMany(span => span.TagObjects), tag => tag.Value?.ToString()?.Contains("xyzzy", StringComparison.Ordinal) == true);
        }
    }

    [Theory]
    [InlineData("ada-17.b_c", "ada-17.b_c")]
    [InlineData("two words", null)]
    [InlineData("", null)]
    public async Task A_request_has_an_id_its_own_if_that_is_one(string sent, string? told)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/images/nothing");
        request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
        using var refused = await server.Http.SendAsync(request, HttpAnswers.Stop);
        var id = Assert.Single(refused.Headers.GetValues("X-Request-Id"));
        Assert.Equal(id, (await refused.JsonAsync()).GetProperty("requestId").GetString());
        Assert.True(told is null ? id.Length == 32 : id == told, id);
    }
}
