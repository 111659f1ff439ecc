using System.Text;
using System.Text.Json;

namespace SparseClip.Vlm.Core.Grammars;

/// <summary>
/// Turns a JSON schema (draft 2020-12) into a grammar of the JSON that keeps to it. What is taken: <c>type</c> (one or a list), <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, <c>minItems</c>, <c>maxItems</c>,
/// <c>minLength</c>, <c>maxLength</c>, <c>enum</c>, <c>const</c>, <c>anyOf</c>, <c>allOf</c> of one, <c>$ref</c> to <c>#</c>, <c>#/$defs/NAME</c> and <c>#/definitions/NAME</c>, and what only explains. Any other keyword is refused by its name, so that none is ignored.
/// The grammar is of a part of what the schema allows: properties come in the schema's order, none that it does not name beside those that it does, numbers are finite with at most 16 digits before and after the point, and there is little white space.
/// </summary>
public sealed class JsonSchemaGrammar
{
    /// <summary>How deep schemas may stand in one another.</summary>
    public const int Deepest = 32;

    /// <summary>The most items and letters that a schema may count.</summary>
    public const int MostCounted = 1000;

    private static readonly HashSet<string> s_explaining = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
    };

    private static readonly HashSet<string> s_ofObjects = new(StringComparer.Ordinal) { "properties", "required", "additionalProperties" };
    private static readonly HashSet<string> s_ofArrays = new(StringComparer.Ordinal) { "items", "minItems", "maxItems" };
    private static readonly HashSet<string> s_ofTexts = new(StringComparer.Ordinal) { "minLength", "maxLength" };
    private static readonly string[] s_types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly JsonElement _root;
    private readonly Dictionary<string, string> _references = new(StringComparer.Ordinal);
    private readonly StringBuilder _rules = new(JsonRules.Text);
    private int _named;

    private JsonSchemaGrammar(JsonElement root) => _root = root;

    /// <summary>The grammar of any JSON object.</summary>
    public static Grammar AnyObject { get; } = Grammar.Parse($"root ::= {JsonRules.Object}\n{JsonRules.Text}");

    /// <summary>The grammar of a schema.</summary>
    /// <param name="schema">The schema: an object, or <c>true</c>.</param>
    /// <exception cref="GrammarException">The schema says something that is not taken, or nothing keeps to it; <see cref="GrammarException.Place"/> says where.</exception>
    public static Grammar Of(JsonElement schema)
    {
        var made = new JsonSchemaGrammar(schema);
        try
        {
            var root = made.Reference("#", "", 0);
            made._rules.Append("root ::= ").Append(root).Append('\n');
        }
        catch (InvalidOperationException)
        {
            throw new GrammarException("The schema holds text that is no valid Unicode: half a surrogate pair, or bytes that are not UTF-8.");
        }

        return Grammar.Parse(made._rules.ToString());
    }

    /// <summary>The expression of a schema.</summary>
    private string Schema(JsonElement schema, string place, int depth)
    {
        if (depth > Deepest)
        {
            throw Wrong(place, $"stands more than {Deepest} schemas deep; put a part into $defs.");
        }

        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                return JsonRules.Value;
            case JsonValueKind.False:
                throw Wrong(place, "is false, to which nothing keeps.");
            case JsonValueKind.Object:
                break;
            default:
                throw Wrong(place, "is no schema; give an object.");
        }

        var keywords = Fields(schema, place);
        if (keywords.TryGetValue("$ref", out var reference))
        {
            Only(keywords, place, "$ref");
            return Reference(Text(reference, Join(place, "$ref")), Join(place, "$ref"), depth);
        }

        if (keywords.TryGetValue("anyOf", out var any))
        {
            Only(keywords, place, "anyOf");
            return Either(Items(any, Join(place, "anyOf")).Select((one, at) => Schema(one, $"{Join(place, "anyOf")}[{at}]", depth + 1)));
        }

        if (keywords.TryGetValue("allOf", out var all))
        {
            Only(keywords, place, "allOf");
            var parts = Items(all, Join(place, "allOf"));
            return parts.Count == 1 ? Schema(parts[0], $"{Join(place, "allOf")}[0]", depth + 1) : throw Wrong(Join(place, "allOf"), "has several schemas, which are not joined; write one.");
        }

        var types = Types(keywords, place);
        if (keywords.ContainsKey("enum") || keywords.ContainsKey("const"))
        {
            return Listed(keywords, types, place);
        }

        if (types is null)
        {
            types = keywords.Keys.Any(s_ofObjects.Contains) ? ["object"] : keywords.Keys.Any(s_ofArrays.Contains) ? ["array"] : keywords.Keys.Any(s_ofTexts.Contains) ? ["string"] : null;
        }

        var taken = s_explaining.Append("type").ToHashSet(StringComparer.Ordinal);
        foreach (var type in types ?? [])
        {
            taken.UnionWith(type switch { "object" => s_ofObjects, "array" => s_ofArrays, "string" => s_ofTexts, _ => [] });
        }

        foreach (var name in keywords.Keys.Where(name => !taken.Contains(name)))
        {
            throw Wrong(Join(place, name), "is not honoured here; leave it out.");
        }

        return types is null ? JsonRules.Value : Either(types.Select(type => type switch
        {
            "object" => Object(keywords, place, depth),
            "array" => Array(keywords, place, depth),
            "string" => Letters(keywords, place),
            // The others are rules of the same name.
            _ => type,
        }));
    }

    /// <summary>What a <c>$ref</c> stands for: a rule of its own, which may name itself.</summary>
    private string Reference(string target, string place, int depth)
    {
        if (_references.TryGetValue(target, out var known))
        {
            return known;
        }

        var (schema, at) = Target(target, place);
        var rule = _references[target] = NewName();
        Add(rule, Schema(schema, at, depth + 1));
        return rule;
    }

    private (JsonElement Schema, string Place) Target(string target, string place)
    {
        if (target == "#")
        {
            return (_root, "");
        }

        foreach (var folder in (string[])["$defs", "definitions"])
        {
            var prefix = $"#/{folder}/";
            if (target.StartsWith(prefix, StringComparison.Ordinal) && _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(folder, out var definitions))
            {
                // A JSON Pointer (RFC 6901) in a fragment of a URI.
                var name = Uri.UnescapeDataString(target[prefix.Length..]).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                if (definitions.ValueKind == JsonValueKind.Object && definitions.TryGetProperty(name, out var found))
                {
                    return (found, $"{folder}.{name}");
                }
            }
        }

        throw Wrong(place, $"is '{target}'; only # and what stands in the schema's own $defs can be meant.");
    }

    private string Object(Dictionary<string, JsonElement> keywords, string place, int depth)
    {
        var properties = keywords.TryGetValue("properties", out var given) ? Fields(given, Join(place, "properties")) : [];
        var required = keywords.TryGetValue("required", out var names) ? Items(names, Join(place, "required")).Select(name => Text(name, Join(place, "required"))).ToHashSet(StringComparer.Ordinal) : [];
        var others = keywords.TryGetValue("additionalProperties", out var additional) && additional.ValueKind != JsonValueKind.True ? additional : (JsonElement?)null;
        foreach (var name in required.Where(name => !properties.ContainsKey(name)))
        {
            throw Wrong(Join(place, "required"), $"names '{name}', which is not among the properties.");
        }

        if (properties.Count == 0)
        {
            return others switch
            {
                null => JsonRules.Object,
                { ValueKind: JsonValueKind.False } => $"\"{{\" {JsonRules.Space} \"}}\"",
                { } value => Between("{", $"{JsonRules.String} {JsonRules.Colon} {Named(Schema(value, Join(place, "additionalProperties"), depth + 1))}", 0, null, "}"),
            };
        }

        if (others is { ValueKind: not JsonValueKind.False })
        {
            throw Wrong(Join(place, "additionalProperties"), "is a schema beside properties; give true or false.");
        }

        // Two rules a property, from the last to the first: for what may still come where something stands already, and where nothing does.
        var (more, first) = (NewName(), NewName());
        Add(more, "\"\"");
        Add(first, "\"\"");
        foreach (var (name, value) in properties.Reverse())
        {
            var member = Named($"{JsonRules.Literal(Quoted(name))} {JsonRules.Colon} {Schema(value, Join(Join(place, "properties"), name), depth + 1)}");
            var (nextMore, nextFirst) = (more, first);
            (more, first) = (NewName(), NewName());
            Add(more, required.Contains(name) ? $"{JsonRules.Comma} {member} {nextMore}" : $"{JsonRules.Comma} {member} {nextMore} | {nextMore}");
            Add(first, required.Contains(name) ? $"{member} {nextMore}" : $"{member} {nextMore} | {nextFirst}");
        }

        return $"\"{{\" {JsonRules.Space} {first} {JsonRules.Space} \"}}\"";
    }

    private string Array(Dictionary<string, JsonElement> keywords, string place, int depth)
    {
        var item = keywords.TryGetValue("items", out var items) ? Named(Schema(items, Join(place, "items"), depth + 1)) : JsonRules.Value;
        return Between("[", item, Count(keywords, "minItems", place) ?? 0, Count(keywords, "maxItems", place), "]");
    }

    private static string Letters(Dictionary<string, JsonElement> keywords, string place)
    {
        var (least, most) = (Count(keywords, "minLength", place) ?? 0, Count(keywords, "maxLength", place));
        return (least, most) == (0, null) ? JsonRules.String
            : most < least ? throw Wrong(Join(place, "maxLength"), "is less than minLength.")
            : $"\"\\\"\" {JsonRules.Letter}{{{least},{most}}} \"\\\"\"";
    }

    /// <summary>Items in brackets, commas between them.</summary>
    private static string Between(string open, string item, int least, int? most, string close)
    {
        if (most < least)
        {
            throw new GrammarException($"The schema has an array of at least {least} and at most {most} items; give a maxItems that is not below minItems.");
        }

        var rest = $"{item} ({JsonRules.Comma} {item}){{{Math.Max(0, least - 1)},{most - 1}}}";
        return most == 0 ? $"\"{open}\" {JsonRules.Space} \"{close}\"" : $"\"{open}\" {JsonRules.Space} ({rest}){(least == 0 ? "?" : "")} {JsonRules.Space} \"{close}\"";
    }

    private static string Listed(Dictionary<string, JsonElement> keywords, IReadOnlyList<string>? types, string place)
    {
        Only(keywords, place, "enum", "const", "type");
        IEnumerable<JsonElement> values = keywords.TryGetValue("enum", out var listed) ? Items(listed, Join(place, "enum")) : [keywords["const"]];
        var kept = values
            .Where(value => !keywords.TryGetValue("const", out var only) || JsonElement.DeepEquals(value, only))
            .Where(value => types is null || types.Any(type => Is(value, type)))
            .Select(value => JsonRules.Literal(JsonSerializer.Serialize(value, JsonRules.Plain)))
            .Distinct()
            .ToList();
        return kept.Count > 0 ? Either(kept) : throw Wrong(place, "lists no value that keeps to it.");
    }

    private static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetDecimal(out var number) && decimal.IsInteger(number)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "null",
    };

    /// <summary>The types that are named; null for none, which means any.</summary>
    private static List<string>? Types(Dictionary<string, JsonElement> keywords, string place)
    {
        if (!keywords.TryGetValue("type", out var given))
        {
            return null;
        }

        var at = Join(place, "type");
        List<string> types = given.ValueKind == JsonValueKind.Array ? [.. Items(given, at).Select(type => Text(type, at))] : [Text(given, at)];
        return types.Find(type => !s_types.Contains(type)) is { } unknown ? throw Wrong(at, $"is '{unknown}'; give {string.Join(", ", s_types)}.") : types;
    }

    private static int? Count(Dictionary<string, JsonElement> keywords, string name, string place) =>
        !keywords.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var count) && decimal.IsInteger(count) && count is >= 0 and <= MostCounted ? (int)count
        : throw Wrong(Join(place, name), $"is no whole number from 0 to {MostCounted}.");

    /// <summary>Refuses every keyword but some and those that only explain.</summary>
    private static void Only(Dictionary<string, JsonElement> keywords, string place, params ReadOnlySpan<string> taken)
    {
        foreach (var name in keywords.Keys)
        {
            if (!taken.Contains(name) && !s_explaining.Contains(name))
            {
                throw Wrong(Join(place, name), $"is not honoured beside {taken[0]}; leave it out.");
            }
        }
    }

    private static Dictionary<string, JsonElement> Fields(JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(place, "must be an object.");
        }

        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in json.EnumerateObject())
        {
            if (!fields.TryAdd(field.Name, field.Value))
            {
                throw Wrong(Join(place, field.Name), "stands there twice.");
            }
        }

        return fields;
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement json, string place) => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0
        ? [.. json.EnumerateArray()]
        : json.ValueKind == JsonValueKind.Array && place.EndsWith("required", StringComparison.Ordinal) ? [] : throw Wrong(place, "must be a list that is not empty.");

    private static string Text(JsonElement json, string place) => json.ValueKind == JsonValueKind.String ? json.GetString()! : throw Wrong(place, "must be a string.");

    private static string Quoted(string text) => JsonSerializer.Serialize(text, JsonRules.Plain);

    private static string Either(IEnumerable<string> parts) => string.Join(" | ", parts) is var all && all.Contains('|', StringComparison.Ordinal) ? $"({all})" : all;

    private string Named(string expression)
    {
        var name = NewName();
        Add(name, expression);
        return name;
    }

    private string NewName() => $"s{_named++}";

    private void Add(string name, string expression)
    {
        _rules.Append(name).Append(" ::= ").Append(expression).Append('\n');
        if (_rules.Length > Grammar.LongestText)
        {
            throw new GrammarException($"The schema is too large: its grammar has more than {Grammar.LongestText} characters.");
        }
    }

    private static string Join(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";

    private static GrammarException Wrong(string place, string what) => new($"The schema{(place.Length == 0 ? "" : "'s " + place)} {what}", place);
}
