using SparseClip.Vlm.Contracts.Chat;

namespace SparseClip.Vlm.Web.State;

/// <summary>A question and the answers it got: the first one, and one for each time it was asked again with other edits.</summary>
public sealed class Turn(string question)
{
    private readonly List<Answer> _answers = [];

    public string Question { get; } = question;

    /// <summary>The question's message in the kept conversation; null before it is kept.</summary>
    public string? Message { get; set; }

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>The newest answer.</summary>
    public Answer Latest => _answers[^1];

    /// <summary>The answer before the newest that has something to compare with; null when there is none.</summary>
    public Answer? Previous => _answers.SkipLast(1).LastOrDefault(answer => answer.Status is AnswerStatus.Done or AnswerStatus.Stopped);

    public void Add(Answer answer) => _answers.Add(answer);

    /// <summary>The dialogue up to and with the question of the last turn.</summary>
    public static IReadOnlyList<ChatTurn> ToDialogue(IReadOnlyList<Turn> turns)
    {
        var dialogue = new List<ChatTurn>();
        foreach (var turn in turns.SkipLast(1))
        {
            // A question whose answer failed would only confuse the model.
            if (turn.Answers.Count > 0 && turn.Latest.Text is { Length: > 0 } answer)
            {
                dialogue.Add(new ChatTurn("user", turn.Question));
                dialogue.Add(new ChatTurn("assistant", answer));
            }
        }

        dialogue.Add(new ChatTurn("user", turns[^1].Question));
        return dialogue;
    }
}
