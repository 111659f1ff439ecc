using System.Runtime.CompilerServices;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>A place for answers in the making, for as many at once as it was taken for. Disposing gives it back, when none of them is under way any more.</summary>
public sealed class AnswerPlace : IDisposable
{
    private readonly Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> _answer;
    private readonly Action<int> _leave;
    private int _cancelled;
    private bool _isLeft;

    internal AnswerPlace(Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> answer, Action<int> leave) =>
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
            if (!isFinished && cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref _cancelled);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_isLeft)
        {
            _isLeft = true;
            _leave(_cancelled);
        }
    }
}
