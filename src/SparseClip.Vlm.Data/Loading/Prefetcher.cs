using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>One background thread that makes numbered things in order, a bounded number ahead.</summary>
/// <param name="make">Makes the thing of a step.</param>
/// <param name="firstStep">The first step.</param>
/// <param name="bound">Things made ahead.</param>
internal sealed class Prefetcher<T> : IDisposable
    where T : IDisposable
{
    private readonly BlockingCollection<T> ready;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private Exception? failure;

    public Prefetcher(Func<long, CancellationToken, T> make, long firstStep, int bound)
    {
        ready = new BlockingCollection<T>(bound);
        thread = new Thread(() => Run(make, firstStep)) { IsBackground = true, Name = "data loader", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    /// <summary>The next thing; waits for it.</summary>
    /// <exception cref="ShardException">The data folder does not suffice or is damaged. Whatever else making it failed by is thrown as it was.</exception>
    public T Next(CancellationToken cancellationToken)
    {
        try
        {
            return ready.Take(cancellationToken);
        }
        catch (InvalidOperationException) when (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        while (ready.TryTake(out var left))
        {
            left.Dispose();
        }

        ready.Dispose();
        stop.Dispose();
    }

    private void Run(Func<long, CancellationToken, T> make, long step)
    {
        try
        {
            for (; !stop.IsCancellationRequested; step++)
            {
                var made = make(step, stop.Token);
                try
                {
                    ready.Add(made, stop.Token);
                }
                catch (OperationCanceledException)
                {
                    made.Dispose();
                    throw;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            failure = e; // handed to the consumer by Next; an exception on this thread would end the process
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}
