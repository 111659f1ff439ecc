using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads what an answer has to be: <c>response_format</c> and <c>grammar</c>.</summary>
internal static class ResponseFormatReader
{
    private const string Format = "response_format";
    private const string Gbnf = "grammar";

    /// <summary>The types of formats.</summary>
    public static IReadOnlyList<string> Types { get; } = ["text", "json_object", "json_schema"];

    private static readonly FieldNames s_format = new("type", "json_schema", "schema");
    private static readonly FieldNames s_named = new("name", "schema", "description", "strict");

    /// <summary>The format.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or of another type's.</exception>
    public static ResponseFormat Read(RequestValue value)
    {
        var fields = value.Fields(s_format);
        var type = fields.Require("type").Text();
        var (own, other) = type switch
        {
            "text" => ("", (string[])["json_schema", "schema"]),
            "json_object" => ("schema", ["json_schema"]),
            "json_schema" => ("json_schema", ["schema"]),
            _ => throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path}.type is '{type}'; give text, json_object or json_schema."),
        };
        foreach (var name in other)
        {
            if (fields[name] is { } misplaced)
            {
                throw misplaced.Refused(ErrorCodes.InvalidValue, $"{misplaced.Path} does not belong beside the type {type}{(own.Length > 0 ? $", which takes {own}" : "")}.");
            }
        }

        return new ResponseFormat(type, type == "json_schema" ? Named(fields.Require("json_schema")) : null, fields["schema"]?.Json);
    }

    /// <summary>What the answer keeps to; null for free text.</summary>
    /// <exception cref="RefusedException">400: the schema or the grammar cannot be used, or both are given.</exception>
    public static Grammar? GrammarOf(ChatCompletionRequest body)
    {
        var isText = body.ResponseFormat is null or { Type: "text" };
        if (string.IsNullOrEmpty(body.Grammar))
        {
            return isText ? null : OfFormat(body.ResponseFormat!);
        }

        return isText
            ? Made(() => Grammar.Parse(body.Grammar), Gbnf)
            : throw new RefusedException(400, ErrorCodes.InvalidValue, "grammar and response_format are both given; give one.", Gbnf);
    }

    private static Grammar OfFormat(ResponseFormat format) => format switch
    {
        { Schema: { } schema } => Made(() => JsonSchemaGrammar.Of(schema), $"{Format}.schema"),
        { JsonSchema.Schema: { } schema } => Made(() => JsonSchemaGrammar.Of(schema), $"{Format}.json_schema.schema"),
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

    private static NamedJsonSchema Named(RequestValue value)
    {
        var fields = value.Fields(s_named);
        return new NamedJsonSchema(fields["name"]?.Text() ?? "", fields["schema"]?.Json, fields["description"]?.Text(), fields["strict"]?.Flag());
    }
}
