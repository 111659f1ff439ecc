using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SparseClip.Vlm.Benchmarks.PyTorch;

/// <summary>The same training step in PyTorch, run by tests/benchmarks/pytorch/train_step.py in a process of its own.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Threads">Threads that it used.</param>
/// <param name="Seconds">The time of every step.</param>
internal sealed record PyTorchStep(string Version, int Threads, IReadOnlyList<double> Seconds)
{
    /// <summary>The environment variable that names a Python with torch.</summary>
    public const string Variable = "SPARSECLIP_PYTHON";

    private const string SystemPython = "/usr/bin/python3"; // which is the one that sees a distribution's packages
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Times the step; null where there is no Python with torch.</summary>
    /// <param name="size">Pixels a side.</param>
    /// <param name="batch">Pictures of a step.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <param name="type">float32 or bfloat16, of the frozen part and of the trained part's products.</param>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static PyTorchStep? Time(int size, int batch, int threads, double seconds, string type)
    {
        var python = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : SystemPython;
        if (!File.Exists(python) || Run(python, "-c", "import torch").Code != 0)
        {
            return null;
        }

        var (code, output, error) = Run(
            python,
            Repository.File("tests", "benchmarks", "pytorch", "train_step.py"),
            "--config", Repository.File("models", "pretrained", "efficientnet-lite0", "config.json"),
            "--size", Text(size), "--batch", Text(batch), "--threads", Text(threads), "--seconds", Text(seconds), "--type", type);
        return code == 0
            ? JsonSerializer.Deserialize<PyTorchStep>(output, s_json)
            : throw new InvalidOperationException($"train_step.py ended with code {code}: {error}");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} does not start.");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
