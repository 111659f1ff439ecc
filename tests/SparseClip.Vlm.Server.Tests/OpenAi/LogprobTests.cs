using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>How likely the tokens of an answer were, in OpenAI's shape.</summary>
public sealed class LogprobTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";

    [Fact]
    public async Task Each_token_of_an_answer_is_told_with_those_in_its_place()
    {
        using var response = await server.PostAsync(Route, Body(stream: false));
        var choice = (await response.JsonAsync()).GetProperty("choices")[0];
        var tokens = choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();
        var text = choice.GetProperty("message").GetProperty("content").GetString();
        Assert.Equal(text, Encoding.UTF8.GetString([.. tokens.SelectMany(BytesOf)]));
        Assert.All(tokens, token => Assert.Equal(3, token.GetProperty("top_logprobs").GetArrayLength()));
        Assert.All(tokens, token => Assert.InRange(token.GetProperty("logprob").GetDouble(), -50, 0));
        Assert.All(tokens, token => Assert.Equal(token.GetProperty("token").GetString(), token.GetProperty("top_logprobs")[0].GetProperty("token").GetString()));
    }

    [Fact]
    public async Task A_stream_tells_the_same()
    {
        using var whole = await server.PostAsync(Route, Body(stream: false));
        using var pieces = await server.PostAsync(Route, Body(stream: true));
        var streamed = (await pieces.ChunksAsync()).SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
            .Where(choice => choice.TryGetProperty("logprobs", out _))
            .SelectMany(choice => choice.GetProperty("logprobs").GetProperty("content").EnumerateArray());
        Assert.Equal(
            (await whole.JsonAsync()).GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token => token.GetRawText()),
            streamed.Select(token => token.GetRawText()));
    }

    [Fact]
    public async Task Nothing_is_told_unless_asked_for()
    {
        using var response = await server.PostAsync(Route, Ask.Text("Hello", 3));
        Assert.False((await response.JsonAsync()).GetProperty("choices")[0].TryGetProperty("logprobs", out _));
    }

    [Fact]
    public async Task The_OpenAI_client_understands_it()
    {
        var client = new OpenAI.Chat.ChatClient(
            TinyBundle.Name, new System.ClientModel.ApiKeyCredential("none"), new OpenAI.OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") });
        var options = new OpenAI.Chat.ChatCompletionOptions { MaxOutputTokenCount = 6, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        var answer = (await client.CompleteChatAsync([OpenAI.Chat.ChatMessage.CreateUserMessage("Hello")], options, HttpAnswers.Stop)).Value;
        Assert.NotEmpty(answer.ContentTokenLogProbabilities);
        Assert.All(answer.ContentTokenLogProbabilities, token => Assert.Equal(2, token.TopLogProbabilities.Count));
    }

    private static object Body(bool stream) => new
    {
        messages = new[] { new { role = "user", content = "Write \u00fc, \u20ac and \ud83d\ude00 once more." } },
        max_tokens = 24,
        repeat_penalty = 1,
        logprobs = true,
        top_logprobs = 3,
        stream,
    };

    private static IEnumerable<byte> BytesOf(JsonElement token) => token.GetProperty("bytes").EnumerateArray().Select(letter => letter.GetByte());
}
