using System.Text.Json;
using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Tests.Problems;

public class JsonFaultTests
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    [Theory]
    [InlineData("{\"word\":\"a\"}", "'values' is missing")]
    [InlineData("{}", "'word', 'values' is missing")]
    [InlineData("{\"word\":\"a\",\"values\":[1],\"more\":2}", "'more' is not known")]
    [InlineData("{\"word\":\"a\",\"values\":[1,\"b\"]}", "values[1] is of another kind than what belongs there")]
    [InlineData("{\"word\":7,\"values\":[1]}", "word is of another kind than what belongs there")]
    [InlineData("[]", "it is of another kind than what belongs there")]
    [InlineData("{\"word\":null,\"values\":[1]}", "word is null")]
    [InlineData("{\"word\"", "Expected")]
    public void A_fault_is_told_without_the_programs_own_names(string json, string expected)
    {
        var fault = JsonFault.Of(Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Line>(json, s_options)));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(JsonFaultTests), fault, StringComparison.Ordinal);
    }

    private sealed record Line(string Word, float[] Values);
}
