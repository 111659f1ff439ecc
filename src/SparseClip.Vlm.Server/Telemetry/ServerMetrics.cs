using System.Diagnostics.Metrics;

namespace SparseClip.Vlm.Server.Telemetry;

/// <summary>What the server counts and times, with the names and units of OpenTelemetry's conventions. No measurement says what was asked or seen. Thread-safe.</summary>
public sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SparseClip.Vlm.Server";

    /// <summary>Bounds that tell milliseconds of a token from minutes of a queue, in seconds.</summary>
    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120] };

    private readonly Meter _meter;

    /// <param name="meters">Makes the meter.</param>
    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        Active = _meter.CreateUpDownCounter<int>("sparseclip.answers.active", "{answer}", "Answers in the making, running and waiting.");
        Ended = _meter.CreateCounter<int>("sparseclip.answers", "{answer}", "Answers that ended, by outcome: stop, length, cancelled (nobody listened any more), interrupted (the server was stopped), failed.");
        FirstToken = Seconds("sparseclip.answer.first_token", "From the moment that an answer was asked of the model until its first text.");
        Token = Seconds("sparseclip.answer.token", "The mean time of a token of an answer, after the prompt.");
        Tokens = _meter.CreateCounter<long>("sparseclip.tokens", "{token}", "Tokens and picture embeddings by kind: prompt (computed), cached (taken from the KV cache), answer.");
        Pictures = _meter.CreateCounter<int>("sparseclip.pictures", "{picture}", "Pictures that were needed, by whether the model remembered them.");
        Look = Seconds("sparseclip.picture.look", "The time that the tower took for a picture.");
        Refusals = _meter.CreateCounter<int>("sparseclip.refusals", "{request}", "Requests that were refused or failed, by code.");
    }

    internal UpDownCounter<int> Active { get; }

    internal Counter<int> Ended { get; }

    internal Histogram<double> FirstToken { get; }

    internal Histogram<double> Token { get; }

    internal Counter<long> Tokens { get; }

    internal Counter<int> Refusals { get; }

    private Counter<int> Pictures { get; }

    private Histogram<double> Look { get; }

    /// <summary>Counts a picture that was needed.</summary>
    /// <param name="isRemembered">Whether the model still knew it.</param>
    /// <param name="milliseconds">What looking took where it did not.</param>
    internal void Picture(bool isRemembered, double milliseconds)
    {
        Pictures.Add(1, new KeyValuePair<string, object?>("remembered", isRemembered));
        if (!isRemembered)
        {
            Look.Record(milliseconds / 1000);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private Histogram<double> Seconds(string name, string description) => _meter.CreateHistogram(name, "s", description, tags: null, s_seconds);
}
