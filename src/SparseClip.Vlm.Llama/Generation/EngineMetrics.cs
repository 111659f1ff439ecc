using System.Diagnostics.Metrics;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>What the engines of the process count and time. Thread-safe.</summary>
public static class EngineMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SparseClip.Vlm.Llama";

    private static readonly Meter s_meter = new(MeterName);

    private static readonly Histogram<int> s_batch = s_meter.CreateHistogram(
        "sparseclip.engine.batch", "{answer}", "Answers that a step computed together.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    private static readonly Histogram<double> s_queue = s_meter.CreateHistogram(
        "sparseclip.engine.queue", "s", "The time that a request waited for a place in the KV cache.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120] });

    internal static void Step(int answers) => s_batch.Record(answers);

    internal static void Waited(TimeSpan time) => s_queue.Record(time.TotalSeconds);
}
