using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Language;

/// <summary>The frozen parts that a language adapter is trained behind: tower, adapter, concepts and language model.</summary>
public sealed class LanguageParts : IDisposable
{
    private LanguageParts(AdapterParts parts, AdapterModel adapter, IReadOnlyList<ConceptCode> concepts) => (Parts, Adapter, Concepts) = (parts, adapter, concepts);

    /// <summary>Tower and language model.</summary>
    public AdapterParts Parts { get; }

    /// <summary>From codes to embeddings.</summary>
    public AdapterModel Adapter { get; }

    /// <summary>The words that a picture's code is put into.</summary>
    public IReadOnlyList<ConceptCode> Concepts { get; }

    /// <summary>Opens the parts.</summary>
    /// <param name="tower">A tower's file, or the folder of the run that trained it.</param>
    /// <param name="languageModel">A GGUF.</param>
    /// <param name="adapter">The adapter between the two.</param>
    /// <param name="concepts">The concepts of the tower.</param>
    /// <exception cref="CheckpointException">Tower or adapter cannot be read, or do not belong together.</exception>
    /// <exception cref="GgufException">The language model cannot be read.</exception>
    /// <exception cref="ConceptFileException">The concepts cannot be read, or are those of another tower.</exception>
    public static LanguageParts Open(string tower, string languageModel, string adapter, string concepts)
    {
        var parts = AdapterParts.Open(tower, languageModel);
        AdapterModel? opened = null;
        try
        {
            opened = AdapterModel.Load(adapter);
            var (codes, width) = (opened.Config.Dimension, opened.Config.Width);
            return codes == parts.Images.Dimension && width == parts.Language.Config.Width
                ? new LanguageParts(parts, opened, ConceptFile.Read(concepts, codes))
                : throw new CheckpointException(
                    adapter, $"it is for codes of {codes} features and embeddings of {width} values, the tower has {parts.Images.Dimension} and the language model {parts.Language.Config.Width}",
                    "Give the adapter that was trained between the two");
        }
        catch
        {
            opened?.Dispose();
            parts.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Adapter.Dispose();
        Parts.Dispose();
    }
}
