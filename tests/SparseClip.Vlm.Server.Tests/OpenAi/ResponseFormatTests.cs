using System.Net;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Answers of a form that the request gives.</summary>
public sealed class ResponseFormatTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";
    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"Describe a cat.\"}],\"max_tokens\":200";
    private const string Pet = "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":12},\"legs\":{\"enum\":[2,4]}},\"required\":[\"name\",\"legs\"],\"additionalProperties\":false}";

    [Fact]
    public async Task JSON_of_a_schema()
    {
        var choice = await ChoiceAsync($"{{{Said},\"response_format\":{{\"type\":\"json_schema\",\"json_schema\":{{\"name\":\"pet\",\"strict\":true,\"schema\":{Pet}}}}}}}");
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        var pet = JsonElement.Parse(TextOf(choice));
        Assert.Equal(["name", "legs"], pet.EnumerateObject().Select(field => field.Name));
        Assert.Contains(pet.GetProperty("legs").GetInt32(), (int[])[2, 4]);
        var asObject = await ChoiceAsync($"{{{Said},\"response_format\":{{\"type\":\"json_object\",\"schema\":{Pet}}}}}");
        Assert.Equal(TextOf(choice), TextOf(asObject));
    }

    [Fact]
    public async Task Any_JSON_object()
    {
        var choice = await ChoiceAsync($"{{{Said},\"response_format\":{{\"type\":\"json_object\"}}}}");
        Assert.StartsWith("{", TextOf(choice), StringComparison.Ordinal);
        if (choice.GetProperty("finish_reason").GetString() == "stop")
        {
            Assert.Equal(JsonValueKind.Object, JsonElement.Parse(TextOf(choice)).ValueKind);
        }
    }

    [Fact]
    public async Task Text_of_a_grammar_with_probabilities_and_streamed()
    {
        var choice = await ChoiceAsync($"{{{Said},\"grammar\":\"root ::= (\\\"cat\\\" | \\\"dog\\\") \\\"!\\\"\",\"logprobs\":true}}");
        Assert.Contains(TextOf(choice), (string[])["cat!", "dog!"]);
        Assert.Equal(TextOf(choice), string.Concat(choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token => token.GetProperty("token").GetString())));
        using var streamed = await PostAsync($"{{{Said},\"grammar\":\"root ::= (\\\"cat\\\" | \\\"dog\\\") \\\"!\\\"\",\"stream\":true}}");
        var pieces = (await streamed.ChunksAsync()).Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
            .Select(delta => delta.TryGetProperty("content", out var content) ? content.GetString() : "");
        Assert.Equal(TextOf(choice), string.Concat(pieces));
    }

    [Fact]
    public async Task JSON_that_is_cut_off_says_so()
    {
        var choice = await ChoiceAsync("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":2,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"pet\",\"schema\":" + Pet + "}}}");
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task The_OpenAI_client_is_understood()
    {
        var client = new OpenAI.Chat.ChatClient(
            TinyBundle.Name, new System.ClientModel.ApiKeyCredential("none"), new OpenAI.OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") });
        var options = new OpenAI.Chat.ChatCompletionOptions
        {
            MaxOutputTokenCount = 200,
            ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("pet", BinaryData.FromString(Pet), jsonSchemaIsStrict: true),
        };
        var answer = (await client.CompleteChatAsync([OpenAI.Chat.ChatMessage.CreateUserMessage("Describe a cat.")], options, HttpAnswers.Stop)).Value;
        Assert.True(JsonElement.Parse(answer.Content[0].Text).TryGetProperty("legs", out _));
    }

    [Theory]
    [InlineData("\"grammar\":\"root = x\"", "invalid_grammar", "grammar", "line 1")]
    [InlineData("\"grammar\":\"root ::= root\"", "invalid_grammar", "grammar", "never ends")]
    [InlineData("\"grammar\":5", "invalid_type", "grammar", null)]
    [InlineData("\"grammar\":\"root ::= \\\"a\\\"\",\"response_format\":{\"type\":\"json_object\"}", "invalid_value", "grammar", "both given")]
    [InlineData("\"response_format\":\"json\"", "invalid_type", "response_format", null)]
    [InlineData("\"response_format\":{}", "missing_required_parameter", "response_format.type", null)]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "invalid_value", "response_format", "text, json_object or json_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_object\",\"shema\":{}}", "unknown_parameter", "response_format.shema", "did you mean schema?")]
    [InlineData("\"response_format\":{\"type\":\"text\",\"schema\":{}}", "invalid_value", "response_format.schema", "does not belong")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "missing_required_parameter", "response_format.json_schema", null)]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":\"yes\"}}", "invalid_type", "response_format.json_schema.strict", null)]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"properties\":{\"a\":{\"pattern\":\"b\"}}}}}", "invalid_grammar", "response_format.json_schema.schema.properties.a.pattern", "not honoured")]
    [InlineData("\"response_format\":{\"type\":\"json_object\",\"schema\":{\"type\":\"x\"}}", "invalid_grammar", "response_format.schema.type", null)]
    public async Task What_cannot_be_kept_to_is_refused(string field, string code, string param, string? advice)
    {
        using var response = await PostAsync($"{{{Said},{field}}}");
        Assert.Contains(advice ?? "", await response.RefusedAsync(HttpStatusCode.BadRequest, code, param), StringComparison.Ordinal);
    }

    private static string TextOf(JsonElement choice) => choice.GetProperty("message").GetProperty("content").GetString()!;

    private async Task<JsonElement> ChoiceAsync(string body)
    {
        using var response = await PostAsync(body);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(HttpAnswers.Stop));
        return (await response.JsonAsync()).GetProperty("choices")[0];
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await server.Http.PostAsync(new Uri(Route, UriKind.Relative), content, HttpAnswers.Stop);
    }
}
