using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>The frozen parts that an adapter is trained between: the tower and the language model.</summary>
public sealed class AdapterParts : IDisposable
{
    private readonly TrainedTower _tower;

    private AdapterParts(TrainedTower tower, LlamaForCausalLM language, LlamaTokenizer tokenizer)
    {
        (_tower, Language, Tokenizer) = (tower, language, tokenizer);
        Images = new SparseImageEncoder(tower.Model);
    }

    /// <summary>The vision tower.</summary>
    public SparseImageEncoder Images { get; }

    /// <summary>The text tower.</summary>
    public SparseTextEncoder Texts => _tower.Texts;

    /// <summary>The language model, in the machine's fastest type.</summary>
    public LlamaForCausalLM Language { get; }

    /// <summary>Its tokeniser.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>Opens the parts.</summary>
    /// <param name="tower">A tower's file, or the folder of the run that trained it.</param>
    /// <param name="languageModel">A GGUF: the tower's text side reads its first layers, and the adapter writes for all of it.</param>
    /// <exception cref="CheckpointException">The tower cannot be read.</exception>
    /// <exception cref="GgufException">The language model cannot be read.</exception>
    public static AdapterParts Open(string tower, string languageModel)
    {
        var opened = TrainedTower.Open(tower, languageModel);
        try
        {
            using var gguf = GgufFile.Open(languageModel);
            var tokenizer = LlamaTokenizer.FromGguf(gguf); // before what has to be disposed of
            return new AdapterParts(opened, LlamaForCausalLM.FromGguf(gguf, dtype: FastPrecision.Fastest), tokenizer);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Images.Dispose();
        Language.Dispose();
        _tower.Dispose();
    }
}
