using System.Diagnostics;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.Telemetry;

/// <summary>Follows one answer: a span of the trace for it and one for each of its stages, and what is counted of it when it ends. Disposing ends it.</summary>
internal sealed class AnswerWatch : IDisposable
{
    /// <summary>The name of the source of spans.</summary>
    public const string SourceName = "SparseClip.Vlm";

    private static readonly ActivitySource s_source = new(SourceName);

    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Activity? _answer;
    private Activity? _stage;
    private bool _hasText;
    private string _outcome = "failed";

    public AnswerWatch(ServerMetrics metrics, TimeProvider time)
    {
        _metrics = metrics;
        _time = time;
        _began = time.GetTimestamp();
        _answer = Begin("answer", Activity.Current?.Context ?? default);
    }

    /// <summary>Begins a span without making it the current one: iterators end in another flow than they begin in.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="parent">What it is part of.</param>
    public static Activity? Begin(string name, ActivityContext parent)
    {
        var current = Activity.Current;
        var activity = s_source.StartActivity(name, ActivityKind.Internal, parent);
        Activity.Current = current;
        return activity;
    }

    /// <summary>Takes note of what happened.</summary>
    public void See(AnswerEvent step)
    {
        switch (step)
        {
            case AnswerStage stage when _answer is not null && _stage?.OperationName != stage.Stage:
                _stage?.Dispose();
                _stage = Begin(stage.Stage, _answer.Context);
                break;
            case AnswerDelta when !_hasText:
                _hasText = true;
                _metrics.FirstToken.Record(_time.GetElapsedTime(_began).TotalSeconds);
                break;
            case AnswerDone done:
                _outcome = done.FinishReason;
                Count(done.Timings);
                break;
        }
    }

    /// <summary>Says why there will be no more.</summary>
    /// <param name="outcome"><c>cancelled</c> or <c>interrupted</c>.</param>
    public void Broke(string outcome) => _outcome = outcome;

    /// <inheritdoc />
    public void Dispose()
    {
        _metrics.Ended.Add(1, new KeyValuePair<string, object?>("outcome", _outcome));
        _stage?.Dispose();
        _answer?.SetTag("sparseclip.outcome", _outcome).SetStatus(_outcome == "failed" ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        _answer?.Dispose();
    }

    private void Count(AnswerTimings timings)
    {
        Add(timings.PromptN, "prompt");
        Add(timings.CacheN, "cached");
        Add(timings.PredictedN, "answer");
        if (timings.PredictedN > 0)
        {
            _metrics.Token.Record(timings.PredictedMs / 1000 / timings.PredictedN);
        }

        void Add(int count, string kind)
        {
            _metrics.Tokens.Add(count, new KeyValuePair<string, object?>("kind", kind));
            _answer?.SetTag($"sparseclip.tokens.{kind}", count);
        }
    }
}
