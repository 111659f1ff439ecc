using SparseClip.Vlm.Contracts.OpenAi;
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
            ["annotations"] = AnswerFields.Annotations,
            ["reasoning_content"] = new("this model does not reason before it answers", "\"\""),
        },
        Elsewhere = MessageContent.Elsewhere(CompletionFields.Picture),
    };

    private static readonly FieldNames s_text = new("type", "text") { Elsewhere = MessageContent.Misplaced("image_url", "image_url") };

    private static readonly FieldNames s_picture = new("type", "image_url") { Elsewhere = MessageContent.Misplaced("text", "text") };

    private static readonly FieldNames s_url = new("url", "detail");

    /// <summary>The message.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or asks for what is not done here.</exception>
    public static ChatMessage Read(RequestValue value) => MessageContent.Read(value.Fields(s_message), Part);

    private static ContentPart Part(RequestValue value, string role)
    {
        switch (MessageContent.TypeOf(value, "text or image_url"))
        {
            case "text":
                return new ContentPart("text", value.Fields(s_text).Require("text").Text());
            case "image_url":
                MessageContent.RequireUser(value, role);
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

    private static ImageUrl Picture(RequestValue value)
    {
        if (value.IsText)
        {
            return new ImageUrl(value.Text());
        }

        var fields = value.Fields(s_url);
        MessageContent.CheckDetail(fields["detail"]);
        return new ImageUrl(fields.Require("url").Text());
    }
}
