using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads the body of an embedding request. What cannot be honoured is refused, not ignored.</summary>
internal static class EmbeddingReader
{
    /// <summary>The most texts and pictures of one request.</summary>
    public const int MostInputs = 256;

    /// <summary>The most of them that are fetched from elsewhere.</summary>
    public const int MostRemote = 16;

    private static readonly FieldNames s_request = new("input", "model", "encoding_format", "sparse", "user")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["dimensions"] = new("a code has all features of the tower; ask for sparse ones, or leave some out yourself") },
        Elsewhere = new Dictionary<string, string>
        {
            ["content"] = "did you mean input?",
            ["texts"] = "did you mean input?",
            ["image"] = "send it in input, as image:ID, as a data: URI or as a part.",
            ["messages"] = "send texts and pictures in input.",
        },
    };

    private static readonly FieldNames s_text = new("type", "text");
    private static readonly FieldNames s_picture = new("type", "image_url");
    private static readonly FieldNames s_url = new("url");

    /// <summary>The request.</summary>
    /// <param name="body">The body.</param>
    /// <param name="pictures">How pictures are sent.</param>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, out of its range, or asks for what is not done here.</exception>
    public static Asked Read(RequestValue body, SentPictures pictures)
    {
        var fields = body.Fields(s_request);
        var format = fields["encoding_format"];
        var isBase64 = format?.Text() switch
        {
            null or "float" => false,
            "base64" => true,
            var other => throw format.Value.Refused(ErrorCodes.InvalidValue, $"encoding_format is '{other}'; give float or base64."),
        };
        var isSparse = fields["sparse"]?.Flag() ?? false;
        if (isBase64 && isSparse)
        {
            throw format!.Value.Refused(ErrorCodes.InvalidValue, "encoding_format is base64, but sparse codes are given as indices and values; leave one out.");
        }

        var input = fields.Require("input");
        var items = input.IsList ? input.Items() : [input];
        if (items.Count is 0 or > MostInputs)
        {
            throw input.Refused(ErrorCodes.InvalidValue, $"input has {items.Count} texts and pictures; give 1 to {MostInputs}.");
        }

        var inputs = items.Select(item => Input(item, pictures)).ToList();
        return inputs.Count(item => item.Picture?.Remote is not null) is var remote && remote <= MostRemote
            ? new Asked(inputs, fields["model"]?.Text(), isBase64, isSparse)
            : throw input.Refused(ErrorCodes.InvalidValue, $"input has {remote} pictures to fetch from elsewhere; give at most {MostRemote}, and upload the others.");
    }

    private static AskedInput Input(RequestValue value, SentPictures pictures)
    {
        if (value.IsText)
        {
            var text = value.Text();
            return SentPictures.IsPicture(text) ? new AskedInput(value.Path, null, pictures.Read(text, value.Path)) : new AskedInput(value.Path, text, null);
        }

        if (value.Json.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw value.Wrong("a string or a part; tokens are not taken");
        }

        if (value.Json.TryGetProperty("image_url", out _))
        {
            var url = value.Fields(s_picture).Require("image_url");
            RequireType(value, "image_url");
            return new AskedInput(value.Path, null, pictures.Read((url.IsText ? url : url.Fields(s_url).Require("url")).Text(), url.Path));
        }

        var part = value.Fields(s_text).Require("text");
        RequireType(value, "text");
        return new AskedInput(value.Path, part.Text(), null);
    }

    private static void RequireType(RequestValue value, string expected)
    {
        if (value.Json.TryGetProperty("type", out var type) && (type.ValueKind != System.Text.Json.JsonValueKind.String || !type.ValueEquals(expected)))
        {
            throw value.Refused(ErrorCodes.UnsupportedContent, $"{value.Path} is a part of the type {expected}, and says another type.");
        }
    }

    /// <summary>What is to be embedded, and how it is to be written.</summary>
    internal sealed record Asked(IReadOnlyList<AskedInput> Inputs, string? Model, bool IsBase64, bool IsSparse);

    /// <summary>A text, or a picture, and where it stands in the request.</summary>
    internal sealed record AskedInput(string Path, string? Text, SentPicture? Picture);
}
