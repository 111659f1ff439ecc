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

    private readonly DialogueAsker _asker = new(model, grounding);

    /// <summary>Asks about a picture.</summary>
    /// <returns>The answer's text, and whether the token limit ended it.</returns>
    public Task<SubjectAnswer> AskAsync(SeenPicture picture, SteeringPlan steering, CancellationToken cancellationToken) =>
        _asker.AskAsync(picture, steering, [question ?? Text], cancellationToken);
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
