using System.Runtime.InteropServices;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>An adapter in training between a frozen tower and a frozen language model, on codes of which some are edited (the first stage of Sparse CLIP, section 4).</summary>
public sealed class AdapterTask : ITrainingTask<AdapterBatch>, IResumable, IDisposable
{
    private const long EditStream = 7919; // apart from the loader's streams of the same seed
    private readonly AdapterModel _adapter;
    private readonly AdapterParts _parts;
    private readonly AdapterPreset _preset;
    private readonly AdapterBatchLoader _loader;
    private readonly PictureCodes _codes;
    private readonly DialogueEncoder _dialogues;
    private readonly FrozenLanguageModel _language;
    private long? _next; // the step that the started loader gives next

    /// <param name="adapter">The adapter; not owned.</param>
    /// <param name="parts">The frozen parts; not owned.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="loader">Draws the pictures; not started, not owned.</param>
    /// <param name="codes">Encodes and edits them.</param>
    public AdapterTask(AdapterModel adapter, AdapterParts parts, AdapterPreset preset, AdapterBatchLoader loader, PictureCodes codes)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(codes);
        (_adapter, _parts, _preset, _loader, _codes) = (adapter, parts, preset, loader, codes);
        _dialogues = new DialogueEncoder(parts.Tokenizer);
        _language = new FrozenLanguageModel(parts.Language, _dialogues.Beginning, preset.Batch.MicroBatch);
    }

    /// <inheritdoc />
    public IEnumerable<TrainedParameter> Parameters => _adapter.named_parameters().Select(entry => new TrainedParameter(
        entry.name, entry.parameter, entry.name == "first.weight" ? _preset.Optimizer.FirstLayerRate : _preset.Optimizer.Rate));

    /// <inheritdoc />
    public string Remedy => "Lower the learning rates of the preset and start anew, or run the same command again: it goes on from the last checkpoint.";

    /// <inheritdoc />
    public IReadOnlyDictionary<string, Tensor> State => _codes.State;

    /// <summary>What edits codes.</summary>
    internal CodeEdits Edits => _codes.Edits;

    /// <inheritdoc />
    public AdapterBatch? Next(TrainingMoment moment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(moment);
        if (_next != moment.Step)
        {
            _loader.Start(moment.Step);
        }

        _next = moment.Step + 1;
        return _loader.Next(cancellationToken);
    }

    /// <inheritdoc />
    public StepLosses Losses(AdapterBatch batch, TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var codes = _codes.Encode(batch);
        var values = MemoryMarshal.Cast<byte, float>(codes.bytes);
        var perPicture = values.Length / batch.Count;
        var told = new DialogueSample[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            told[i] = Edits.Apply(values.Slice(i * perPicture, perPicture), batch.Samples[i], new SeededRandom(_preset.Seed + EditStream, batch.Step, i));
        }

        var loss = _language.Loss(_adapter.forward(codes.ToDevice()), [.. told.Select(sample => _dialogues.Encode(sample.Turns))]);
        return new StepLosses([new("answers", loss.Value)], [new("tokens right", loss.TokenAccuracy), new("answer tokens", loss.Tokens)], batch.Count);
    }

    /// <inheritdoc />
    public void Learn()
    {
        _adapter.train();
    }

    /// <summary>Answers a question about each picture, greedily.</summary>
    /// <param name="codes">[B, 1 + patches, D]</param>
    /// <param name="question">The question.</param>
    /// <param name="most">The most tokens of an answer.</param>
    public IReadOnlyList<string> Answer(Tensor codes, string question, int most)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tokenizer = _parts.Tokenizer;
        return [.. _language.Answer(_adapter.forward(codes), _dialogues.Question(question), most, tokenizer.EndOfTurn).Select(ids => tokenizer.Decode(ids).Trim())];
    }

    /// <inheritdoc />
    public void SaveModel(string path) => _adapter.Save(path);

    /// <inheritdoc />
    public void LoadModel(string path)
    {
        using var weights = SafetensorsFile.Open(path);
        StrictLoader.Load(_adapter, weights);
    }

    /// <inheritdoc />
    public void Restore(SafetensorsFile file) => _codes.Restore(file);

    /// <inheritdoc />
    public void Dispose() => _language.Dispose();
}
