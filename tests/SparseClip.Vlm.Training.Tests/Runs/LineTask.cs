using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Tensors;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Runs;

/// <summary>A line through points, with two losses: the smallest task that the real trainer, optimiser and checkpoint work on.</summary>
internal sealed class LineTask : ITrainingTask<Tensor>, IResumable, IDisposable
{
    private readonly Parameter _slope = new(zeros(2, 2));
    private readonly Parameter _offset = new(zeros(2));
    private long _seen;

    /// <summary>The batch of a step; the points of the step by default.</summary>
    public Func<long, CancellationToken, Tensor?> Batch { get; init; } = (step, _) => Points(step);

    /// <summary>The share of values dropped.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>The factor on the second loss at a step.</summary>
    public Func<long, float> Weight { get; init; } = _ => 0.1f;

    /// <summary>What happened, in order.</summary>
    public List<string> Calls { get; } = [];

    public IEnumerable<TrainedParameter> Parameters => [new("slope", _slope, 0.05), new("offset", _offset, 0.1)];

    public string Remedy => "Lower the rates.";

    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { ["seen"] = tensor(_seen) };

    public static Tensor Points(long step)
    {
        using var random = new Generator((ulong)(step + 1));
        return randn([4, 2], generator: random);
    }

    public Tensor? Next(TrainingMoment moment, CancellationToken cancellationToken) => Batch(moment.Step, cancellationToken);

    public StepLosses Losses(Tensor batch, TrainingMoment moment)
    {
        Calls.Add("losses");
        var found = nn.functional.dropout(batch, Dropout, training: true).matmul(_slope).Plus(_offset);
        var distance = (found - batch.flip(1)).Squared().mean();
        var size = _slope.Squared().sum().Times(Weight(moment.Step));
        return new StepLosses([new("distance", distance), new("size", size)], [new("rows", batch.shape[0]), new("step", moment.Step)], 4);
    }

    public void BeforeUpdate() => Calls.Add("before");

    public void AfterUpdate(TrainingMoment moment)
    {
        Calls.Add("after");
        _seen += 4;
    }

    public IEnumerable<Measure> Gauge() => [new("seen", _seen)];

    public void Learn() => Calls.Add("learn");

    public void SaveModel(string path) => SafetensorsWriter.Write(path, [KeyValuePair.Create("slope", (Tensor)_slope), KeyValuePair.Create("offset", (Tensor)_offset)]);

    public void LoadModel(string path)
    {
        using var noGrad = no_grad();
        using var file = SafetensorsFile.Open(path);
        _slope.copy_(file.Load("slope"));
        _offset.copy_(file.Load("offset"));
    }

    public void Restore(SafetensorsFile file) => _seen = file.Load("seen").item<long>();

    public void Dispose()
    {
        _slope.Dispose();
        _offset.Dispose();
    }
}
