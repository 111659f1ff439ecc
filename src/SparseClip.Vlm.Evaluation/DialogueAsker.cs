using System.Text;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Asks a model greedily.</summary>
/// <param name="model">The model.</param>
/// <param name="grounding">Whether the model also reads words.</param>
public sealed class DialogueAsker(IVisionLanguageModel model, Grounding grounding = Grounding.Words)
{
    /// <summary>Tokens after which an answer counts as cut off.</summary>
    private const int MaxTokens = 64;

    /// <summary>Asks the last question of a dialogue about a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="steering">Edits of its code.</param>
    /// <param name="turns">Questions and answers in turn; a question at the end.</param>
    /// <param name="cancellationToken">Stops within the answer.</param>
    public async Task<SubjectAnswer> AskAsync(SeenPicture picture, SteeringPlan steering, IReadOnlyList<string> turns, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var isCutOff = false;
        var dialogue = turns.Index().Select(turn => new DialogueTurn(turn.Index % 2 == 0 ? Speaker.User : Speaker.Assistant, turn.Item)).ToList();
        var request = new AnswerRequest(picture, dialogue, steering, new SamplingOptions(MaxTokens)) { Grounding = grounding };
        await foreach (var happened in model.AnswerAsync(request, cancellationToken).ConfigureAwait(false))
        {
            switch (happened)
            {
                case AnswerDelta delta:
                    text.Append(delta.Text);
                    break;
                case AnswerDone done:
                    isCutOff = done.FinishReason == "length";
                    break;
            }
        }

        return new SubjectAnswer(text.ToString().Trim(), isCutOff);
    }
}
