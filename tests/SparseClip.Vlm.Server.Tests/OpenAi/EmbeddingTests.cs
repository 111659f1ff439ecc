using System.Net;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>The tower's codes over HTTP.</summary>
public sealed class EmbeddingTests(RunningServer server)
{
    private const string Route = "/v1/embeddings";

    [Fact]
    public async Task A_text_has_a_number_for_each_feature_and_sparse_the_same_without_zeros()
    {
        var dense = await EmbedAsync("\"input\":\"a picture of a dog\"");
        var numbers = Single(dense).EnumerateArray().Select(number => number.GetSingle()).ToList();
        Assert.Equal(TinyBundle.Dimension, numbers.Count);
        var sparse = Single(await EmbedAsync("\"input\":[\"a picture of a dog\"],\"sparse\":true"));
        Assert.Equal(
            numbers.Index().Where(number => number.Item != 0),
            sparse.GetProperty("indices").EnumerateArray().Select(index => index.GetInt32()).Zip(sparse.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())));
        var base64 = Convert.FromBase64String(Single(await EmbedAsync("\"input\":\"a picture of a dog\",\"encoding_format\":\"base64\"")).GetString()!);
        Assert.Equal(numbers, base64.Chunk(4).Select(bytes => BitConverter.ToSingle(bytes)));
        Assert.True(dense.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 3);
    }

    [Fact]
    public async Task A_picture_has_the_code_that_its_features_come_from_whichever_way_it_is_sent()
    {
        var image = await server.UploadAsync(81);
        var data = $"data:image/png;base64,{Convert.ToBase64String(TestPng.Noise(48, 40, 81))}";
        var answer = await EmbedAsync($$$"""
            "input":["image:{{{image.Id}}}","{{{data}}}",{"type":"image_url","image_url":{"url":"image:{{{image.Id}}}"}},{"image_url":"{{{data}}}"},{"type":"text","text":"image:{{{image.Id}}}"}],"sparse":true
            """);
        var codes = answer.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("embedding")).ToList();
        Assert.All(codes.Take(4), code => Assert.Equal(codes[0].GetRawText(), code.GetRawText()));
        Assert.NotEqual(codes[0].GetRawText(), codes[4].GetRawText());
        Assert.Equal([0, 1, 2, 3, 4], answer.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("index").GetInt32()));
        var values = codes[0].GetProperty("indices").EnumerateArray().Select(index => index.GetInt32()).Zip(codes[0].GetProperty("values").EnumerateArray().Select(value => value.GetSingle())).ToDictionary();
        Assert.All(image.Features, feature => Assert.Equal(values[feature.Id], feature.Value));
    }

    [Fact]
    public async Task Texts_keep_their_order_among_pictures()
    {
        var image = await server.UploadAsync(82);
        var together = await EmbedAsync($"\"input\":[\"a cat\",\"image:{image.Id}\",\"a dog\"],\"sparse\":true");
        var alone = await EmbedAsync("\"input\":\"a dog\",\"sparse\":true");
        // The last bits depend on what else is in a batch.
        Assert.All(
            Values(Single(alone)).Zip(Values(together.GetProperty("data")[2].GetProperty("embedding"))), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.NotEqual(Values(Single(alone)), Values(together.GetProperty("data")[0].GetProperty("embedding")));

        static List<float> Values(JsonElement code) => [.. code.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
    }

    [Fact]
    public async Task The_OpenAI_client_understands_it()
    {
        var client = new OpenAI.Embeddings.EmbeddingClient(
            TinyBundle.Name, new System.ClientModel.ApiKeyCredential("none"), new OpenAI.OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") });
        var codes = (await client.GenerateEmbeddingsAsync(["a dog", "a cat"], cancellationToken: HttpAnswers.Stop)).Value;
        Assert.Equal([TinyBundle.Dimension, TinyBundle.Dimension], codes.Select(code => code.ToFloats().Length));
    }

    [Theory]
    [InlineData("\"model\":\"tiny\"", "missing_required_parameter", "input", null)]
    [InlineData("\"input\":[]", "invalid_value", "input", "1 to 256")]
    [InlineData("\"input\":5", "invalid_type", "input", null)]
    [InlineData("\"input\":[1,2]", "invalid_type", "input[0]", "tokens are not taken")]
    [InlineData("\"input\":[[1,2]]", "invalid_type", "input[0]", null)]
    [InlineData("\"input\":\"\"", "invalid_value", "input", "0 tokens")]
    [InlineData("\"input\":\"x\",\"dimensions\":5", "unsupported_parameter", "dimensions", "all features")]
    [InlineData("\"input\":\"x\",\"encoding_format\":\"int8\"", "invalid_value", "encoding_format", "float or base64")]
    [InlineData("\"input\":\"x\",\"encoding_format\":\"base64\",\"sparse\":true", "invalid_value", "encoding_format", "indices and values")]
    [InlineData("\"input\":\"x\",\"sparse\":1", "invalid_type", "sparse", null)]
    [InlineData("\"inputs\":\"x\"", "unknown_parameter", "inputs", "did you mean input?")]
    [InlineData("\"input\":{\"text\":\"x\",\"image_url\":\"y\"}", "unknown_parameter", "input.text", null)]
    [InlineData("\"input\":{\"type\":\"image_url\",\"text\":\"x\"}", "unsupported_content", "input", null)]
    [InlineData("\"input\":{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://example.org/a.png\"}}", "invalid_image_url", "input.image_url", null)]
    [InlineData("\"input\":\"data:image/png;base64,@\"", "invalid_image_url", "input", null)]
    [InlineData("\"input\":\"\\ud800\"", "invalid_text", "input", null)]
    public async Task What_cannot_be_embedded_is_refused(string fields, string code, string param, string? advice)
    {
        using var response = await PostAsync(fields);
        Assert.Contains(advice ?? "", await response.RefusedAsync(HttpStatusCode.BadRequest, code, param), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Longer_texts_than_the_tower_reads_and_pictures_that_are_not_there_are_refused()
    {
        using var long200 = await PostAsync($"\"input\":[\"a\",\"{string.Concat(Enumerable.Repeat("dog ", 200))}\"]");
        Assert.Contains("1 to 64", await long200.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "input[1]"), StringComparison.Ordinal);
        using var gone = await PostAsync($"\"input\":\"image:{new string('0', 64)}\"");
        await gone.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        using var other = await PostAsync("\"input\":\"x\",\"model\":\"gpt\"");
        await other.RefusedAsync(HttpStatusCode.NotFound, "model_not_found");
    }

    private static JsonElement Single(JsonElement answer) => Assert.Single(answer.GetProperty("data").EnumerateArray()).GetProperty("embedding");

    private async Task<JsonElement> EmbedAsync(string fields)
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
