using System.Text.Json;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What messages of both of OpenAI's shapes have in common.</summary>
internal static class MessageContent
{
    /// <summary>The message of a role and a content, which is a text or a list of parts.</summary>
    /// <param name="fields">The message.</param>
    /// <param name="part">Reads a part in a message of a role.</param>
    /// <exception cref="RefusedException">400: a field is missing, of the wrong kind, or asks for what is not done here.</exception>
    public static ChatMessage Read(RequestFields fields, Func<RequestValue, string, ContentPart> part)
    {
        var role = Dialogues.Role(fields.Require("role"));
        var content = fields.Require("content");
        if (content.IsText)
        {
            return Text(role, content.Text());
        }

        var parts = content.Items("a string or a list of parts");
        return parts.Count > 0
            ? new ChatMessage(role, [.. parts.Select(item => part(item, role))])
            : throw content.Refused(ErrorCodes.InvalidValue, $"{content.Path} is an empty list; give a text or at least one part.");
    }

    /// <summary>A message of one text.</summary>
    public static ChatMessage Text(string role, string text) => new(role, [new ContentPart("text", text)]);

    /// <summary>The type of an object, which is read before its fields, since they depend on it; null where it is absent or null.</summary>
    /// <exception cref="RefusedException">400: it is no object, or its type is no string.</exception>
    public static string? TypeOf(RequestValue value) => value.Json.ValueKind != JsonValueKind.Object ? throw value.Wrong("an object")
        : value.Json.TryGetProperty("type", out var type) && type.ValueKind != JsonValueKind.Null ? new RequestValue(type, $"{value.Path}.type").Text() : null;

    /// <summary>The type of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="types">Which there are.</param>
    /// <exception cref="RefusedException">400: it is no object, or has no type.</exception>
    public static string TypeOf(RequestValue part, string types) => TypeOf(part)
        ?? throw new RefusedException(400, ErrorCodes.MissingParameter, $"{part.Path}.type is missing; give {types}.", $"{part.Path}.type");

    /// <summary>Refuses a picture that is not in a message of the user.</summary>
    public static void RequireUser(RequestValue picture, string role)
    {
        if (role != "user")
        {
            throw picture.Refused(ErrorCodes.MisplacedImage, $"{picture.Path} is a picture in a message of the {role}; pictures belong into those of the user.");
        }
    }

    /// <summary>Refuses a detail that there is not.</summary>
    public static void CheckDetail(RequestValue? value)
    {
        if (value is { } detail && detail.Text() is not ("auto" or "low" or "high"))
        {
            throw detail.Refused(ErrorCodes.InvalidValue, $"{detail.Path} is '{detail.Text()}'; give auto, low or high, which are all the same here.");
        }
    }

    /// <summary>What to say of a part's field that belongs into a part of another type.</summary>
    public static Dictionary<string, string> Misplaced(string field, string type) => new() { [field] = $"it belongs into a part with the type {type}." };

    /// <summary>What to say of a message's field that belongs elsewhere.</summary>
    /// <param name="picture">Where a picture belongs.</param>
    public static Dictionary<string, string> Elsewhere(string picture) => new()
    {
        ["images"] = picture,
        ["image"] = picture,
        ["image_url"] = picture,
        ["image_data"] = picture,
        ["text"] = "the text of a message stands in content.",
    };
}
