using System.Runtime.CompilerServices;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>One of the places for answers in the making. Disposing gives it back. For one answer and one thread at a time.</summary>
public sealed class AnswerPlace : IDisposable
{
    private readonly Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> _answer;
    private readonly Action<bool> _leave;
    private bool _isCancelled;
    private bool _isLeft;

    internal AnswerPlace(Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> answer, Action<bool> leave) =>
        (_answer, _leave) = (answer, leave);

    /// <summary>Answers a question, piece by piece. Stops the model when the enumeration is cancelled or left.</summary>
    public async IAsyncEnumerable<AnswerEvent> AskAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFinished = false;
        try
        {
            await foreach (var step in _answer(request, cancellationToken))
            {
                isFinished = step is AnswerDone;
                yield return step;
            }
        }
        finally
        {
            _isCancelled = !isFinished && cancellationToken.IsCancellationRequested;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_isLeft)
        {
            _isLeft = true;
            _leave(_isCancelled);
        }
    }
}
