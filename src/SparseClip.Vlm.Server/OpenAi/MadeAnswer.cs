using System.Text;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>An answer as far as it is made.</summary>
internal sealed class MadeAnswer
{
    private readonly StringBuilder _text = new();
    private readonly List<ChosenToken> _tokens = [];
    private AnswerDone? _done;

    /// <summary>Its text.</summary>
    public string Text => _text.ToString();

    /// <summary>Its tokens, where it is told how likely they were.</summary>
    public IReadOnlyList<ChosenToken> Tokens => _tokens;

    /// <summary>How it ended.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public AnswerDone Done => _done ?? throw new InvalidOperationException("The answer ended without its last event.");

    /// <summary>Adds what came next.</summary>
    public void Add(AnswerEvent step)
    {
        if (step is AnswerDelta delta)
        {
            _text.Append(delta.Text);
            _tokens.AddRange(delta.Tokens);
        }

        _done = step as AnswerDone ?? _done;
    }
}
