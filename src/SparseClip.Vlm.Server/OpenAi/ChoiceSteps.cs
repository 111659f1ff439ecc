using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Makes several answers to one request at once.</summary>
internal static class ChoiceSteps
{
    /// <summary>The steps of all answers as they happen; those of one answer keep their order. One that fails ends them all with its exception.</summary>
    /// <param name="answers">How each answer is made. All but the first begin when the first has computed the prompt, which is in the cache by then.</param>
    /// <param name="places">Where the parts of the request stand.</param>
    /// <param name="cancellationToken">Stops all.</param>
    public static async IAsyncEnumerable<ChoiceStep> MergeAsync(
        IReadOnlyList<Func<CancellationToken, IAsyncEnumerable<AnswerEvent>>> answers, RequestPlaces places, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var steps = Channel.CreateUnbounded<ChoiceStep>(new() { SingleReader = true });
        var prompted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Task.WhenAll(answers.Select((answer, choice) => PumpAsync(answer, choice, steps.Writer, prompted, places, ending.Token)));
        var closed = all.ContinueWith(_ => steps.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancellationToken))
            {
                yield return step;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await closed;
        }
    }

    private static async Task PumpAsync(
        Func<CancellationToken, IAsyncEnumerable<AnswerEvent>> answer, int choice, ChannelWriter<ChoiceStep> steps, TaskCompletionSource prompted, RequestPlaces places, CancellationToken cancellationToken)
    {
        try
        {
            if (choice > 0)
            {
                await prompted.Task.WaitAsync(cancellationToken);
            }

            await foreach (var step in answer(cancellationToken).WithCancellation(cancellationToken))
            {
                if (step is not AnswerStage { Progress: < 1 } and not AnswerStage { Stage: "steer" or "encode" })
                {
                    prompted.TrySetResult();
                }

                await steps.WriteAsync(new ChoiceStep(choice, step), cancellationToken);
            }
        }
#pragma warning disable CA1031 // Whatever it is reaches the reader.
        catch (Exception error)
#pragma warning restore CA1031
        {
            steps.TryComplete(places.Placed(error));
        }
        finally
        {
            prompted.TrySetResult();
        }
    }
}
