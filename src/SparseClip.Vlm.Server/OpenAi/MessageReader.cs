using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads one message of a completion request.</summary>
internal static class MessageReader
{
    /// <summary>Clients send an answer back as they got it from somewhere, with fields that hold nothing.</summary>
    private static readonly FieldNames s_message = new("role", "content")
    {
        Unsupported = new Dictionary<string, UnsupportedField>
        {
            ["name"] = new("the model does not tell several speakers of one role apart; put the name into the text"),
            ["tool_calls"] = new("this model calls no tools", "[]"),
            ["tool_call_id"] = new("this model calls no tools"),
            ["function_call"] = new("this model calls no functions"),
            ["audio"] = new("messages are text and pictures"),
            ["refusal"] = new("a refusal is no part of a dialogue; send it as content"),
            ["annotations"] = new("answers have no annotations", "[]"),
            ["reasoning_content"] = new("this model does not reason before it answers", "\"\""),
        },
        Elsewhere = new Dictionary<string, string>
        {
            ["images"] = CompletionFields.Picture,
            ["image"] = CompletionFields.Picture,
            ["image_url"] = CompletionFields.Picture,
            ["image_data"] = CompletionFields.Picture,
            ["text"] = "the text of a message stands in content.",
        },
    };

    private static readonly FieldNames s_text = new("type", "text") { Elsewhere = Misplaced("image_url", "image_url") };

    private static readonly FieldNames s_picture = new("type", "image_url") { Elsewhere = Misplaced("text", "text") };

    private static readonly FieldNames s_url = new("url", "detail");

    /// <summary>The message.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or asks for what is not done here.</exception>
    public static ChatMessage Read(RequestValue value)
    {
        var fields = value.Fields(s_message);
        var role = Dialogues.Role(fields.Require("role"));
        var content = fields.Require("content");
        if (content.IsText)
        {
            return new ChatMessage(role, [new ContentPart("text", content.Text())]);
        }

        var parts = content.Items("a string or a list of parts");
        return parts.Count > 0
            ? new ChatMessage(role, [.. parts.Select(part => Part(part, role))])
            : throw content.Refused(ErrorCodes.InvalidValue, $"{content.Path} is an empty list; give a text or at least one part.");
    }

    private static ContentPart Part(RequestValue value, string role)
    {
        switch (TypeOf(value))
        {
            case "text":
                return new ContentPart("text", value.Fields(s_text).Require("text").Text());
            case "image_url" when role != "user":
                throw value.Refused(
                    ErrorCodes.MisplacedImage, $"{value.Path} is a picture in a message of the {role}; pictures belong into those of the user.");
            case "image_url":
                return new ContentPart("image_url", ImageUrl: Picture(value.Fields(s_picture).Require("image_url")));
            case var type:
                var advice = type switch
                {
                    "input_text" or "output_text" => "that is the Responses API's name; give text",
                    "input_image" or "image" => "give image_url, with the picture in image_url.url",
                    _ => "give text or image_url",
                };
                throw value.Refused(ErrorCodes.UnsupportedContent, $"{value.Path} has the type '{type}'; {advice}.");
        }
    }

    /// <summary>The type is read before the fields, which depend on it.</summary>
    private static string TypeOf(RequestValue value)
    {
        if (value.Json.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw value.Wrong("an object");
        }

        return value.Json.TryGetProperty("type", out var type)
            ? new RequestValue(type, $"{value.Path}.type").Text()
            : throw new RefusedException(400, ErrorCodes.MissingParameter, $"{value.Path}.type is missing; give text or image_url.", $"{value.Path}.type");
    }

    private static ImageUrl Picture(RequestValue value)
    {
        if (value.IsText)
        {
            return new ImageUrl(value.Text());
        }

        var fields = value.Fields(s_url);
        if (fields["detail"] is { } detail && detail.Text() is not ("auto" or "low" or "high"))
        {
            throw detail.Refused(ErrorCodes.InvalidValue, $"{detail.Path} is '{detail.Text()}'; give auto, low or high, which are all the same here.");
        }

        return new ImageUrl(fields.Require("url").Text());
    }

    private static Dictionary<string, string> Misplaced(string field, string type) => new() { [field] = $"it belongs into a part with the type {type}." };
}
