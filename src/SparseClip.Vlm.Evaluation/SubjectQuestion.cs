using System.Text;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation;

/// <summary>The question by which answers and steering are measured (Sparse CLIP, section 4), asked greedily in a dialogue of its own.</summary>
/// <param name="model">The model.</param>
/// <param name="grounding">Whether the model also reads words.</param>
/// <param name="question">What to ask instead; null for the question itself.</param>
public sealed class SubjectQuestion(IVisionLanguageModel model, Grounding grounding = Grounding.Words, string? question = null)
{
    /// <summary>The question.</summary>
    public const string Text = "What is the main subject of this picture? Your answer needs to be short.";

    /// <summary>Tokens after which an answer counts as cut off.</summary>
    private const int MaxTokens = 64;

    /// <summary>Asks about a picture.</summary>
    /// <returns>The answer's text, and whether the token limit ended it.</returns>
    public async Task<SubjectAnswer> AskAsync(SeenPicture picture, SteeringPlan steering, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var isCutOff = false;
        var request = new AnswerRequest(picture, [new DialogueTurn(Speaker.User, question ?? Text)], steering, new SamplingOptions(MaxTokens)) { Grounding = grounding };
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

/// <summary>An answer to <see cref="SubjectQuestion"/>.</summary>
/// <param name="Text">Trimmed.</param>
/// <param name="IsCutOff">Whether the token limit ended it.</param>
public sealed record SubjectAnswer(string Text, bool IsCutOff)
{
    /// <summary>See <see cref="AnswerCorruption"/>.</summary>
    public bool IsCorrupted => AnswerCorruption.IsCorrupted(Text, IsCutOff);
}

/// <summary>A labelled picture to ask about.</summary>
/// <param name="Name">Its name in its set.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Read">Reads the picture file.</param>
public sealed record QuestionedPicture(string Name, string Label, Func<byte[]> Read);
