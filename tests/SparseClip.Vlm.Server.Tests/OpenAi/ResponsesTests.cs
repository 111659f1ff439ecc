using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Answers in the shape of OpenAI's Responses API are those of the completions, in other words.</summary>
public sealed class ResponsesTests(RunningServer server)
{
    private const string Route = "/v1/responses";
    private const string Completions = "/v1/chat/completions";
    private const string Pet = "{\"type\":\"object\",\"properties\":{\"legs\":{\"enum\":[2,4]}},\"required\":[\"legs\"]}";

    [Fact]
    public async Task An_answer_has_OpenAIs_shape_and_says_what_holds()
    {
        var answer = await AskAsync("""{"input":"Hello","max_output_tokens":4,"metadata":{"a":"b"},"store":true}""");
        Assert.StartsWith("resp_", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("response", answer.GetProperty("object").GetString());
        Assert.True(answer.GetProperty("created_at").GetInt64() > 0);
        Assert.Equal(TinyBundle.Name, answer.GetProperty("model").GetString());
        foreach (var absent in (string[])["error", "instructions", "previous_response_id"])
        {
            Assert.Equal(JsonValueKind.Null, answer.GetProperty(absent).ValueKind);
        }

        var message = Assert.Single(answer.GetProperty("output").EnumerateArray());
        Assert.Equal(("message", "assistant"), (message.GetProperty("type").GetString(), message.GetProperty("role").GetString()));
        var text = Assert.Single(message.GetProperty("content").EnumerateArray());
        Assert.Equal("output_text", text.GetProperty("type").GetString());
        Assert.Equal((0, 0), (text.GetProperty("annotations").GetArrayLength(), text.GetProperty("logprobs").GetArrayLength()));
        Assert.Equal(
            """4 false true 0 1 0 "auto" [] "disabled" {"format":{"type":"text"}} {"effort":null,"summary":null} {"a":"b"}""",
            string.Join(' ', ((string[])["max_output_tokens", "store", "parallel_tool_calls", "temperature", "top_p", "top_logprobs", "tool_choice", "tools", "truncation", "text", "reasoning", "metadata"])
                .Select(name => answer.GetProperty(name).GetRawText())));
        var usage = answer.GetProperty("usage");
        Assert.Equal(usage.GetProperty("total_tokens").GetInt32(), usage.GetProperty("input_tokens").GetInt32() + usage.GetProperty("output_tokens").GetInt32());
        Assert.Equal(0, usage.GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt32());
        Assert.True(usage.GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32() >= 0);
        Assert.True(answer.GetProperty("timings").GetProperty("predicted_n").GetInt32() > 0);
        Assert.False(answer.TryGetProperty("seed", out _));
    }

    [Fact]
    public async Task A_picture_and_edits_are_those_of_a_completion()
    {
        var image = await server.UploadAsync(121);
        var steering = new { edits = new[] { new { feature = 5, op = "set", value = 9f } } };
        using var completed = await server.PostAsync(Completions, Ask.About(image.Id, steering: steering));
        var expected = await completed.JsonAsync();
        foreach (var url in (string[])[$"image:{image.Id}", $"data:image/png;base64,{Convert.ToBase64String(TestPng.Noise(48, 40, 121))}"])
        {
            using var response = await server.PostAsync(Route, new
            {
                input = new[] { new { role = "user", content = new object[] { new { type = "input_text", text = "What is in this picture?" }, new { type = "input_image", image_url = url, detail = "high" } } } },
                max_output_tokens = 12,
                steering,
            });
            var answer = await response.JsonAsync();
            Assert.Equal(expected.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), TextOf(answer));
            Assert.Equal(expected.GetProperty("steering").GetRawText(), answer.GetProperty("steering").GetRawText());
            Assert.Equal(expected.GetProperty("grounding").GetRawText(), answer.GetProperty("grounding").GetRawText());
            Assert.Equal(expected.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        }
    }

    [Fact]
    public async Task Instructions_are_a_system_message_in_front()
    {
        using var completed = await server.PostAsync(Completions, new { max_tokens = 8, messages = new[] { new { role = "system", content = "Answer in verse." }, new { role = "user", content = "Who are you?" } } });
        var expected = await completed.JsonAsync();
        var answer = await AskAsync("""{"instructions":"Answer in verse.","input":"Who are you?","max_output_tokens":8}""");
        Assert.Equal("Answer in verse.", answer.GetProperty("instructions").GetString());
        Assert.Equal(expected.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), TextOf(answer));
        Assert.Equal(expected.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        var bare = await AskAsync("""{"input":"Who are you?","max_output_tokens":8}""");
        Assert.NotEqual(bare.GetProperty("usage").GetProperty("input_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task An_answer_goes_back_into_the_dialogue_as_it_came()
    {
        var first = await AskAsync("""{"input":"Hi","max_output_tokens":4,"include":["message.output_text.logprobs"]}""");
        using var response = await server.PostAsync(Route, new
        {
            input = new object[] { new { role = "user", content = "Hi" }, first.GetProperty("output")[0], new { type = "message", role = "user", content = "And now?" } },
            max_output_tokens = 4,
        });
        using var completed = await server.PostAsync(Completions, new
        {
            messages = new[] { new { role = "user", content = "Hi" }, new { role = "assistant", content = TextOf(first) }, new { role = "user", content = "And now?" } },
            max_tokens = 4,
        });
        Assert.Equal((await completed.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), TextOf(await response.JsonAsync()));
    }

    [Fact]
    public async Task One_that_the_most_tokens_cut_off_is_incomplete()
    {
        var cut = await AskAsync("{\"input\":\"Hi\",\"max_output_tokens\":2,\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"pet\",\"schema\":" + Pet + "}}}");
        Assert.Equal("incomplete", cut.GetProperty("status").GetString());
        Assert.Equal("incomplete", cut.GetProperty("output")[0].GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", cut.GetProperty("incomplete_details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task JSON_of_a_schema_is_complete_and_its_form_is_told()
    {
        var format = "{\"type\":\"json_schema\",\"name\":\"pet\",\"schema\":" + Pet + ",\"description\":\"A pet.\",\"strict\":true}";
        var answer = await AskAsync($"{{\"input\":\"Describe a cat.\",\"max_output_tokens\":200,\"text\":{{\"format\":{format}}}}}");
        Assert.Equal("completed", answer.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("incomplete_details").ValueKind);
        Assert.Contains(JsonElement.Parse(TextOf(answer)).GetProperty("legs").GetInt32(), (int[])[2, 4]);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(format), answer.GetProperty("text").GetProperty("format")));
        var any = await AskAsync("""{"input":"Describe a cat.","max_output_tokens":8,"text":{"format":{"type":"json_object"}}}""");
        Assert.StartsWith("{", TextOf(any), StringComparison.Ordinal);
        Assert.Equal("{\"type\":\"json_object\"}", any.GetProperty("text").GetProperty("format").GetRawText());
    }

    [Fact]
    public async Task A_dialogue_that_is_too_long_is_refused_unless_its_oldest_messages_may_go()
    {
        var words = string.Join(' ', Enumerable.Repeat("many words and no end of them", 60));
        object Body(string? truncation) => new
        {
            truncation,
            instructions = "Be brief.",
            max_output_tokens = 3,
            input = Enumerable.Range(0, 12).SelectMany(_ => (object[])[new { role = "user", content = words }, new { role = "assistant", content = "Yes." }]).Append(new { role = "user", content = "And now?" }),
        };
        foreach (var truncation in (string?[])[null, "disabled"])
        {
            using var refused = await server.PostAsync(Route, Body(truncation));
            await refused.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded", "input");
        }

        using var response = await server.PostAsync(Route, Body("auto"));
        var answer = await response.JsonAsync();
        Assert.Equal("auto", answer.GetProperty("truncation").GetString());
        Assert.InRange(answer.GetProperty("left_out").GetInt32(), 2, 22);
    }

    [Fact]
    public async Task How_likely_the_tokens_were_is_told_when_it_is_asked()
    {
        var answer = await AskAsync("""{"input":"Hello","max_output_tokens":6,"include":["message.output_text.logprobs"],"top_logprobs":3}""");
        using var completed = await server.PostAsync(Completions, new { messages = new[] { new { role = "user", content = "Hello" } }, max_tokens = 6, logprobs = true, top_logprobs = 3 });
        Assert.Equal(
            (await completed.JsonAsync()).GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").GetRawText(),
            answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("logprobs").GetRawText());
        Assert.Equal(3, answer.GetProperty("top_logprobs").GetInt32());
    }

    [Fact]
    public async Task Chance_and_its_seed_are_told()
    {
        const string Drawn = "\"input\":\"Tell me a story.\",\"max_output_tokens\":8,\"temperature\":1.5,\"top_p\":0.9";
        var first = await AskAsync($"{{{Drawn}}}");
        Assert.Equal((1.5f, 0.9f), (first.GetProperty("temperature").GetSingle(), first.GetProperty("top_p").GetSingle()));
        Assert.Equal(TextOf(first), TextOf(await AskAsync($"{{{Drawn},\"seed\":{first.GetProperty("seed").GetUInt32()}}}")));
    }

    [Theory]
    [InlineData("\"model\":null,\"instructions\":null,\"stream\":null,\"stream_options\":null,\"text\":null,\"truncation\":null,\"include\":null,\"metadata\":null,\"reasoning\":null,\"store\":null,\"tools\":null")]
    [InlineData("\"previous_response_id\":null,\"conversation\":null,\"prompt\":null,\"background\":false,\"tools\":[],\"tool_choice\":\"none\",\"parallel_tool_calls\":false,\"max_tool_calls\":3")]
    [InlineData("\"reasoning\":{\"effort\":\"none\",\"summary\":null},\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"},\"stream_options\":{\"include_obfuscation\":false}")]
    [InlineData("\"user\":\"ada\",\"store\":true,\"service_tier\":\"auto\",\"safety_identifier\":\"x\",\"prompt_cache_key\":\"y\",\"prompt_cache_retention\":\"24h\",\"metadata\":{}")]
    [InlineData("\"include\":[],\"top_logprobs\":0,\"n\":1,\"frequency_penalty\":0,\"presence_penalty\":0")]
    [InlineData("\"include\":[\"reasoning.encrypted_content\",\"message.output_text.logprobs\"]")]
    [InlineData("\"top_k\":5,\"min_p\":0.1,\"typical_p\":0.9,\"repeat_penalty\":1.2,\"stop\":\"x\",\"deterministic\":true,\"grounding\":\"off\",\"steering\":{\"edits\":[]}")]
    public async Task Fields_that_ask_for_nothing_are_accepted(string fields) => await AskAsync($"{{\"input\":\"Hi\",\"max_output_tokens\":1,{fields}}}");

    private static string TextOf(JsonElement answer) => answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;

    private async Task<JsonElement> AskAsync(string body)
    {
        using var response = await server.PostAsync(Route, JsonElement.Parse(body));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(HttpAnswers.Stop));
        return await response.JsonAsync();
    }
}
