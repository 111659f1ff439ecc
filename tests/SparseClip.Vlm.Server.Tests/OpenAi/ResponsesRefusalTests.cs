using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>What a request of the Responses API cannot have is refused by its name, in the places and words of that API.</summary>
public sealed class ResponsesRefusalTests(RunningServer server)
{
    private const string Route = "/v1/responses";

    public static TheoryData<string> Unsupported => [.. ResponseFields.Request.Unsupported.Keys];

    public static TheoryData<string> Elsewhere => [.. ResponseFields.Request.Elsewhere.Keys];

    [Theory]
    [MemberData(nameof(Unsupported))]
    public async Task A_field_that_cannot_be_honoured_is_refused_with_the_reason(string field) => Assert.Contains(
        ResponseFields.Request.Unsupported[field].Reason, await RefusedAsync($"{{\"input\":\"Hi\",\"{field}\":{{\"any\":true}}}}", "unsupported_parameter", field), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task A_field_of_another_API_is_refused_with_what_to_do_instead(string field) => Assert.Contains(
        ResponseFields.Request.Elsewhere[field], await RefusedAsync($"{{\"input\":\"Hi\",\"{field}\":1}}", "unknown_parameter", field), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"max_output_tokens\":513", "invalid_value", "max_output_tokens", "512")]
    [InlineData("\"max_output_tokens\":0", "invalid_value", "max_output_tokens", null)]
    [InlineData("\"maxOutputTokens\":5", "unknown_parameter", "maxOutputTokens", "did you mean max_output_tokens?")]
    [InlineData("\"instruction\":\"x\"", "unknown_parameter", "instruction", "did you mean instructions?")]
    [InlineData("\"instructions\":5", "invalid_type", "instructions", null)]
    [InlineData("\"background\":true", "unsupported_parameter", "background", "to the request that asks for it")]
    [InlineData("\"previous_response_id\":\"resp_1\"", "unsupported_parameter", "previous_response_id", "not kept")]
    [InlineData("\"reasoning\":{\"effort\":\"high\"}", "unsupported_parameter", "reasoning.effort", "does not reason")]
    [InlineData("\"reasoning\":{\"summary\":\"auto\"}", "unsupported_parameter", "reasoning.summary", "does not reason")]
    [InlineData("\"reasoning\":{\"depth\":1}", "unknown_parameter", "reasoning.depth", null)]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]", "unsupported_parameter", "tools", "calls no tools")]
    [InlineData("\"tool_choice\":\"required\"", "unsupported_parameter", "tool_choice", "calls no tools")]
    [InlineData("\"stream_options\":{\"include_usage\":true}", "unsupported_parameter", "stream_options", "has the usage anyway")]
    [InlineData("\"text\":{\"verbosity\":\"low\"}", "unsupported_parameter", "text.verbosity", "max_output_tokens cuts them")]
    [InlineData("\"text\":{\"formats\":{}}", "unknown_parameter", "text.formats", "did you mean format?")]
    [InlineData("\"text\":{\"format\":{\"type\":\"xml\"}}", "invalid_value", "text.format", "text, json_object or json_schema")]
    [InlineData("\"text\":{\"format\":{}}", "missing_required_parameter", "text.format.type", null)]
    [InlineData("\"text\":{\"format\":{\"type\":\"json_object\",\"schema\":{}}}", "invalid_value", "text.format.schema", "does not belong")]
    [InlineData("\"text\":{\"format\":{\"type\":\"json_schema\",\"json_schema\":{}}}", "unknown_parameter", "text.format.json_schema", "beside the type")]
    [InlineData("\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\",\"schema\":{\"properties\":{\"a\":{\"pattern\":\"b\"}}}}}", "invalid_grammar", "text.format.schema.properties.a.pattern", "not honoured")]
    [InlineData("\"truncation\":\"oldest\"", "invalid_value", "truncation", "disabled or auto")]
    [InlineData("\"truncation\":true", "invalid_type", "truncation", null)]
    [InlineData("\"include\":\"message.output_text.logprobs\"", "invalid_type", "include", null)]
    [InlineData("\"include\":[\"logprobs\"]", "invalid_value", "include[0]", "message.output_text.logprobs")]
    [InlineData("\"top_logprobs\":2", "invalid_value", "top_logprobs", "is not in include")]
    [InlineData("\"top_logprobs\":21,\"include\":[\"message.output_text.logprobs\"]", "invalid_value", "top_logprobs", "0 to 20")]
    [InlineData("\"metadata\":[]", "invalid_type", "metadata", null)]
    [InlineData("\"metadata\":{\"a\":1}", "invalid_type", "metadata.a", null)]
    [InlineData("\"metadata\":{\"a\":\"1\",\"a\":\"2\"}", "duplicate_parameter", "metadata.a", null)]
    [InlineData("\"metadata\":{\"\\ud800\":\"1\"}", "invalid_text", "metadata", null)]
    [InlineData("\"temperature\":3", "invalid_value", "temperature", "0 to 2")]
    [InlineData("\"grounding\":\"words\"", "invalid_value", "grounding", "no picture")]
    [InlineData("\"parallel_tool_calls\":1", "invalid_type", "parallel_tool_calls", null)]
    public async Task A_bad_field(string field, string code, string param, string? advice) =>
        Assert.Contains(advice ?? "", await RefusedAsync($"{{\"input\":\"Hi\",{field}}}", code, param), StringComparison.Ordinal);

    [Theory]
    [InlineData("null", "missing_required_parameter", "input", null)]
    [InlineData("5", "invalid_type", "input", "a string or a list of messages")]
    [InlineData("[]", "no_messages", "input", null)]
    [InlineData("[\"Hi\"]", "invalid_type", "input[0]", null)]
    [InlineData("[{\"role\":\"assistant\",\"content\":\"x\"}]", "no_question", "input", null)]
    [InlineData("[{\"role\":\"tool\",\"content\":\"x\"}]", "invalid_role", "input[0].role", null)]
    [InlineData("[{\"role\":\"user\"}]", "missing_required_parameter", "input[0].content", null)]
    [InlineData("[{\"role\":\"user\",\"content\":[]}]", "invalid_value", "input[0].content", "empty list")]
    [InlineData("[{\"type\":5,\"role\":\"user\",\"content\":\"x\"}]", "invalid_type", "input[0].type", null)]
    [InlineData("[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]", "unsupported_content", "input[0]", "nothing is kept")]
    [InlineData("[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]", "unsupported_content", "input[0]", "calls no tools")]
    [InlineData("[{\"type\":\"reasoning\",\"summary\":[]}]", "unsupported_content", "input[0]", "does not reason")]
    [InlineData("[{\"role\":\"user\",\"text\":\"x\"}]", "unknown_parameter", "input[0].text", "content")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}]", "missing_required_parameter", "input[0].content[0].type", "input_image")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]", "unsupported_content", "input[0].content[0]", "give input_text")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]", "unsupported_content", "input[0].content[0]", "give input_image")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"x\"}]}]", "unsupported_content", "input[0].content[0]", null)]
    [InlineData("[{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"x\"}]}]", "unsupported_content", "input[0].content[0]", "output_text")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"output_text\",\"text\":\"x\",\"annotations\":[1]}]}]", "unsupported_parameter", "input[0].content[0].annotations", null)]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"file_id\":\"f\"}]}]", "unsupported_parameter", "input[0].content[0].file_id", "image_url")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":{\"url\":\"x\"}}]}]", "invalid_type", "input[0].content[0].image_url", null)]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"x\",\"detail\":\"ultra\"}]}]", "invalid_value", "input[0].content[0].detail", null)]
    [InlineData("[{\"role\":\"system\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"image:x\"}]}]", "misplaced_image", "input[0].content[0]", null)]
    [InlineData("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"https://example.org/a.png\"}]}]", "invalid_image_url", "input[1].content[0].image_url", "input[1].content[0].image_url is a picture elsewhere")]
    public async Task A_bad_input(string input, string code, string param, string? advice)
    {
        var words = await RefusedAsync($"{{\"input\":{input}}}", code, param);
        Assert.Contains(advice ?? "", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_in_the_input_do_not_count_the_instructions() => await RefusedAsync(
        "{\"instructions\":\"Be brief.\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"x\"}]}]}", "invalid_image_url", "input[0].content[0].image_url");

    [Fact]
    public async Task Metadata_has_its_bounds()
    {
        await RefusedAsync($"{{\"input\":\"Hi\",\"metadata\":{{{string.Join(',', Enumerable.Range(0, 17).Select(name => $"\"{name}\":\"\""))}}}}}", "invalid_value", "metadata");
        await RefusedAsync($"{{\"input\":\"Hi\",\"metadata\":{{\"a\":\"{new string('x', 513)}\"}}}}", "invalid_value", "metadata");
        await RefusedAsync($"{{\"input\":\"Hi\",\"metadata\":{{\"{new string('x', 65)}\":\"\"}}}}", "invalid_value", "metadata");
    }

    [Fact]
    public async Task Another_model_and_too_much_text_are_refused()
    {
        using var other = await server.PostAsync(Route, new { model = "gpt", input = "Hi" });
        await other.RefusedAsync(HttpStatusCode.NotFound, "model_not_found", "model");
        using var long_ = await server.PostAsync(Route, new { input = new string('x', 2_000_000) });
        await long_.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "text_too_long", "input");
    }

    [Fact]
    public async Task Completions_tell_where_its_fields_belong()
    {
        foreach (var field in (string[])["input", "instructions"])
        {
            using var response = await server.PostAsync("/v1/chat/completions", JsonElement.Parse($"{{\"messages\":[],\"{field}\":\"Hi\"}}"));
            Assert.Contains("/v1/responses", await response.RefusedAsync(HttpStatusCode.BadRequest, "unknown_parameter", field), StringComparison.Ordinal);
        }
    }

    private async Task<string> RefusedAsync(string body, string code, string param)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Http.PostAsync(new Uri(Route, UriKind.Relative), content, HttpAnswers.Stop);
        return await response.RefusedAsync(HttpStatusCode.BadRequest, code, param);
    }
}
