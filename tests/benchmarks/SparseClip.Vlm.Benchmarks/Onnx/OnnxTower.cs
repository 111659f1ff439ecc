using Microsoft.ML.OnnxRuntime;

namespace SparseClip.Vlm.Benchmarks.Onnx;

/// <summary>The exported vision tower in ONNX Runtime on the CPU, for batches of one size; the output is written into the same memory each time.</summary>
internal sealed class OnnxTower : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <param name="model">The bytes of the model.</param>
    /// <param name="threads">Threads of a run.</param>
    public OnnxTower(byte[] model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    /// <summary>The version of ONNX Runtime.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>A run that can be repeated.</summary>
    /// <param name="pixels">[count, S, S, 3]</param>
    /// <param name="codes">[count, 1 + T, D], filled by each run.</param>
    public OnnxRun Prepare(byte[] pixels, int count, float[] codes)
    {
        var input = _session.InputMetadata[TowerExporter.Pixels].Dimensions;
        var output = _session.OutputMetadata[TowerExporter.Codes].Dimensions;
        return new OnnxRun(
            _session,
            _options,
            OrtValue.CreateTensorValueFromMemory(pixels, [count, .. input.Skip(1).Select(side => (long)side)]),
            OrtValue.CreateTensorValueFromMemory(codes, [count, .. output.Skip(1).Select(side => (long)side)]));
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}

/// <summary>Input and output of a run, which it owns; what computes belongs to the caller.</summary>
internal sealed class OnnxRun(InferenceSession session, RunOptions options, OrtValue pixels, OrtValue codes) : IDisposable
{
    public void Run() => session.Run(options, [TowerExporter.Pixels], [pixels], [TowerExporter.Codes], [codes]);

    public void Dispose()
    {
        pixels.Dispose();
        codes.Dispose();
    }
}
