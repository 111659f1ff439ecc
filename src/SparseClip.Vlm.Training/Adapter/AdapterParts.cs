using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>The frozen parts that an adapter is trained between: the tower and the language model.</summary>
public sealed class AdapterParts : IDisposable
{
    private readonly LanguageModelTextStates _states;
    private readonly SparseClipModel _tower;

    private AdapterParts(SparseClipModel tower, LanguageModelTextStates states, LlamaModel language, LlamaTokenizer tokenizer)
    {
        (_tower, _states, Language, Tokenizer) = (tower, states, language, tokenizer);
        Images = new SparseImageEncoder(tower);
        Texts = new SparseTextEncoder(tower, states);
    }

    /// <summary>The vision tower.</summary>
    public SparseImageEncoder Images { get; }

    /// <summary>The text tower.</summary>
    public SparseTextEncoder Texts { get; }

    /// <summary>The language model, in the machine's fastest type.</summary>
    public LlamaModel Language { get; }

    /// <summary>Its tokeniser.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>Opens the parts.</summary>
    /// <param name="tower">A tower's file, or the folder of the run that trained it.</param>
    /// <param name="languageModel">A GGUF: the tower's text side reads its first layers, and the adapter writes for all of it.</param>
    /// <exception cref="CheckpointException">The tower cannot be read.</exception>
    /// <exception cref="GgufException">The language model cannot be read.</exception>
    public static AdapterParts Open(string tower, string languageModel)
    {
        using var weights = SafetensorsFile.Open(Directory.Exists(tower) ? Path.Combine(tower, "tower.safetensors") : tower);
        using var gguf = GgufFile.Open(languageModel);
        var model = SparseClipModel.Load(weights);
        LanguageModelTextStates? states = null;
        try
        {
            states = new LanguageModelTextStates(gguf, model.Config.Text.Layers, FastPrecision.Fastest);
            return new AdapterParts(model, states, LlamaModel.FromGguf(gguf, dtype: FastPrecision.Fastest), LlamaTokenizer.FromGguf(gguf));
        }
        catch
        {
            states?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Images.Dispose();
        Language.Dispose();
        _states.Dispose();
        _tower.Dispose();
    }
}
