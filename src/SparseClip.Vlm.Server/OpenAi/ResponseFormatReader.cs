using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads what an answer has to be: <c>response_format</c> and <c>grammar</c>.</summary>
internal static class ResponseFormatReader
{
    private const string Gbnf = "grammar";

    /// <summary>The types of formats.</summary>
    public static IReadOnlyList<string> Types { get; } = ["text", "json_object", "json_schema"];

    private static readonly FieldNames s_format = new("type", "json_schema", "schema");
    private static readonly FieldNames s_named = new("name", "schema", "description", "strict");
    private static readonly FieldNames s_text = new("type", "name", "schema", "description", "strict")
    {
        Elsewhere = new Dictionary<string, string> { ["json_schema"] = "here the name and the schema stand beside the type." },
    };

    /// <summary>The format.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or of another type's.</exception>
    public static ResponseFormat Read(RequestValue value)
    {
        var fields = value.Fields(s_format);
        var type = Type(value, fields);
        RefuseOthers(fields, type, type switch
        {
            "text" => ("", ["json_schema", "schema"]),
            "json_object" => ("schema", ["json_schema"]),
            _ => ("json_schema", ["schema"]),
        });
        return new ResponseFormat(type, type == "json_schema" ? Named(fields.Require("json_schema").Fields(s_named)) : null, fields["schema"]?.Json);
    }

    /// <summary>The same as OpenAI's Responses API has it, where what belongs to a schema stands beside the type.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or of another type's.</exception>
    public static ResponseFormat ReadText(RequestValue value)
    {
        var fields = value.Fields(s_text);
        var type = Type(value, fields);
        RefuseOthers(fields, type, type == "json_schema" ? ("", []) : ("", ["name", "schema", "description", "strict"]));
        return new ResponseFormat(type, type == "json_schema" ? Named(fields) : null);
    }

    /// <summary>What the answer keeps to; null for free text.</summary>
    /// <exception cref="RefusedException">400: the schema or the grammar cannot be used, or both are given.</exception>
    public static Grammar? GrammarOf(ChatCompletionRequest body, RequestPlaces places)
    {
        var isText = body.ResponseFormat is null or { Type: "text" };
        if (string.IsNullOrEmpty(body.Grammar))
        {
            return isText ? null : OfFormat(body.ResponseFormat!, places);
        }

        return isText
            ? Made(() => Grammar.Parse(body.Grammar), Gbnf)
            : throw new RefusedException(400, ErrorCodes.InvalidValue, "grammar and response_format are both given; give one.", Gbnf);
    }

    private static Grammar OfFormat(ResponseFormat format, RequestPlaces places) => format switch
    {
        { Schema: { } schema } => Made(() => JsonSchemaGrammar.Of(schema), "response_format.schema"),
        { JsonSchema.Schema: { } schema } => Made(() => JsonSchemaGrammar.Of(schema), places.Schema),
        _ => JsonSchemaGrammar.AnyObject,
    };

    private static Grammar Made(Func<Grammar> make, string param)
    {
        try
        {
            return make();
        }
        catch (GrammarException error)
        {
            throw new RefusedException(400, ErrorCodes.InvalidGrammar, error.Message, string.IsNullOrEmpty(error.Place) ? param : $"{param}.{error.Place}");
        }
    }

    private static string Type(RequestValue value, RequestFields fields)
    {
        var type = fields.Require("type").Text();
        return Types.Contains(type) ? type : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path}.type is '{type}'; give text, json_object or json_schema.");
    }

    private static void RefuseOthers(RequestFields fields, string type, (string Own, string[] Others) names)
    {
        foreach (var name in names.Others)
        {
            if (fields[name] is { } misplaced)
            {
                throw misplaced.Refused(ErrorCodes.InvalidValue, $"{misplaced.Path} does not belong beside the type {type}{(names.Own.Length > 0 ? $", which takes {names.Own}" : "")}.");
            }
        }
    }

    private static NamedJsonSchema Named(RequestFields fields) =>
        new(fields["name"]?.Text() ?? "", fields["schema"]?.Json, fields["description"]?.Text(), fields["strict"]?.Flag());
}
