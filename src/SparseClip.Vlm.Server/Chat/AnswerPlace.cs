using System.Runtime.CompilerServices;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Telemetry;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>A place for answers in the making, for as many at once as it was taken for. Disposing gives it back, when none of them is under way any more.</summary>
public sealed class AnswerPlace : IDisposable
{
    private readonly Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> _answer;
    private readonly Func<AnswerWatch> _watch;
    private readonly Drain _drain;
    private readonly Action<bool> _leave;
    private volatile bool _isCancelled;
    private bool _isLeft;

    internal AnswerPlace(Func<AnswerRequest, CancellationToken, IAsyncEnumerable<AnswerEvent>> answer, Func<AnswerWatch> watch, Drain drain, Action<bool> leave) =>
        (_answer, _watch, _drain, _leave) = (answer, watch, drain, leave);

    /// <summary>Answers a question, piece by piece. Stops the model when the enumeration is cancelled or left.</summary>
    /// <exception cref="RefusedException">503: the server is being stopped and the answer had no more time.</exception>
    public async IAsyncEnumerable<AnswerEvent> AskAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFinished = false;
        using var watch = _watch();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _drain.Interrupted);
        try
        {
            await using var steps = _answer(request, ending.Token).GetAsyncEnumerator(ending.Token);
            while (await NextAsync(steps, watch, cancellationToken))
            {
                watch.See(steps.Current);
                isFinished = steps.Current is AnswerDone;
                yield return steps.Current;
            }
        }
        finally
        {
            if (!isFinished && cancellationToken.IsCancellationRequested)
            {
                watch.Broke("cancelled");
                _isCancelled = true;
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<AnswerEvent> steps, AnswerWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            return await steps.MoveNextAsync();
        }
        catch (OperationCanceledException) when (_drain.Interrupted.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            watch.Broke("interrupted");
            throw Drain.Interruption();
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
