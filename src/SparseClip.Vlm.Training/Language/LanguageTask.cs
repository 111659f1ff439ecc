using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Language;

/// <summary>A language adapter in training: the language model learns to answer by what is said of a picture and by its embeddings, all else being frozen.</summary>
public sealed class LanguageTask : ITrainingTask<LanguageBatch>, IResumable
{
    private readonly LanguageParts _parts;
    private readonly LanguagePreset _preset;
    private readonly LlamaLora _lora;
    private readonly LanguageSamples _samples;
    private readonly DialogueEncoder _dialogues;
    private readonly TunedLanguageModel _language;

    /// <param name="parts">The frozen parts; not owned.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="lora">What is trained; not owned.</param>
    /// <param name="samples">What is learned from.</param>
    public LanguageTask(LanguageParts parts, LanguagePreset preset, LlamaLora lora, LanguageSamples samples)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(preset);
        (_parts, _preset, _lora, _samples) = (parts, preset, lora, samples);
        _dialogues = new DialogueEncoder(parts.Parts.Tokenizer);
        _language = new TunedLanguageModel(parts.Parts.Language, lora, _dialogues.Beginning, preset.Samples.MicroBatch);
    }

    /// <inheritdoc />
    public IEnumerable<TrainedParameter> Parameters => _lora.Factors.Select(factor => new TrainedParameter(factor.Key, factor.Value, _preset.Optimizer.Rate));

    /// <inheritdoc />
    public string Remedy => "Lower the learning rate of the preset and start anew, or run the same command again: it goes on from the last checkpoint.";

    /// <inheritdoc />
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor>();

    /// <inheritdoc />
    public LanguageBatch? Next(TrainingMoment moment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(moment);
        return new LanguageBatch(_samples.Make(_preset.Seed, moment.Step));
    }

    /// <inheritdoc />
    public StepLosses Losses(LanguageBatch batch, TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var inner = NewDisposeScope();
        var embeddings = Embed([.. batch.Samples.Select(sample => sample.Rows)]);
        var loss = _language.Loss(embeddings, [.. batch.Samples.Select(sample => _dialogues.Encode(sample.Turns, sample.Said))]);
        return new StepLosses(
            [new("answers", loss.Value.MoveToOuterDisposeScope())], [new("tokens right", loss.TokenAccuracy), new("answer tokens", loss.Tokens)], batch.Samples.Count);
    }

    /// <inheritdoc />
    public void Learn()
    {
        // Nothing behaves otherwise in training.
    }

    /// <summary>Answers greedily, one open dialogue a picture.</summary>
    /// <param name="asked">[B]</param>
    /// <param name="most">The most tokens of an answer.</param>
    public IReadOnlyList<string> Answer(IReadOnlyList<OpenDialogue> asked, int most)
    {
        ArgumentNullException.ThrowIfNull(asked);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tokenizer = _parts.Parts.Tokenizer;
        var answers = _language.Answer(
            Embed([.. asked.Select(one => one.Rows)]), [.. asked.Select(one => _dialogues.Open(one.Turns, one.Said))], most, tokenizer.EndOfTurn);
        return [.. answers.Select(ids => tokenizer.Decode(ids).Trim())];
    }

    /// <inheritdoc />
    public void SaveModel(string path) => SafetensorsWriter.Write(path, _lora.Factors.Select(factor => KeyValuePair.Create(factor.Key, (Tensor)factor.Value)));

    /// <inheritdoc />
    public void LoadModel(string path)
    {
        using var file = SafetensorsFile.Open(path);
        using var noGrad = no_grad();
        foreach (var (name, factor) in _lora.Factors)
        {
            using var saved = file.Load(name);
            factor.copy_(saved);
        }
    }

    /// <inheritdoc />
    public void Restore(SafetensorsFile file)
    {
        // There is no state beside the factors.
    }

    private Tensor Embed(IReadOnlyList<float[]> rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var dimension = _parts.Parts.Images.Dimension;
        var codes = stack([.. rows.Select(row => tensor(row, [row.Length / dimension, dimension]))]);
        return _parts.Adapter.forward(codes.ToDevice()).MoveToOuterDisposeScope();
    }
}

/// <summary>The samples of a step.</summary>
public sealed record LanguageBatch(IReadOnlyList<LanguageSample> Samples) : IDisposable
{
    /// <inheritdoc />
    public void Dispose()
    {
        // Samples are plain arrays.
    }
}

/// <summary>A dialogue that waits for its answer.</summary>
/// <param name="Rows">The picture's codes: [1 + patches, D], the pooled code first.</param>
/// <param name="Said">What is said of the picture; null for nothing.</param>
/// <param name="Turns">The turns so far; the last one is the user's.</param>
public sealed record OpenDialogue(float[] Rows, string? Said, IReadOnlyList<DialogueTurn> Turns);
