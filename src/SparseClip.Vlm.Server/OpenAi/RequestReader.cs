using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>From a completion request to a question for the model.</summary>
internal sealed class RequestReader(ModelHost host, SentPictures pictures, SamplingReader sampling)
{
    /// <summary>Refuses a request for another model.</summary>
    /// <exception cref="RefusedException">404: that model is not here.</exception>
    public static void RequireModel(IVisionLanguageModel model, string? name)
    {
        if (!string.IsNullOrEmpty(name) && name != model.Name)
        {
            throw new RefusedException(404, ErrorCodes.ModelNotFound, $"There is no model '{name}' here; this server has '{model.Name}'.", "model");
        }
    }

    /// <summary>The dialogue, of texts only.</summary>
    /// <exception cref="RefusedException">400: it is empty, or the last message is not the user's.</exception>
    public static IReadOnlyList<DialogueTurn> Dialogue(ChatCompletionRequest body, RequestPlaces? places = null) => Dialogues.Of(
        [.. body.Messages.Select(message => new ChatTurn(message.Role, TextOf(message)))], (places ?? RequestPlaces.Completion).Messages);

    /// <summary>The question and its picture, which is looked at: a place for the answer is held by then.</summary>
    /// <returns>The question, its picture, and how many of the oldest messages were left out.</returns>
    public async Task<(AnswerRequest Request, StoredPicture? Picture, int LeftOut)> ReadAsync(
        ChatCompletionRequest body, IReadOnlyList<DialogueTurn> dialogue, RequestPlaces places, Caller caller, CancellationToken cancellationToken)
    {
        var picture = await PictureAsync(body.Messages, places, caller, cancellationToken);
        var model = host.Require();
        var grounding = GroundingReader.Of(body.Grounding, picture?.Seen, model);
        var plan = await model.Features.ToPlanAsync(body.Steering, picture?.Seen, cancellationToken);
        var chosen = sampling.Options(Wishes(body, places));
        var question = new AnswerRequest(picture?.Seen, dialogue, plan, chosen) { Grounding = grounding, Deterministic = body.Deterministic == true };
        var (kept, leftOut) = Truncation.Apply(model, question, body.Truncate);
        return (kept, picture, leftOut);
    }

    private static SamplingWishes Wishes(ChatCompletionRequest body, RequestPlaces places) => new()
    {
        Tokens = body.MaxCompletionTokens ?? body.MaxTokens,
        Temperature = body.Temperature,
        TopP = body.TopP,
        TopK = body.TopK,
        MinP = body.MinP,
        TypicalP = body.TypicalP,
        RepeatPenalty = body.RepeatPenalty,
        FrequencyPenalty = body.FrequencyPenalty,
        PresencePenalty = body.PresencePenalty,
        Seed = body.Seed,
        Stop = body.Stop,
        Grammar = ResponseFormatReader.GrammarOf(body, places),
        Likeliest = body.Logprobs == true ? body.TopLogprobs ?? 0 : null,
    };

    private async Task<StoredPicture?> PictureAsync(IReadOnlyList<ChatMessage> messages, RequestPlaces places, Caller caller, CancellationToken cancellationToken)
    {
        // Clients send the whole dialogue again each turn; the same picture may stand in it more than once, as one URL or as several.
        SentPicture? picture = null;
        var urls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (url, path) in Urls(messages, places))
        {
            if (!urls.Add(url))
            {
                continue;
            }

            var another = pictures.Read(url, path);
            if (picture is not null && picture.Id != another.Id)
            {
                throw new RefusedException(
                    400, ErrorCodes.TooManyImages, $"{path} is another picture than the one before it; this model looks at one a dialogue.", path);
            }

            // The bytes save looking for the file.
            picture = another.File is null ? picture ?? another : another;
        }

        return picture is null ? null : await pictures.LookAsync(picture, caller, cancellationToken);
    }

    private static string TextOf(ChatMessage message) => string.Join("\n", message.Content.Where(part => part.Type == "text").Select(part => part.Text));

    private static IEnumerable<(string Url, string Path)> Urls(IReadOnlyList<ChatMessage> messages, RequestPlaces places) =>
        from message in messages.Index()
        from part in message.Item.Content.Index()
        where part.Item.ImageUrl is not null
        select (part.Item.ImageUrl!.Url, places.Picture(message.Index, part.Index));
}
