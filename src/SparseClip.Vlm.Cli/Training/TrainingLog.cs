using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>Shows a training line by line and keeps what was measured as JSON lines in the run's folder.</summary>
internal sealed class TrainingLog(string folder)
{
    /// <summary>The name of the file in the run's folder.</summary>
    public const string FileName = "log.jsonl";

    private readonly string _file = Path.Combine(folder, FileName);
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>A stage of the preparation.</summary>
    public void Write(string stage) => Console.WriteLine(Text($"{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:F0} s  {stage}"));

    /// <summary>The live line.</summary>
    public void Write(TrainingProgress progress)
    {
        Console.WriteLine(Line(progress));
        Append(progress);
    }

    /// <summary>What was measured on pictures that are not trained on.</summary>
    public void Write(Measurement measurement)
    {
        Console.WriteLine(Text($"step {measurement.Step,6}  {measurement.Set}: {string.Join(", ", measurement.Values.Select(value => Text($"{value.Key} {value.Value:P1}")))}"));
        foreach (var example in measurement.Examples)
        {
            Console.WriteLine($"             {example}");
        }

        Append(measurement);
    }

    /// <summary>The live line as text.</summary>
    internal static string Line(TrainingProgress progress)
    {
        var length = progress.Length.Steps is { } steps ? Text($"/{steps}  {progress.Minutes,5:F1} min") : Text($"  {progress.Minutes,5:F1}/{progress.Length.Minutes:F0} min");
        string[] parts =
        [
            .. progress.Losses.Select(loss => Text($"{loss.Key} {loss.Value:F3}")),
            .. progress.Measures.Select(measure => Text($"{measure.Key} {measure.Value:G4}")),
            Text($"gradient {progress.GradientNorm:F2}"), Text($"{progress.ItemsPerSecond:F1} pictures/s"), Text($"loader wait {progress.LoaderWait:P0}"),
        ];
        return Text($"step {progress.Step,6}{length}  {string.Join("  ", parts)}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Append<T>(T record)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(_file, JsonSerializer.Serialize(record) + Environment.NewLine);
    }
}
