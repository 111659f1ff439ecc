using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>From a request that was read to its answers in the making, whatever shape they are written in.</summary>
internal sealed class AnswerMaker(RequestReader reader, Answers answers, ModelHost host)
{
    /// <summary>Makes the answers, in a place that is held until they are written.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">What it asks.</param>
    /// <param name="places">Where the parts of what it asks stand.</param>
    /// <param name="write">Writes the answers from their steps.</param>
    public async Task MakeAsync(HttpContext context, ChatCompletionRequest body, RequestPlaces places, Func<AnswerHead, IAsyncEnumerable<ChoiceStep>, Task> write)
    {
        var stop = context.RequestAborted;
        var dialogue = RequestReader.Dialogue(body, places);
        var model = host.Require();
        RequestReader.RequireModel(model, body.Model);

        // Whatever costs much happens in a place that is bounded, the decoding of the picture too.
        var count = body.N ?? 1;
        using var place = answers.Enter(count);
        var (question, picture, leftOut) = await reader.ReadAsync(body, dialogue, places, Caller.Of(context.User), stop);
        var choices = Enumerable.Range(0, count).Select(choice => question with { Sampling = SamplingReader.OfChoice(question.Sampling, choice) }).ToList();
        var answer = new AnswerHead(model.Name, picture, choices, leftOut > 0 ? leftOut : null);
        await write(answer, ChoiceSteps.MergeAsync(
            [.. choices.Select(choice => (Func<CancellationToken, IAsyncEnumerable<AnswerEvent>>)(ending => place.AskAsync(choice, ending)))], places, stop));
    }
}
