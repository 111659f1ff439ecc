using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>From the body of a completion request to a question for the model. What cannot be honoured is refused, not ignored.</summary>
internal sealed class RequestReader(ModelHost host, PictureStore pictures, AskReader asks, IOptions<ServerOptions> options)
{
    private const string HashPrefix = "image:";

    /// <summary>The question and its picture.</summary>
    public async Task<(AnswerRequest Request, StoredPicture? Picture)> ReadAsync(
        ChatCompletionRequest body, CancellationToken cancellationToken)
    {
        var model = host.Require();
        if (!string.IsNullOrEmpty(body.Model) && body.Model != model.Name)
        {
            throw new RefusedException(404, "model_not_found", $"There is no model '{body.Model}' here; this server has '{model.Name}'.", "model");
        }

        if (body.N is not (null or 1))
        {
            throw new RefusedException(400, "invalid_value", $"n is {body.N}; only 1 answer a request is made.", "n");
        }

        var dialogue = asks.Dialogue([.. (body.Messages ?? []).Select(ToTurn)]);
        var sampling = asks.Sampling(body.MaxCompletionTokens ?? body.MaxTokens, body.Temperature, body.TopP, body.Seed, body.Stop);
        var picture = await PictureAsync(body.Messages!, cancellationToken);
        var plan = model.Features.ToPlan(body.Steering, picture?.Seen);
        return (new AnswerRequest(picture?.Seen, dialogue, plan, sampling), picture);
    }

    private static ChatTurn ToTurn(ChatMessage message)
    {
        foreach (var part in message.Content ?? [])
        {
            if (part.Type is not ("text" or "image_url"))
            {
                throw new RefusedException(400, "unsupported_content", $"A content part has the type '{part.Type}'; give text or image_url.", "messages");
            }
        }

        var texts = (message.Content ?? []).Where(part => part.Type == "text").Select(part => part.Text);
        return new ChatTurn(message.Role, string.Join("\n", texts));
    }

    private async Task<StoredPicture?> PictureAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var images = messages
            .SelectMany(message => (message.Content ?? []).Where(part => part.Type == "image_url").Select(part => (message.Role, part.ImageUrl?.Url)))
            .ToList();
        if (images.Count == 0)
        {
            return null;
        }

        if (images.Any(image => image.Role != "user"))
        {
            throw new RefusedException(400, "misplaced_image", "A picture belongs into a message of the user.", "messages");
        }

        // Clients send the whole dialogue again each turn; the same picture may stand in it more than once.
        var urls = images.Select(image => image.Url).Distinct(StringComparer.Ordinal).ToList();
        if (urls.Count > 1)
        {
            throw new RefusedException(400, "too_many_images", $"{urls.Count} different pictures in one dialogue; this model looks at one.", "messages");
        }

        return urls[0] switch
        {
            null or "" => throw new RefusedException(400, "invalid_image_url", "An image_url part has no url.", "messages"),
            var hash when hash.StartsWith(HashPrefix, StringComparison.Ordinal) => await pictures.GetAsync(hash[HashPrefix.Length..], cancellationToken),
            var data when data.StartsWith("data:", StringComparison.OrdinalIgnoreCase) => await pictures.AddAsync(Decode(data), cancellationToken),
            _ => throw new RefusedException(
                400, "invalid_image_url", "A picture's url must be a base64 data: URI or image:HASH of an uploaded picture; nothing is fetched from elsewhere.", "messages"),
        };
    }

    private byte[] Decode(string uri)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !uri.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(400, "invalid_image_url", "The data: URI is not of the form data:TYPE;base64,BYTES.", "messages");
        }

        var text = uri.AsSpan(comma + 1);
        var limit = options.Value.MaxImageBytes;
        if (text.Length / 4L * 3L > limit + 3L)
        {
            throw UploadReader.TooLarge(limit);
        }

        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64Chars(text, bytes, out var written)
            ? bytes[..written]
            : throw new RefusedException(400, "invalid_image_url", "The data: URI does not hold base64.", "messages");
    }
}
