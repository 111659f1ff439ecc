using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>What real clients send beside what matters is no reason to refuse them.</summary>
public sealed class AcceptedTests(RunningServer server)
{
    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1";

    [Theory]
    [InlineData("\"stream\":null,\"stream_options\":null,\"temperature\":null,\"top_p\":null,\"seed\":null,\"stop\":null,\"steering\":null,\"grounding\":null,\"model\":null")]
    [InlineData("\"grounding\":\"off\"")]
    [InlineData("\"deterministic\":false")]
    [InlineData("\"deterministic\":null")]
    [InlineData("\"stream_options\":{\"include_usage\":null}")]
    [InlineData("\"steering\":{\"edits\":[],\"clamp\":null}")]
    [InlineData("\"n\":null,\"tools\":null,\"tool_choice\":null,\"response_format\":null,\"logprobs\":null,\"top_logprobs\":null,\"logit_bias\":null,\"audio\":null")]
    [InlineData("\"n\":1,\"frequency_penalty\":0,\"presence_penalty\":0.0,\"logit_bias\":{},\"logprobs\":false,\"top_logprobs\":0")]
    [InlineData("\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true,\"functions\":[],\"function_call\":\"none\"")]
    [InlineData("\"response_format\":{\"type\":\"text\"},\"modalities\":[\"text\"]")]
    [InlineData("\"top_k\":0,\"min_p\":0,\"repeat_penalty\":1.0,\"typical_p\":1,\"grammar\":\"\",\"cache_prompt\":true")]
    [InlineData("\"top_k\":-1,\"min_p\":1,\"typical_p\":0.5,\"frequency_penalty\":-2,\"presence_penalty\":2,\"temperature\":1")]
    [InlineData("\"user\":\"ada\",\"metadata\":{\"a\":\"b\"},\"store\":false,\"service_tier\":\"auto\",\"safety_identifier\":\"x\",\"prompt_cache_key\":\"y\"")]
    [InlineData("\"max_completion_tokens\":1,\"temperature\":0.0,\"top_p\":1,\"seed\":4294967294,\"stop\":[],\"stream\":false")]
    [InlineData("\"stop\":\"\",\"temperature\":2,\"seed\":7.0,\"model\":\"\"")]
    public async Task Fields_that_ask_for_nothing(string fields)
    {
        using var response = await PostAsync($"{{{Said},{fields}}}");
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(HttpAnswers.Stop));
    }

    [Fact]
    public async Task An_answer_that_comes_back_as_a_client_keeps_it()
    {
        using var response = await PostAsync("""
            {"max_tokens":1,"messages":[
              {"role":"user","content":"Hi"},
              {"role":"assistant","content":"Hello","refusal":null,"tool_calls":[],"function_call":null,"audio":null,"annotations":[]},
              {"role":"user","content":[{"type":"text","text":"And"},{"type":"text","text":"now?"}]}]}
            """);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Several_system_messages_are_joined_at_the_head()
    {
        var dialogue = RequestReader.Dialogue(Read("""
            {"messages":[
              {"role":"system","content":"Be brief."},
              {"role":"developer","content":"Answer in verse."},
              {"role":"user","content":"Hi"},
              {"role":"assistant","content":"Hello"},
              {"role":"system","content":"It is late."},
              {"role":"user","content":"And now?"}]}
            """));
        Assert.Equal(
            [
                new(Speaker.System, "Be brief.\n\nAnswer in verse.\n\nIt is late."), new(Speaker.User, "Hi"),
                new(Speaker.Assistant, "Hello"), new(Speaker.User, "And now?"),
            ],
            dialogue);
    }

    [Fact]
    public async Task Such_a_dialogue_is_answered_as_the_joined_one()
    {
        var apart = await TextAsync("""
            {"max_tokens":8,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"system","content":"Be kind."},
             {"role":"user","content":"Who are you?"}]}
            """);
        var joined = await TextAsync("""
            {"max_tokens":8,"messages":[{"role":"system","content":"Be brief.\n\nBe kind."},{"role":"user","content":"Hi"},{"role":"user","content":"Who are you?"}]}
            """);
        Assert.Equal(joined, apart);
    }

    [Theory]
    [InlineData("{\"messages\":[],\"max_tokens\":512}", 512)]
    [InlineData("{\"messages\":[],\"max_completion_tokens\":2}", 2)]
    [InlineData("{\"messages\":[]}", 128)]
    public void The_number_of_tokens_is_the_one_asked_for_or_128(string body, int expected)
    {
        var request = Read(body);
        var sampling = new SamplingReader(Options.Create(new ServerOptions()));
        Assert.Equal(expected, sampling.Options(new SamplingWishes { Tokens = request.MaxCompletionTokens ?? request.MaxTokens }).MaxTokens);
    }

    [Theory]
    [InlineData("{\"messages\":[],\"repeat_penalty\":1.5}", 1.5f)]
    [InlineData("{\"messages\":[],\"repeat_penalty\":1}", 1f)]
    [InlineData("{\"messages\":[]}", SamplingOptions.UsualRepeatPenalty)]
    public void Repetition_is_penalised_as_asked_for_or_mildly(string body, float expected)
    {
        var sampling = new SamplingReader(Options.Create(new ServerOptions()));
        Assert.Equal(expected, sampling.Options(new SamplingWishes { RepeatPenalty = Read(body).RepeatPenalty }).RepeatPenalty);
    }

    [Fact]
    public async Task A_lower_maximum_is_told_and_is_the_default()
    {
        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", "--Server:MaxAnswerTokens=3");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var whole = await http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), Json("{\"messages\":[{\"role\":\"user\",\"content\":\"Count to ten.\"}]}"), HttpAnswers.Stop);
            Assert.Equal(3, (await whole.JsonAsync()).GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            using var more = await http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), Json("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":4}"), HttpAnswers.Stop);
            Assert.Contains("1 to 3", await more.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "max_tokens"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"top_k\":1")]
    [InlineData("\"min_p\":1")]
    [InlineData("\"top_p\":0.000001")]
    public async Task What_leaves_the_likeliest_token_alone_is_as_no_chance_at_all(string fields)
    {
        const string Drawn = "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}],\"max_tokens\":12";
        Assert.Equal(await TextAsync($"{{{Drawn}}}"), await TextAsync($"{{{Drawn},\"temperature\":1.5,{fields}}}"));
    }

    [Theory]
    [InlineData("\"frequency_penalty\":2")]
    [InlineData("\"presence_penalty\":2")]
    public async Task Penalties_and_rewards_change_what_is_said(string fields)
    {
        const string Counted = "\"messages\":[{\"role\":\"user\",\"content\":\"Say the word one again and again: one one one one one\"}],\"max_tokens\":24,\"repeat_penalty\":1";
        Assert.NotEqual(await TextAsync($"{{{Counted}}}"), await TextAsync($"{{{Counted},{fields}}}"));
    }

    [Fact]
    public async Task Chance_is_new_each_time_and_its_seed_is_told()
    {
        const string Drawn = "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}],\"max_tokens\":12,\"temperature\":1.5";
        using var first = await PostAsync($"{{{Drawn}}}");
        using var second = await PostAsync($"{{{Drawn}}}");
        var (one, two) = (await first.JsonAsync(), await second.JsonAsync());
        var seed = one.GetProperty("seed").GetUInt32();
        Assert.NotEqual(seed, two.GetProperty("seed").GetUInt32());
        Assert.NotEqual(TextOf(one), TextOf(two));
        using var again = await PostAsync($"{{{Drawn},\"seed\":{seed}}}");
        Assert.Equal(TextOf(one), TextOf(await again.JsonAsync()));
        using var greedy = await PostAsync($"{{{Said}}}");
        Assert.False((await greedy.JsonAsync()).TryGetProperty("seed", out _));
    }

    private static readonly IOptions<ServerOptions> s_options = Options.Create(new ServerOptions());

    private static ChatCompletionRequest Read(string body) =>
        new CompletionReader(new SamplingReader(s_options), s_options).Read(new RequestValue(JsonElement.Parse(body), ""));

    private async Task<string?> TextAsync(string body)
    {
        using var response = await PostAsync(body);
        return TextOf(await response.JsonAsync());
    }

    private static string? TextOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private Task<HttpResponseMessage> PostAsync(string body) =>
        server.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), Json(body), HttpAnswers.Stop);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
