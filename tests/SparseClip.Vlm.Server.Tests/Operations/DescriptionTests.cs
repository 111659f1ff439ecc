using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>What /openapi/v1.json says, from which clients are generated.</summary>
public sealed class DescriptionTests(RunningServer server)
{
    [Fact]
    public async Task The_API_describes_itself()
    {
        var paths = (await DescriptionAsync()).GetProperty("paths");
        Assert.True(paths.TryGetProperty("/api/images", out _));
        Assert.True(paths.TryGetProperty("/v1/chat/completions", out _));
        Assert.True(paths.TryGetProperty("/v1/responses", out _));
        Assert.All(paths.EnumerateObject(), path => Assert.False(path.Value.TryGetProperty("head", out _), path.Name));
        using var page = await server.GetAsync("/scalar");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Every_field_is_described()
    {
        var fields = from schema in (await SchemasAsync()).EnumerateObject()
                     where schema.Value.TryGetProperty("properties", out _)
                     from field in schema.Value.GetProperty("properties").EnumerateObject()
                     select (Name: $"{schema.Name}.{field.Name}", field.Value);
        Assert.All(fields, field => Assert.True(IsDescribed(field.Value), field.Name));
    }

    [Theory]
    [InlineData("ChatMessage", "content")]
    [InlineData("ResponseRequest", "input")]
    [InlineData("ResponseRequest", "stop")]
    [InlineData("ResponseInputItem", "content")]
    [InlineData("ChatCompletionRequest", "stop")]
    public async Task A_string_or_a_list(string schema, string field)
    {
        var kinds = (await FieldAsync(schema, field)).GetProperty("oneOf").EnumerateArray().Select(kind => kind.GetProperty("type").GetString());
        Assert.Equal(["string", "array"], kinds);
    }

    [Theory]
    [InlineData("max_tokens", 1, 512, 128)]
    [InlineData("max_completion_tokens", 1, 512, 128)]
    [InlineData("temperature", 0, 2, 0)]
    [InlineData("repeat_penalty", 1, 2, 1.1)]
    [InlineData("frequency_penalty", -2, 2, 0)]
    [InlineData("presence_penalty", -2, 2, 0)]
    [InlineData("top_k", -1, 1_000_000, 0)]
    [InlineData("min_p", 0, 1, 0)]
    public async Task Ranges_and_defaults_are_told(string field, int least, int most, double usual)
    {
        var schema = await FieldAsync("ChatCompletionRequest", field);
        Assert.Equal(
            (least, most, usual),
            (schema.GetProperty("minimum").GetInt32(), schema.GetProperty("maximum").GetInt32(), schema.GetProperty("default").GetDouble()));
        Assert.DoesNotContain("string", schema.GetProperty("type").EnumerateArray().Select(type => type.GetString()));
    }

    [Fact]
    public async Task What_people_may_call_a_feature_and_how_far_a_name_holds_is_told()
    {
        Assert.Equal(80, (await FieldAsync("FeatureLabelRequest", "label")).GetProperty("maxLength").GetInt32());
        var standings = (await FieldAsync("FeatureDetail", "standing")).GetProperty("enum").EnumerateArray().Select(name => name.GetString());
        Assert.Equal(["untried", "verified", "given", "unnamed"], standings);
        Assert.Equal(20, (await FieldAsync("FeatureStatisticsDto", "histogram")).GetProperty("maxItems").GetInt32());
    }

    [Fact]
    public async Task The_operations_of_steering_and_their_units_are_told()
    {
        var operations = (await FieldAsync("SteeringEditDto", "op")).GetProperty("enum").EnumerateArray().Select(name => name.GetString());
        Assert.Equal(["ablate", "set", "scale", "add"], operations);
        var value = await FieldAsync("SteeringEditDto", "value");
        Assert.Contains("multiples of the feature's observed maximum", value.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(256, (await FieldAsync("SteeringDto", "edits")).GetProperty("maxItems").GetInt32());
    }

    [Fact]
    public async Task The_fields_that_are_accepted_unread_are_told()
    {
        var words = (await SchemasAsync()).GetProperty("ChatCompletionRequest").GetProperty("description").GetString()!;
        Assert.Contains("Accepted unread: user, metadata", words, StringComparison.Ordinal);
        Assert.Contains("logit_bias", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fields_that_are_read_are_those_that_are_told()
    {
        foreach (var (schema, fields, harmless) in ((string, FieldNames, IReadOnlyList<string>)[])
        [
            ("ChatCompletionRequest", CompletionFields.Request, CompletionFields.Harmless), ("ResponseRequest", ResponseFields.Request, [.. ResponseFields.Harmless.Except(["store"])]),
        ])
        {
            var told = (await SchemasAsync()).GetProperty(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name);
            Assert.Equal(fields.Known.Except(harmless).Except(fields.Unsupported.Keys).Order(), told.Order());
        }
    }

    [Theory]
    [InlineData("ContentPart", "type", "text")]
    [InlineData("ResponseInputItem", "role", "system")]
    [InlineData("ResponseInputPart", "type", "input_text")]
    [InlineData("ResponseTextFormat", "type", "text")]
    public async Task Alternatives_are_told_of_what_a_string_may_stand_for(string schema, string field, string first) =>
        Assert.Equal(first, (await FieldAsync(schema, field)).GetProperty("enum")[0].GetString());

    [Fact]
    public async Task The_fields_of_a_response_have_the_ranges_of_a_completion()
    {
        var most = await FieldAsync("ResponseRequest", "max_output_tokens");
        Assert.Equal((512, 128), (most.GetProperty("maximum").GetInt32(), most.GetProperty("default").GetInt32()));
        Assert.Equal((await FieldAsync("ChatCompletionRequest", "top_k")).GetRawText(), (await FieldAsync("ResponseRequest", "top_k")).GetRawText());
        Assert.Equal(["disabled", "auto"], (await FieldAsync("ResponseRequest", "truncation")).GetProperty("enum").EnumerateArray().Select(mode => mode.GetString()));
        Assert.Contains("Accepted unread: user, store", (await SchemasAsync()).GetProperty("ResponseRequest").GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private static bool IsDescribed(JsonElement field) => field.TryGetProperty("description", out _)
        || field.TryGetProperty("$ref", out _)
        || (field.TryGetProperty("oneOf", out var kinds) && kinds.EnumerateArray().Any(IsDescribed));

    private async Task<JsonElement> FieldAsync(string schema, string field) => (await SchemasAsync()).GetProperty(schema).GetProperty("properties").GetProperty(field);

    private async Task<JsonElement> SchemasAsync() => (await DescriptionAsync()).GetProperty("components").GetProperty("schemas");

    private async Task<JsonElement> DescriptionAsync()
    {
        using var description = await server.GetAsync("/openapi/v1.json");
        return await description.JsonAsync();
    }
}
