using System.Text.Json;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>Shows a tower's training line by line and keeps the same as JSON lines in the run's folder.</summary>
internal sealed class TrainingLog(string folder)
{
    private readonly string _file = Path.Combine(folder, "log.jsonl");

    public void Write(ClipProgress progress)
    {
        var mean = progress.Mean;
        Console.WriteLine(
            $"step {progress.Step,6}  {progress.Minutes,5:F1}/{progress.TotalMinutes:F0} min  loss {mean.ContrastiveLoss:F3}  distillation {mean.DistillationLoss:F3}  naming {mean.NamingLoss:F3}  words {mean.WordLoss:F3}  "
            + $"scale {mean.LogitScale:F1}  L0 image {mean.ImageL0:P2} text {mean.TextL0:P2}  active {progress.ActiveFeatures:P0}  "
            + $"gradient {mean.GradientNorm:F2}  {progress.PicturesPerSecond:F0} pictures/s  loader wait {progress.LoaderWait:P0}");
        Append(progress);
    }

    public void Write(ClipValidation validation)
    {
        Console.WriteLine($"step {validation.Step,6}  {validation.Set}: zero-shot top-1 {validation.Top1:P1}, top-5 {validation.Top5:P1}, L0 {validation.L0:P2}");
        Append(validation);
    }

    public void Write(IEnumerable<ClipValidation> validations)
    {
        foreach (var validation in validations)
        {
            Write(validation);
        }
    }

    private void Append<T>(T record)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(_file, JsonSerializer.Serialize(record) + Environment.NewLine);
    }
}
