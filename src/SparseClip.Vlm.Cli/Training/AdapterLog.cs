using System.Diagnostics;
using System.Text.Json;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>Shows an adapter's training line by line and keeps the same as JSON lines in the run's folder.</summary>
internal sealed class AdapterLog(string folder)
{
    private readonly string _file = Path.Combine(folder, "log.jsonl");

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>A stage of the preparation.</summary>
    public void Write(string stage) => Console.WriteLine($"{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:F0} s  {stage}");

    public void Write(AdapterProgress progress)
    {
        Console.WriteLine(
            $"step {progress.Step,6}  {progress.Minutes,5:F1}/{progress.TotalMinutes:F0} min  loss {progress.Loss:F3}  tokens right {progress.TokenAccuracy:P1}  "
            + $"gradient {progress.GradientNorm:F2}  {progress.TokensPerSecond:F0} answer tokens/s  {progress.PicturesPerSecond:F1} pictures/s  "
            + $"loader wait {progress.LoaderWait:P0}");
        Append(progress);
    }

    public void Write(AdapterProbeResult result)
    {
        Console.WriteLine(
            $"step {result.Step,6}  {result.Set}: answers right {result.Accuracy:P1}; steered: suppressed {result.Suppressed:P1}, reached {result.Reached:P1}");
        foreach (var example in result.Examples)
        {
            Console.WriteLine($"             {example.Label}: \"{example.Answer}\"  steered to {example.Other}: \"{example.Steered}\"");
        }

        Append(result);
    }

    private void Append<T>(T record)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(_file, JsonSerializer.Serialize(record) + Environment.NewLine);
    }
}
