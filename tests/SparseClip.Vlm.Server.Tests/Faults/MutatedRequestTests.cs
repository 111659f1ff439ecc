using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Faults;

/// <summary>Requests of every route that takes a body, and questions on the hub, changed at random by one seed each: answered, or refused as the client's fault.</summary>
public sealed class MutatedRequestTests(RunningServer server)
{
    private const int Requests = 300;

    private static readonly JsonNode?[] s_strange =
    [
        null, true, -1, 0, 1.5, 1e308, long.MaxValue, "", " ", "\ud83d\ude00", "\u0000", "image:x", "data:image/png;base64,!", new string('a', 5000),
        new JsonArray(), new JsonObject(), new JsonArray(1, "a", null), new JsonObject { ["name"] = "dog", ["op"] = "ablate" },
    ];

    private static readonly (string Path, string Body)[] s_bodies =
    [
        ("/v1/chat/completions", """{"messages":[{"role":"system","content":"Be short."},{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"image:ID","detail":"low"}}]}],"max_tokens":2,"temperature":0.5,"top_p":0.9,"seed":3,"stop":["x"],"n":1,"stream":false,"steering":{"edits":[{"feature":1,"op":"set","value":1.0,"region":[0,0,1,1]}],"clamp":true}}"""),
        ("/v1/chat/completions", """{"messages":[{"role":"user","content":"Hello"}],"max_tokens":2,"stream":true,"stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"type":"integer"}}}}}}"""),
        ("/v1/chat/completions/input_tokens", """{"messages":[{"role":"user","content":"Hello"}]}"""),
        ("/v1/embeddings", """{"input":["a dog","a cat"],"encoding_format":"float"}"""),
        ("/v1/tokenize", """{"input":"a dog"}"""),
        ("/v1/decide", """{"image":"ID","choices":["dog","cat"]}"""),
        ("/api/images/ID/steering", """{"edits":[{"feature":2,"op":"scale","value":0.5}]}"""),
        ("/api/concepts", """{"word":"my own thing","images":["ID"]}"""),
    ];

    private static readonly (string Path, string Body)[] s_responses =
    [
        ("/v1/responses", """{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"What is it?"},{"type":"input_image","image_url":"image:ID","detail":"low"}]}],"instructions":"Be short.","max_output_tokens":2,"temperature":0.5,"seed":3,"include":["message.output_text.logprobs"],"top_logprobs":2,"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object"}}},"truncation":"auto","metadata":{"a":"b"},"stream":false}"""),
    ];

    [Fact]
    public Task A_request_that_was_changed_is_answered_or_refused() => AreAnsweredOrRefusedAsync(s_bodies, Requests);

    [Fact]
    public Task So_is_one_of_the_Responses_API() => AreAnsweredOrRefusedAsync(s_responses, Requests / 3);

    [Fact]
    public async Task A_question_on_the_hub_that_was_changed_is_answered_or_refused()
    {
        var id = await PictureAsync();
        var body = """{"image":"ID","messages":[{"role":"user","text":"What is it?"}],"maxTokens":2,"temperature":0.5,"seed":3,"grounding":"words","truncate":"oldest","deterministic":true,"steering":{"edits":[{"feature":1,"op":"add","value":0.5}],"clamp":false}}""".Replace("ID", id, StringComparison.Ordinal);
        await using var hub = await server.ConnectAsync();
        var ends = new SortedDictionary<string, int>();
        for (var seed = 1; seed <= Requests; seed++)
        {
            var question = Changed(JsonNode.Parse(body)!, new Random(seed));
            var events = await hub.AllAsync(JsonSerializer.SerializeToElement(question));
            var last = events[^1];
            Assert.True(last.Type is ChatEvent.DoneType or ChatEvent.ErrorType && last.Code != "internal_error", $"seed {seed}: {last.Code} {last.Message}");
            ends[last.Code ?? last.Type] = ends.GetValueOrDefault(last.Code ?? last.Type) + 1;
        }

        Assert.True(ends.GetValueOrDefault(ChatEvent.DoneType) > 0 && ends.Count > 3, string.Join(' ', ends));
    }

    private async Task AreAnsweredOrRefusedAsync((string Path, string Body)[] bodies, int requests)
    {
        var id = await PictureAsync();
        var seen = new SortedDictionary<int, int>();
        for (var seed = 1; seed <= requests; seed++)
        {
            var (path, body) = bodies[seed % bodies.Length];
            var mutated = Mutated(body.Replace("ID", id, StringComparison.Ordinal), new Random(seed));
            using var content = new ByteArrayContent(mutated);
            content.Headers.ContentType = new("application/json");
            using var answer = await server.Http.PostAsync(new Uri(path.Replace("ID", id, StringComparison.Ordinal), UriKind.Relative), content, HttpAnswers.Stop);
            Assert.True((int)answer.StatusCode < 500, $"seed {seed}: {(int)answer.StatusCode} to {path} {Encoding.UTF8.GetString(mutated)}\n{await answer.Content.ReadAsStringAsync(HttpAnswers.Stop)}");
            var text = await answer.Content.ReadAsStringAsync(HttpAnswers.Stop);
            Assert.DoesNotContain("internal_error", text, StringComparison.Ordinal);
            seen[(int)answer.StatusCode] = seen.GetValueOrDefault((int)answer.StatusCode) + 1;
        }

        Assert.True(seen.GetValueOrDefault(200) > 0 && seen.GetValueOrDefault(400) > 0, string.Join(' ', seen));
    }

    private async Task<string> PictureAsync()
    {
        using var uploaded = await server.UploadAsync(TestPng.Noise(40, 40, 91));
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        return (await uploaded.JsonAsync()).GetProperty("id").GetString()!;
    }

    /// <summary>Three of four with another value, name or number of entries somewhere; one with other bytes.</summary>
    private static byte[] Mutated(string body, Random random)
    {
        if (random.Next(4) > 0)
        {
            return Encoding.UTF8.GetBytes(Changed(JsonNode.Parse(body)!, random).ToJsonString());
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static JsonNode Changed(JsonNode root, Random random)
    {
        var places = new List<JsonNode>();
        Collect(root);
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            var strange = s_strange[random.Next(s_strange.Length)]?.DeepClone();
            switch (places[random.Next(places.Count)])
            {
                case JsonObject { Count: > 0 } some when random.Next(4) > 0:
                    some[some.ElementAt(random.Next(some.Count)).Key] = strange;
                    break;
                case JsonObject { Count: > 0 } some when random.Next(2) == 0:
                    some.Remove(some.ElementAt(random.Next(some.Count)).Key);
                    break;
                case JsonObject other:
                    other["unheard_of"] = strange;
                    break;
                case JsonArray list when list.Count > 0 && random.Next(2) == 0:
                    list[random.Next(list.Count)] = strange;
                    break;
                case JsonArray list:
                    list.Add(strange);
                    break;
            }
        }

        return root;

        void Collect(JsonNode? node)
        {
            if (node is JsonObject some)
            {
                places.Add(some);
                foreach (var (_, value) in some)
                {
                    Collect(value);
                }
            }
            else if (node is JsonArray list)
            {
                places.Add(list);
                foreach (var value in list)
                {
                    Collect(value);
                }
            }
        }
    }
}
