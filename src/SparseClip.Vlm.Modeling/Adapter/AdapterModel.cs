using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Adapter;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// The two-layer perceptron between sparse codes and a language model (Sparse CLIP, section 4): for slot s (0 the pooled code, then the mean codes
/// of the windows of patches, row by row), e_s = centre + spread * gain_s * (W2 GELU(W1 scale_s z_s + b1) + b2 + position_s), with the exact (erf) GELU.
/// </summary>
public sealed class AdapterModel : nn.Module<Tensor, Tensor>
{
    public readonly Linear first; // [hidden, D]
    public readonly Linear second; // [d, hidden]
    public readonly Parameter position; // [slots, d]
    public readonly Parameter gain; // [slots]
    public readonly Tensor centre; // [d]: the mean of the token embeddings
    private readonly Tensor scale; // [slots, 1]: the configuration's, so not part of the state

    /// <param name="config">The shape.</param>
    /// <param name="centre">The mean token embedding [d], copied; null for zeros.</param>
    public AdapterModel(AdapterConfig config, Tensor? centre = null)
        : base(nameof(AdapterModel))
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!config.HasWholeWindows)
        {
            throw new ArgumentException($"Windows of {config.Window} x {config.Window} do not divide {config.Patches} patches.", nameof(config));
        }

        Config = config;
        first = nn.Linear(config.Dimension, config.Hidden, device: ComputeDevice.Current);
        second = nn.Linear(config.Hidden, config.Width, device: ComputeDevice.Current);
        position = new Parameter(zeros(config.Slots, config.Width));
        gain = new Parameter(ones(config.Slots));
        this.centre = centre is null ? zeros(config.Width) : centre.detach().to_type(ScalarType.Float32).clone();
        var scales = new float[config.Slots];
        scales.AsSpan().Fill(config.PatchScale);
        scales[0] = config.PooledScale;
        scale = tensor(scales, [config.Slots, 1]).DetachFromDisposeScope();
        register_buffer(nameof(centre), this.centre);
        register_module(nameof(first), first);
        register_module(nameof(second), second);
        register_parameter(nameof(position), position);
        register_parameter(nameof(gain), gain);
        this.OwnTensors();
    }

    /// <summary>The shape it was built with.</summary>
    public AdapterConfig Config { get; }

    /// <param name="codes">[B, 1 + patches, D] float32: the pooled code first, then the patch codes.</param>
    /// <returns>[B, slots, d] float32: input embeddings of the language model.</returns>
    public override Tensor forward(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var hidden = nn.functional.gelu(first.forward(Slots(codes, Config.Window) * scale));
        var output = second.forward(hidden).Plus(position) * gain.Times(Config.Spread).unsqueeze(1);
        return output.Plus(centre).MoveToOuterDisposeScope();
    }

    /// <summary>The codes that the slots read.</summary>
    /// <param name="codes">[B, 1 + patches, D], the pooled code first, the patches a square grid.</param>
    /// <param name="window">The side of a window in patches.</param>
    /// <returns>[B, slots, D]: the pooled code, then the mean code of every window.</returns>
    public static Tensor Slots(Tensor codes, int window)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (window == 1)
        {
            return codes.alias();
        }

        using var scope = NewDisposeScope();
        var (count, patches, dimension) = (codes.shape[0], codes.shape[1] - 1, codes.shape[2]);
        var windows = (long)Math.Sqrt(patches) / window; // along one side
        var means = codes.narrow(1, 1, patches).reshape(count, windows, window, windows, window, dimension).mean([2, 4]);
        return cat([codes.narrow(1, 0, 1), means.flatten(1, 2)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The weights as plain arrays for a computation without torch: e_s = W2 GELU(W1 (scale_s z_s) + b1), times gain_s, plus offset_s.
    /// </summary>
    public AdapterArrays ToArrays()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var unit = gain.Times(Config.Spread); // [slots]
        var offset = (second.bias!.Plus(position) * unit.unsqueeze(1)).Plus(centre);
        return new AdapterArrays(
            Config, Values(first.weight!), Values(first.bias!), Values(second.weight!), Values(unit), Values(offset));
        static float[] Values(Tensor tensor) => tensor.contiguous().ToHost().data<float>().ToArray();
    }

    /// <summary>Writes the weights with the configuration inside: matrices as <paramref name="matrices"/>, everything else as float32.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path, ScalarType matrices = ScalarType.Float32)
    {
        var state = state_dict();
        SafetensorsWriter.Write(
            path,
            state.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            HeaderConfig.Of(AdapterConfig.MetadataKey, Config),
            name => name.EndsWith("weight", StringComparison.Ordinal) ? matrices : ScalarType.Float32);
    }

    /// <summary>Reads an adapter, in evaluation mode and frozen.</summary>
    /// <exception cref="CheckpointException">The file is no adapter or does not fit its own configuration.</exception>
    public static AdapterModel Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var model = new AdapterModel(ReadConfig(file));
        try
        {
            StrictLoader.Load(model, file);
            model.eval();
            foreach (var parameter in model.parameters())
            {
                parameter.requires_grad = false;
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The same adapter for codes that have further features after its own; it does not look at them yet. The caller's.</summary>
    /// <param name="dimension">D of those codes, no less than its own.</param>
    public AdapterModel Widened(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, Config.Dimension);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var wide = new AdapterModel(Config with { Dimension = dimension }, centre);
        wide.first.weight!.zero_();
        wide.first.weight![.., ..Config.Dimension] = first.weight!;
        wide.first.bias!.copy_(first.bias!);
        wide.second.weight!.copy_(second.weight!);
        wide.second.bias!.copy_(second.bias!);
        wide.position.copy_(position);
        wide.gain.copy_(gain);
        wide.eval();
        return wide;
    }

    /// <summary>The configuration in a file's header.</summary>
    /// <exception cref="CheckpointException">The file is no adapter.</exception>
    public static AdapterConfig ReadConfig(SafetensorsFile file)
    {
        return HeaderConfig.Read<AdapterConfig>(
            file,
            AdapterConfig.MetadataKey,
            "Give the adapter.safetensors that 'sparseclip train adapter' wrote",
            config => config is { Dimension: > 0 and <= 1 << 20, Hidden: > 0 and <= 1 << 16, Width: > 0 and <= 1 << 16, Patches: >= 0 and <= 1 << 12, HasWholeWindows: true }
                ? null
                : $"its sizes are impossible ({config})");
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            scale.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>An adapter's weights without torch; see <see cref="AdapterModel.ToArrays"/>. All row-major.</summary>
/// <param name="Config">Shape and the scales of the codes.</param>
/// <param name="FirstWeight">W1 [hidden, D]</param>
/// <param name="FirstBias">b1 [hidden]</param>
/// <param name="SecondWeight">W2 [d, hidden]</param>
/// <param name="Gain">The factor on a slot's W2 h. [slots]</param>
/// <param name="Offset">What is added after it: bias, position and centre in one. [slots, d]</param>
public sealed record AdapterArrays(
    AdapterConfig Config, float[] FirstWeight, float[] FirstBias, float[] SecondWeight, float[] Gain, float[] Offset);
