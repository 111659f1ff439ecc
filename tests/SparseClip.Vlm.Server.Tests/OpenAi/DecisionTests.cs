using System.Net;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Decisions of the tower alone.</summary>
public sealed class DecisionTests(RunningServer server)
{
    private const string Route = "/v1/decide";

    [Fact]
    public async Task One_of_some_choices_with_the_features_that_say_so()
    {
        var image = await server.UploadAsync(101);
        var decision = await DecideAsync($"\"image\":\"image:{image.Id}\",\"choices\":[\"dog\",\"cat\",\"house\"]");
        var choices = decision.GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal(1, choices.Sum(choice => choice.GetProperty("probability").GetDouble()), 1e-9);
        Assert.Equal(decision.GetProperty("answer").GetString(), choices[0].GetProperty("label").GetString());
        Assert.Equal(decision.GetProperty("against").GetString(), choices[1].GetProperty("label").GetString());
        Assert.Equal(choices.OrderByDescending(choice => choice.GetProperty("cosine").GetSingle()), choices);
        Assert.InRange(decision.GetProperty("features").GetArrayLength(), 1, 16);
        Assert.All(decision.GetProperty("features").EnumerateArray(), feature => Assert.True(feature.GetProperty("weight").GetSingle() > 0));
        Assert.Equal(image.Id, decision.GetProperty("image").GetString());
        Assert.False(decision.TryGetProperty("steering", out _));
        var again = await DecideAsync($"\"image\":\"{image.Id}\",\"choices\":[\"a house\",\"Dog\",\"cat\"]");
        Assert.Equal(3, again.GetProperty("choices").GetArrayLength());
    }

    [Fact]
    public async Task Whether_a_concept_is_there_follows_the_edits()
    {
        var image = await server.UploadAsync(102);
        var set = await DecideAsync($"\"image\":\"image:{image.Id}\",\"concept\":\"cats\",\"steering\":{{\"edits\":[{{\"feature\":1,\"op\":\"set\",\"value\":900}}],\"clamp\":false}}");
        Assert.Equal("yes", set.GetProperty("answer").GetString());
        Assert.Equal(1, set.GetProperty("features")[0].GetProperty("id").GetInt32());
        Assert.NotEmpty(set.GetProperty("steering").GetProperty("applied").EnumerateArray());
        var gone = await DecideAsync($"\"image\":\"image:{image.Id}\",\"concept\":\"cat\",\"steering\":{{\"edits\":[{{\"feature\":1,\"op\":\"ablate\"}}]}}");
        Assert.Equal("no", gone.GetProperty("answer").GetString());
        Assert.InRange(gone.GetProperty("probability").GetDouble(), 0.5, 1);
        Assert.Empty(gone.GetProperty("features").EnumerateArray());
        Assert.False(gone.TryGetProperty("choices", out _));
    }

    [Theory]
    [InlineData("\"choices\":[\"a\",\"b\"]", "missing_required_parameter", "image", null)]
    [InlineData("\"image\":\"IMAGE\"", "missing_required_parameter", "choices", null)]
    [InlineData("\"image\":\"IMAGE\",\"choices\":[\"dog\",\"cat\"],\"concept\":\"cat\"", "invalid_value", "concept", "both given")]
    [InlineData("\"image\":\"IMAGE\",\"choices\":[\"dog\"]", "invalid_value", "choices", "2 to 256")]
    [InlineData("\"image\":\"IMAGE\",\"choices\":[\"dog\",\"A Dog\"]", "invalid_value", "choices[1]", "the same as choices[0]")]
    [InlineData("\"image\":\"IMAGE\",\"choices\":[\"dog\",\" \"]", "invalid_value", "choices[1]", "no word")]
    [InlineData("\"image\":\"IMAGE\",\"choices\":[\"dog\",5]", "invalid_type", "choices[1]", null)]
    [InlineData("\"image\":\"IMAGE\",\"choices\":\"dog\"", "invalid_type", "choices", null)]
    [InlineData("\"image\":\"IMAGE\",\"question\":\"What?\"", "unknown_parameter", "question", "chat/completions")]
    [InlineData("\"image\":\"http://example.org/a.png\",\"concept\":\"cat\"", "invalid_image_url", "image", null)]
    public async Task What_cannot_be_decided_is_refused(string fields, string code, string param, string? advice)
    {
        using var response = await PostAsync(fields.Replace("IMAGE", "image:" + new string('0', 64), StringComparison.Ordinal));
        Assert.Contains(advice ?? "", await response.RefusedAsync(HttpStatusCode.BadRequest, code, param), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_refused()
    {
        using var gone = await PostAsync($"\"image\":\"{new string('0', 64)}\",\"concept\":\"cat\"");
        await gone.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        using var unknown = await PostAsync($"\"image\":\"{new string('0', 64)}\",\"concept\":\"1234\"");
        await unknown.RefusedAsync(HttpStatusCode.NotFound, "unknown_concept", "concept");
        using var tooLong = await PostAsync($"\"image\":\"{new string('0', 64)}\",\"choices\":[\"cat\",\"{string.Concat(Enumerable.Repeat("big ", 100))}dog\"]");
        await tooLong.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "choices[1]");
    }

    private async Task<JsonElement> DecideAsync(string fields)
    {
        using var response = await PostAsync(fields);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(HttpAnswers.Stop));
        return await response.JsonAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string fields)
    {
        using var content = new StringContent($"{{{fields}}}", Encoding.UTF8, "application/json");
        return await server.Http.PostAsync(new Uri(Route, UriKind.Relative), content, HttpAnswers.Stop);
    }
}
