using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Telemetry;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>The one door to the model's answers: bounds how many are in the making and counts them. Thread-safe.</summary>
public sealed class Answers
{
    private readonly ModelHost _host;
    private readonly int _limit;
    private readonly ServerMetrics _metrics;
    private readonly AnswerTimes _times = new();
    private readonly TimeProvider _time;
    private readonly Drain _drain;
    private int _count;

    /// <param name="host">Has the model.</param>
    /// <param name="options">How many answers there may be at once.</param>
    /// <param name="metrics">Gets how many there are and how they end.</param>
    /// <param name="time">Tells how long they take.</param>
    /// <param name="drain">Tells when no more are made.</param>
    public Answers(ModelHost host, IOptions<ServerOptions> options, ServerMetrics metrics, TimeProvider time, Drain drain)
    {
        _drain = drain;
        _host = host;
        _time = time;
        _limit = options.Value.MaxAnswers;
        _metrics = metrics;
    }

    /// <summary>Answers in the making, running and waiting.</summary>
    public int Making => Volatile.Read(ref _count);

    /// <summary>Takes a place before anything costly is done for answers: their picture is decoded and looked at in that place too.</summary>
    /// <param name="answers">How many answers will be made at once; each counts.</param>
    /// <exception cref="RefusedException">429: too many answers are in the making; it tells how many come first and when there is probably room. 503: the server is being stopped.</exception>
    public AnswerPlace Enter(int answers = 1)
    {
        _drain.RequireRunning();
        if (Interlocked.Add(ref _count, answers) is var count && count > _limit)
        {
            Interlocked.Add(ref _count, -answers);
            throw QueueFull(count - answers, count - _limit);
        }

        var began = _time.GetTimestamp();
        _metrics.Active.Add(answers);
        return new AnswerPlace(
            (request, cancellationToken) => _host.Require().AnswerAsync(request, cancellationToken),
            () => new AnswerWatch(_metrics, _time),
            _drain,
            isCancelled => Leave(answers, isCancelled, _time.GetElapsedTime(began)));
    }

    /// <summary>The counts and times of an answer, with the picture's from the store that held it.</summary>
    internal static TimingsDto ToTimings(AnswerTimings timings, StoredPicture? picture) => new(
        timings.CacheN,
        timings.PromptN,
        Math.Round(timings.PromptMs, 2),
        timings.PredictedN,
        Math.Round(timings.PredictedMs, 2),
        Math.Round(timings.PredictedPerSecond, 2),
        Math.Round(picture?.VisionMilliseconds ?? 0, 2),
        picture?.Cached ?? false);

    /// <summary>The words that the model read; null for none.</summary>
    internal static IReadOnlyList<GroundingWord>? ToGrounding(AnswerDone done) => done.Grounding.Count == 0 ? null
        : [.. done.Grounding.Select(word => new GroundingWord(word.Word, Math.Round(word.Confidence, 2), word.As.Name(), word.Side?.Name(), word.Colour, word.Count))];

    private RefusedException QueueFull(int making, int excess)
    {
        var wait = _times.Until(excess, making);
        return new RefusedException(new Refusal(
            429,
            ErrorCodes.QueueFull,
            $"The model is busy and its queue is full: {making} answers come first. Ask again in {Math.Ceiling(wait.TotalSeconds)} s.",
            RetryAfter: wait,
            Position: making + 1));
    }

    private void Leave(int answers, bool isCancelled, TimeSpan held)
    {
        Interlocked.Add(ref _count, -answers);
        _metrics.Active.Add(-answers);
        if (!isCancelled)
        {
            _times.Add(held);
        }
    }
}
