using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Chat;

/// <summary>A question that is none ends with an event that names the field, and the connection takes the next one.</summary>
public sealed class BadQuestionTests(RunningServer server)
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"text\":\"Hello\"}]";

    [Theory]
    [InlineData("null", "invalid_type", null)]
    [InlineData("\"What is this?\"", "invalid_type", null)]
    [InlineData("[]", "invalid_type", null)]
    [InlineData("{}", "no_messages", "messages")]
    [InlineData("{\"messages\":null}", "no_messages", "messages")]
    [InlineData("{\"messages\":[]}", "no_messages", "messages")]
    [InlineData("{\"messages\":\"Hello\"}", "invalid_type", "messages")]
    [InlineData("{\"messages\":[null]}", "invalid_type", "messages[0]")]
    [InlineData("{\"messages\":[\"Hello\"]}", "invalid_type", "messages[0]")]
    [InlineData("{\"messages\":[{\"text\":\"Hello\"}]}", "missing_required_parameter", "messages[0].role")]
    [InlineData("{\"messages\":[{\"role\":null,\"text\":\"Hello\"}]}", "missing_required_parameter", "messages[0].role")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "missing_required_parameter", "messages[0].text")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"text\":7}]}", "invalid_type", "messages[0].text")]
    [InlineData("{\"messages\":[{\"role\":\"tool\",\"text\":\"Hello\"}]}", "invalid_role", "messages[0].role")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"What is gravity?\"}]}", "unknown_parameter", "messages[0].content")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"text\":\"a\"},{\"role\":\"assistant\",\"text\":\"b\"}]}", "no_question", "messages")]
    [InlineData("{" + Messages + ",\"messages\":[]}", "duplicate_parameter", "messages")]
    [InlineData("{" + Messages + ",\"grounding\":\"words\"}", "invalid_value", "grounding")]
    [InlineData("{" + Messages + ",\"grounding\":\"Off\"}", "invalid_value", "grounding")]
    [InlineData("{" + Messages + ",\"deterministic\":\"yes\"}", "invalid_type", "deterministic")]
    [InlineData("{" + Messages + ",\"seed\":-1}", "invalid_value", "seed")]
    [InlineData("{" + Messages + ",\"seed\":4294967295}", "invalid_value", "seed")]
    [InlineData("{" + Messages + ",\"seed\":\"7\"}", "invalid_type", "seed")]
    [InlineData("{" + Messages + ",\"maxTokens\":2.5}", "invalid_value", "maxTokens")]
    [InlineData("{" + Messages + ",\"maxTokens\":0}", "invalid_value", "maxTokens")]
    [InlineData("{" + Messages + ",\"maxTokens\":513}", "invalid_value", "maxTokens")]
    [InlineData("{" + Messages + ",\"maxTokens\":true}", "invalid_type", "maxTokens")]
    [InlineData("{" + Messages + ",\"temperature\":\"1\"}", "invalid_type", "temperature")]
    [InlineData("{" + Messages + ",\"temperature\":2.1}", "invalid_value", "temperature")]
    [InlineData("{" + Messages + ",\"temperature\":1e99}", "invalid_value", "temperature")]
    [InlineData("{" + Messages + ",\"max_tokens\":5}", "unknown_parameter", "max_tokens")]
    [InlineData("{" + Messages + ",\"temprature\":1}", "unknown_parameter", "temprature")]
    [InlineData("{" + Messages + ",\"repeatPenalty\":3}", "invalid_value", "repeatPenalty")]
    [InlineData("{" + Messages + ",\"topP\":0}", "invalid_value", "topP")]
    [InlineData("{" + Messages + ",\"topK\":-2}", "invalid_value", "topK")]
    [InlineData("{" + Messages + ",\"minP\":2}", "invalid_value", "minP")]
    [InlineData("{" + Messages + ",\"typicalP\":\"1\"}", "invalid_type", "typicalP")]
    [InlineData("{" + Messages + ",\"frequencyPenalty\":3}", "invalid_value", "frequencyPenalty")]
    [InlineData("{" + Messages + ",\"presencePenalty\":-3}", "invalid_value", "presencePenalty")]
    [InlineData("{" + Messages + ",\"repeat_penalty\":1}", "unknown_parameter", "repeat_penalty")]
    [InlineData("{" + Messages + ",\"top_p\":0.5}", "unknown_parameter", "top_p")]
    [InlineData("{" + Messages + ",\"image\":7}", "invalid_type", "image")]
    [InlineData("{" + Messages + ",\"image\":\"../../etc/passwd\"}", "unknown_image", "image")]
    [InlineData("{" + Messages + ",\"steering\":[]}", "invalid_type", "steering")]
    [InlineData("{" + Messages + ",\"steering\":{}}", "missing_required_parameter", "steering.edits")]
    [InlineData("{" + Messages + ",\"steering\":{\"edits\":[null]}}", "invalid_type", "steering.edits[0]")]
    [InlineData("{" + Messages + ",\"steering\":{\"edits\":[{\"feature\":1}]}}", "missing_required_parameter", "steering.edits[0].op")]
    [InlineData("{" + Messages + ",\"steering\":{\"edits\":[{\"feature\":1,\"op\":\"set\",\"valeu\":1}]}}", "unknown_parameter", "steering.edits[0].valeu")]
    [InlineData("{" + Messages + ",\"steering\":{\"edits\":[{\"feature\":\"1\",\"op\":\"ablate\"}]}}", "invalid_type", "steering.edits[0].feature")]
    [InlineData("{" + Messages + ",\"steering\":{\"edits\":[{\"feature\":1,\"op\":\"ablate\"}]}}", "steering_without_image", "steering")]
    public Task A_bad_question(string question, string code, string? param) => server.RefusesAsync(code, param, JsonElement.Parse(question));

    [Fact]
    public async Task No_argument_or_too_many()
    {
        Assert.Contains("one argument", await server.RefusesAsync("missing_required_parameter", null), StringComparison.Ordinal);
        var fine = JsonElement.Parse($"{{{Messages}}}");
        await server.RefusesAsync("missing_required_parameter", null, fine, fine);
    }

    [Theory]
    [InlineData("[{\"messages\":[{\"role\":\"user\",\"text\":\"\\ud800\"}]}]", "invalid_text", "messages[0].text")]
    [InlineData("[]", "missing_required_parameter", null)]
    [InlineData("[null]", "invalid_type", null)]
    public async Task What_no_client_of_ours_would_write(string arguments, string code, string? param)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = ChatHub.Route }.Uri, HttpAnswers.Stop);
        await SendAsync("{\"protocol\":\"json\",\"version\":1}");
        await SendAsync($"{{\"type\":4,\"invocationId\":\"7\",\"target\":\"Ask\",\"arguments\":{arguments}}}");
        var events = new StringBuilder();
        var buffer = new byte[4096];
        while (!events.ToString().Contains("\"type\":3", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, HttpAnswers.Stop);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            events.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
        }

        var item = events.ToString().Split('\u001e').Single(message => message.Contains("\"type\":2", StringComparison.Ordinal));
        var error = JsonElement.Parse(item).GetProperty("item");
        Assert.Equal(("error", code, param), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.DoesNotContain("\"error\":\"", events.ToString(), StringComparison.Ordinal);

        async Task SendAsync(string message) =>
            await socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, endOfMessage: true, HttpAnswers.Stop);
    }

    [Fact]
    public async Task Null_is_the_same_as_absent()
    {
        await using var hub = await server.ConnectAsync();
        var events = await hub.AllAsync(JsonElement.Parse($"{{{Messages},\"image\":null,\"steering\":null,\"maxTokens\":1,\"temperature\":null,\"seed\":null}}"));
        Assert.Equal(ChatEvent.DoneType, events[^1].Type);
        var whole = await hub.AllAsync(JsonElement.Parse($"{{{Messages},\"maxTokens\":null}}"));
        Assert.Equal(ChatEvent.DoneType, whole[^1].Type);
    }

    [Fact]
    public async Task A_question_above_the_limit()
    {
        var long300 = new AskRequest(null, [new ChatTurn("user", new string('a', 300 * 1024))]);
        Assert.Contains($"{AskReader.MaxBytes}", await server.RefusesAsync("message_too_large", "messages", long300), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_seed_of_a_drawn_answer_is_told_and_gives_it_again()
    {
        await using var hub = await server.ConnectAsync();
        var drawn = new AskRequest(null, [new ChatTurn("user", "Tell me a story.")], MaxTokens: 12, Temperature: 1.5f);
        var first = await hub.AllAsync(drawn);
        var second = await hub.AllAsync(drawn);
        Assert.NotEqual(first[^1].Seed, second[^1].Seed);
        var again = await hub.AllAsync(drawn with { Seed = first[^1].Seed });
        Assert.Equal(TextOf(first), TextOf(again));
        var greedy = await hub.AllAsync(drawn with { Temperature = 0 });
        Assert.Null(greedy[^1].Seed);
    }

    private static string TextOf(IEnumerable<ChatEvent> events) => string.Concat(events.Select(step => step.Text));
}
