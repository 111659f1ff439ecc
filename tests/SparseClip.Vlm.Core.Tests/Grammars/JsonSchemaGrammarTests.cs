using System.Text.Json;
using CsCheck;
using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Core.Tests.Grammars;

/// <summary>JSON schemas as grammars.</summary>
public sealed class JsonSchemaGrammarTests
{
    [Theory]
    [InlineData("{\"type\":\"string\"}", "\"\"|\"a b\"|\"é\\n\\u00e9\\/\"|\"😀\"", "a|\"|\"\\q\"|\"\\ud800\"|\"\n\"|1")]
    [InlineData("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}", "\"ab\"|\"é\\n€\"", "\"a\"|\"abcd\"")]
    [InlineData("{\"type\":\"integer\"}", "0|-12|1234567890", "01|1.5|-|1e5|\"1\"")]
    [InlineData("{\"type\":\"number\"}", "0|-1.25|1e10|2E-3", ".5|1.|+1|NaN|1e999")]
    [InlineData("{\"type\":\"boolean\"}", "true|false", "True|0|null")]
    [InlineData("{\"type\":\"null\"}", "null", "nul|{}")]
    [InlineData("{\"type\":[\"string\",\"null\"]}", "\"a\"|null", "1")]
    [InlineData("{\"enum\":[\"a\",1,null,[1,{\"b\":true}]]}", "\"a\"|1|null|[1,{\"b\":true}]", "\"b\"|2|[1]")]
    [InlineData("{\"type\":\"string\",\"enum\":[\"a\\\"\\\\\\n\",1,\"é\"]}", "\"a\\\"\\\\\\n\"|\"é\"", "1")]
    [InlineData("{\"const\":{\"a\":1}}", "{\"a\":1}", "{\"a\":2}")]
    [InlineData("{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}]}", "5|[]|[true, false]", "[1]|\"5\"")]
    [InlineData("{\"allOf\":[{\"type\":\"integer\"}],\"title\":\"x\"}", "5", "\"5\"")]
    [InlineData("{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":1,\"maxItems\":3}", "[1]|[1,2, 3]|[ 1 ]", "[]|[1,2,3,4]|[1,]|[\"a\"]")]
    [InlineData("{\"type\":\"array\",\"maxItems\":0}", "[]", "[1]")]
    [InlineData("{\"type\":\"array\",\"minItems\":2}", "[1,{}]|[\"a\",[],null]", "[1]|[]")]
    [InlineData("{\"items\":{\"type\":\"null\"}}", "[]|[null,null]", "[1]|{}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"},\"c\":{}},\"required\":[\"b\"],\"additionalProperties\":false}",
        "{\"b\":1}|{\"a\":1,\"b\":2}|{\"b\":1,\"c\":[{}]}|{ \"a\": 1, \"b\": 2, \"c\": null }", "{}|{\"a\":1}|{\"b\":1,\"a\":2}|{\"b\":1,\"d\":2}|{\"b\":1,}|{,\"b\":1}")]
    [InlineData("{\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}}}", "{}|{\"a\":1}|{\"b\":1}|{\"a\":1,\"b\":2}", "[]|{\"a\":1,,\"b\":2}")]
    [InlineData("{\"type\":\"object\"}", "{}|{\"a\":[1,{\"b\":null}]}", "[]")]
    [InlineData("{\"type\":\"object\",\"additionalProperties\":false}", "{}", "{\"a\":1}")]
    [InlineData("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}", "{}|{\"a\":1,\"b\":2}", "{\"a\":\"b\"}")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\\\"b\\u00e9\":{\"type\":\"null\"}},\"required\":[\"a\\\"b\\u00e9\"]}", "{\"a\\\"bé\":null}", "{\"ab\":null}")]
    [InlineData("{\"$ref\":\"#/$defs/a~1b\",\"$defs\":{\"a/b\":{\"type\":\"null\"}}}", "null", "1")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"next\":{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}},\"required\":[\"next\"]}", "{\"next\":null}|{\"next\":{\"next\":null}}", "{}|null")]
    [InlineData("{\"definitions\":{\"tree\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/tree\"}}},\"$ref\":\"#/definitions/tree\"}", "[]|[[],[[]]]", "[1]")]
    [InlineData("true", "1|\"a\"|{\"a\":[]}|null", "a")]
    [InlineData("{\"title\":\"anything\",\"description\":\"x\",\"default\":1,\"examples\":[1],\"$schema\":\"s\",\"$comment\":\"c\"}", "1|[]", "x")]
    public void JSON_keeps_to_a_schema_or_does_not(string schema, string follow, string others)
    {
        var grammar = JsonSchemaGrammar.Of(JsonElement.Parse(schema));
        Assert.All(follow.Split('|'), one => Assert.True(grammar.Follow(one), one));
        Assert.All(others.Split('|'), one => Assert.False(grammar.Follow(one), one));
    }

    [Theory]
    [InlineData("false", "", "is false")]
    [InlineData("5", "", "no schema")]
    [InlineData("{\"type\":\"text\"}", "type", "give object, array")]
    [InlineData("{\"type\":5}", "type", "must be a string")]
    [InlineData("{\"type\":[]}", "type", "not empty")]
    [InlineData("{\"type\":\"string\",\"pattern\":\"a\"}", "pattern", "not honoured")]
    [InlineData("{\"type\":\"string\",\"format\":\"date\"}", "format", "not honoured")]
    [InlineData("{\"type\":\"integer\",\"minimum\":1}", "minimum", "not honoured")]
    [InlineData("{\"type\":\"integer\",\"minLength\":1}", "minLength", "not honoured")]
    [InlineData("{\"type\":\"number\",\"multipleOf\":2}", "multipleOf", null)]
    [InlineData("{\"type\":\"array\",\"uniqueItems\":true}", "uniqueItems", null)]
    [InlineData("{\"type\":\"array\",\"prefixItems\":[]}", "prefixItems", null)]
    [InlineData("{\"type\":\"array\",\"minItems\":3,\"maxItems\":2}", null, "at least 3")]
    [InlineData("{\"type\":\"array\",\"maxItems\":1001}", "maxItems", "0 to 1000")]
    [InlineData("{\"type\":\"array\",\"minItems\":-1}", "minItems", null)]
    [InlineData("{\"type\":\"string\",\"minLength\":2,\"maxLength\":1}", "maxLength", "less than minLength")]
    [InlineData("{\"properties\":{\"a\":{\"items\":{\"not\":{}}}}}", "properties.a.items.not", "not honoured")]
    [InlineData("{\"properties\":[]}", "properties", "must be an object")]
    [InlineData("{\"properties\":{},\"required\":[\"a\"]}", "required", "names 'a'")]
    [InlineData("{\"properties\":{\"a\":{}},\"additionalProperties\":{\"type\":\"null\"}}", "additionalProperties", "beside properties")]
    [InlineData("{\"patternProperties\":{}}", "patternProperties", null)]
    [InlineData("{\"oneOf\":[{}]}", "oneOf", null)]
    [InlineData("{\"allOf\":[{},{}]}", "allOf", "several schemas")]
    [InlineData("{\"anyOf\":[]}", "anyOf", "not empty")]
    [InlineData("{\"anyOf\":[{\"type\":\"x\"}]}", "anyOf[0].type", null)]
    [InlineData("{\"anyOf\":[{}],\"type\":\"string\"}", "type", "beside anyOf")]
    [InlineData("{\"enum\":[]}", "enum", "not empty")]
    [InlineData("{\"enum\":[1],\"type\":\"string\"}", "", "no value")]
    [InlineData("{\"enum\":[\"a\"],\"minLength\":1}", "minLength", "beside enum")]
    [InlineData("{\"$ref\":\"http://example.org\"}", "$ref", "$defs")]
    [InlineData("{\"$ref\":\"#/$defs/a\"}", "$ref", null)]
    [InlineData("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"pattern\":\"x\"}}}", "$defs.a.pattern", null)]
    [InlineData("{\"$ref\":\"#\"}", null, "never ends")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}", null, "never ends")]
    [InlineData("{\"type\":\"string\",\"type\":\"null\"}", "type", "twice")]
    [InlineData("{\"const\":\"\\ud800\"}", null, "Unicode")]
    [InlineData("{\"properties\":{\"\\ud800\":{}}}", null, "Unicode")]
    [InlineData("{\"nullable\":true}", "nullable", null)]
    public void What_is_not_honoured_is_refused_by_its_name(string schema, string? place, string? words)
    {
        var error = Assert.Throws<GrammarException>(() => JsonSchemaGrammar.Of(JsonElement.Parse(schema)));
        Assert.Equal(place, error.Place);
        Assert.Contains(words ?? "", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Keywords with values of any kind: read or refused, never anything else.</summary>
    [Fact]
    public void Whatever_is_written_is_read_or_refused()
    {
        string[] keywords = ["type", "properties", "required", "items", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "minItems", "maxItems", "minLength", "maxLength", "additionalProperties", "title", "pattern", "not"];
        string[] values = ["null", "true", "1", "-1", "1e300", "\"string\"", "\"object\"", "\"#\"", "\"#/$defs/a\"", "[]", "[1]", "[\"a\",\"a\"]", "{}", "{\"a\":{}}", "{\"a\":{\"$ref\":\"#\"}}", "[{\"type\":\"null\"},{}]"];
        Gen.Select(Gen.OneOf(keywords), Gen.OneOf(values)).Array[0, 4].Sample(fields =>
        {
            try
            {
                JsonSchemaGrammar.Of(JsonElement.Parse($"{{{string.Join(',', fields.Select(field => $"\"{field.Item1}\":{field.Item2}"))}}}"));
            }
            catch (GrammarException error)
            {
                Assert.NotEmpty(error.Message);
            }
        });
    }

    [Fact]
    public void A_schema_that_is_large_or_deep_does_not_end_the_process()
    {
        var chain = string.Join(',', Enumerable.Range(0, 5000).Select(one => $"\"d{one}\":{{\"$ref\":\"#/$defs/d{one + 1}\"}}"));
        Assert.Throws<GrammarException>(() => JsonSchemaGrammar.Of(JsonElement.Parse($"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{chain},\"d5000\":{{}}}}}}")));
        var wide = string.Join(',', Enumerable.Range(0, 20_000).Select(one => $"\"p{one}\":{{}}"));
        Assert.Throws<GrammarException>(() => JsonSchemaGrammar.Of(JsonElement.Parse($"{{\"properties\":{{{wide}}}}}")));
    }

    [Fact]
    public void What_is_drawn_by_a_schema_is_JSON_that_keeps_to_it()
    {
        var grammar = JsonSchemaGrammar.Of(JsonElement.Parse("""
            {"type":"object","properties":{
              "name":{"type":"string","minLength":1,"maxLength":5},
              "age":{"type":"integer"},
              "tags":{"type":"array","items":{"enum":["a","b"]},"maxItems":2},
              "weight":{"type":["number","null"]}},
             "required":["name","tags"],"additionalProperties":false}
            """));
        for (var seed = 0; seed < 100; seed++)
        {
            var text = Assert.IsType<string>(grammar.Draw(seed, 2000));
            var json = JsonElement.Parse(text);
            Assert.InRange(json.GetProperty("name").GetString()!.EnumerateRunes().Count(), 1, 5);
            Assert.All(json.GetProperty("tags").EnumerateArray(), tag => Assert.Contains(tag.GetString(), (string[])["a", "b"]));
            Assert.True(!json.TryGetProperty("age", out var age) || age.TryGetInt64(out _), text);
            Assert.True(!json.TryGetProperty("weight", out var weight) || weight.ValueKind == JsonValueKind.Null || double.IsFinite(weight.GetDouble()), text);
            Assert.Subset((HashSet<string>)["name", "age", "tags", "weight"], json.EnumerateObject().Select(field => field.Name).ToHashSet());
        }
    }
}
