using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads the input of a request of the Responses API as the messages of a completion request.</summary>
internal static class InputReader
{
    /// <summary>Clients send an answer back with what it came with.</summary>
    private static readonly FieldNames s_item = new("type", "role", "content", "id", "status") { Elsewhere = MessageContent.Elsewhere(ResponseFields.Picture) };

    private static readonly FieldNames s_said = new("type", "text") { Elsewhere = MessageContent.Misplaced("image_url", "input_image") };

    private static readonly FieldNames s_answered = new("type", "text", "logprobs")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["annotations"] = AnswerFields.Annotations },
    };

    private static readonly FieldNames s_picture = new("type", "image_url", "detail")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["file_id"] = new("files are not kept; send the picture as image_url") },
        Elsewhere = MessageContent.Misplaced("text", "input_text"),
    };

    /// <summary>The messages.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, or asks for what is not done here.</exception>
    public static IReadOnlyList<ChatMessage> Read(RequestValue input) => input.IsText
        ? [MessageContent.Text("user", input.Text())]
        : [.. input.Items("a string or a list of messages").Select(Item)];

    private static ChatMessage Item(RequestValue value)
    {
        var type = MessageContent.TypeOf(value);
        return type is null or "message"
            ? MessageContent.Read(value.Fields(s_item), Part)
            : throw value.Refused(ErrorCodes.UnsupportedContent, $"{value.Path} has the type '{type}'; {Advice(type)}.");
    }

    private static string Advice(string type) => type switch
    {
        "item_reference" => "nothing is kept that could be referred to, send the message itself",
        "reasoning" => "this model does not reason before it answers, leave it out",
        "function_call" or "function_call_output" or "custom_tool_call" or "custom_tool_call_output" => "this model calls no tools, leave it out",
        _ => "give message",
    };

    private static ContentPart Part(RequestValue value, string role)
    {
        switch (MessageContent.TypeOf(value, "input_text, output_text or input_image"))
        {
            case "input_text":
                return new ContentPart("text", value.Fields(s_said).Require("text").Text());
            case "output_text":
                return new ContentPart("text", value.Fields(s_answered).Require("text").Text());
            case "input_image":
                MessageContent.RequireUser(value, role);
                var fields = value.Fields(s_picture);
                MessageContent.CheckDetail(fields["detail"]);
                return new ContentPart("image_url", ImageUrl: new ImageUrl(fields.Require("image_url").Text()));
            case var type:
                var advice = type switch
                {
                    "text" => "give input_text, or output_text in a message of the assistant",
                    "image_url" or "image" => "give input_image, with the picture in image_url",
                    "refusal" => "a refusal is no part of a dialogue, send it as output_text",
                    _ => "give input_text, output_text or input_image",
                };
                throw value.Refused(ErrorCodes.UnsupportedContent, $"{value.Path} has the type '{type}'; {advice}.");
        }
    }
}
