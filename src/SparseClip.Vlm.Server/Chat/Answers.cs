using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>The one door to the model's answers: bounds how many are in the making and counts them. Thread-safe.</summary>
public sealed class Answers : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SparseClip.Vlm.Server";

    private readonly ModelHost _host;
    private readonly int _limit;
    private readonly Meter _meter;
    private readonly UpDownCounter<int> _active;
    private readonly Counter<int> _cancelled;
    private readonly AnswerTimes _times = new();
    private readonly TimeProvider _time;
    private int _count;

    /// <param name="host">Has the model.</param>
    /// <param name="options">How many answers there may be at once.</param>
    /// <param name="meters">Gets how many there are and how many were left.</param>
    /// <param name="time">Tells how long they take.</param>
    public Answers(ModelHost host, IOptions<ServerOptions> options, IMeterFactory meters, TimeProvider time)
    {
        _host = host;
        _time = time;
        _limit = options.Value.MaxAnswers;
        _meter = meters.Create(MeterName);
        _active = _meter.CreateUpDownCounter<int>("sparseclip.answers.active", description: "Answers in the making, running and waiting.");
        _cancelled = _meter.CreateCounter<int>("sparseclip.answers.cancelled", description: "Answers that ended because nobody listened any more.");
    }

    /// <summary>Takes a place before anything costly is done for answers: their picture is decoded and looked at in that place too.</summary>
    /// <param name="answers">How many answers will be made at once; each counts.</param>
    /// <exception cref="RefusedException">429: too many answers are in the making; it tells how many come first and when there is probably room.</exception>
    public AnswerPlace Enter(int answers = 1)
    {
        if (Interlocked.Add(ref _count, answers) is var count && count > _limit)
        {
            Interlocked.Add(ref _count, -answers);
            throw QueueFull(count - answers, count - _limit);
        }

        var began = _time.GetTimestamp();

        _active.Add(answers);
        return new AnswerPlace((request, cancellationToken) => _host.Require().AnswerAsync(request, cancellationToken), cancelled => Leave(answers, cancelled, _time.GetElapsedTime(began)));
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

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

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

    private void Leave(int answers, int cancelled, TimeSpan held)
    {
        Interlocked.Add(ref _count, -answers);
        _active.Add(-answers);
        if (cancelled > 0)
        {
            _cancelled.Add(cancelled);
        }
        else
        {
            _times.Add(held);
        }
    }
}
