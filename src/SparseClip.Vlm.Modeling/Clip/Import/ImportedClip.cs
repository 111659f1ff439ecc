using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Clip.Tokens;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>
/// Somebody else's CLIP, ready to compare pictures with texts: the model, its tokeniser and its preprocessing, kept in one safetensors file.
/// Embedding is safe from several threads at once. Owns the model.
/// </summary>
public sealed class ImportedClip : IDisposable
{
    private const int TextBatch = 64;
    private const string VocabularyKey = "clip_vocabulary";
    private const string MergesKey = "clip_merges";
    private const string Remedy = "Give a file that 'sparseclip model import-clip' wrote";
    private readonly ClipVocabulary _vocabulary;

    private ImportedClip(ClipModel model, ClipVocabulary vocabulary)
    {
        (Model, _vocabulary) = (model, vocabulary);
        Tokenizer = new ClipTokenizer(vocabulary, model.Config.Tokens, model.Config.Text.ContextLength);
        Preprocessor = new ClipPreprocessor(model.Config.Framing, model.Config.Vision.Normalization);
        model.eval();
        model.SetTrained(false);
    }

    /// <summary>Both towers, in evaluation mode, without gradients.</summary>
    public ClipModel Model { get; }

    /// <summary>Texts to ids.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Pictures to the vision tower's input.</summary>
    public ClipPreprocessor Preprocessor { get; }

    /// <summary>Reads a folder of Hugging Face's <c>CLIPModel</c> or of OpenCLIP.</summary>
    /// <exception cref="ClipImportException">The folder is neither, or states something that is not supported.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, extra or of another shape.</exception>
    public static ImportedClip Import(string folder)
    {
        var source = ClipFolder.Open(folder);
        using var weights = SafetensorsFile.Open(source.WeightFile);
        ClipWeights.CheckSizes(source.Config, weights, source.Names);
        return Create(source.Config, source.Vocabulary, model => ClipWeights.Load(model, weights, source.Names));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The file is no imported CLIP or does not fit its own configuration.</exception>
    public static ImportedClip Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var config = ReadConfig(file);
        var vocabulary = ClipVocabulary.FromLines(path, Metadata(file, VocabularyKey), Metadata(file, MergesKey));
        return Create(config, vocabulary, model => StrictLoader.Load(model, file));
    }

    /// <summary>Writes everything into one file, which appears when all of it is on the disk.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var (tokens, merges) = _vocabulary.ToLines();
        SafetensorsWriter.Write(
            path,
            Model.state_dict().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            new Dictionary<string, string>(HeaderConfig.Of(ClipConfig.MetadataKey, Model.Config)) { [VocabularyKey] = tokens, [MergesKey] = merges });
    }

    /// <summary>Embeds pictures in one batch.</summary>
    /// <returns>[B, P] float32, unit rows; the caller owns it.</returns>
    public Tensor EmbedPictures(IReadOnlyList<RgbPicture> pictures)
    {
        using var noGrad = no_grad();
        using var input = tensor(Preprocessor.ToTensorData(pictures), [pictures.Count, 3, Preprocessor.Size, Preprocessor.Size]);
        return Model.EmbedImages(input);
    }

    /// <summary>Embeds texts in batches.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>[N, P] float32, unit rows; the caller owns it.</returns>
    public Tensor EmbedTexts(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        foreach (var chunk in texts.Chunk(TextBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Model.EmbedTexts([.. chunk.Select(Tokenizer.Encode)]));
        }

        return cat(rows).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();

    /// <summary>The shape that a file of <see cref="Save"/> states.</summary>
    /// <exception cref="CheckpointException">The file is no imported CLIP or contradicts itself.</exception>
    internal static ClipConfig ReadConfig(SafetensorsFile file) =>
        HeaderConfig.Read<ClipConfig>(file, ClipConfig.MetadataKey, Remedy, config => config.Problem());

    private static string Metadata(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out var value)
        ? value
        : throw new CheckpointException(file.Path, $"its header has no '{key}'", Remedy);

    private static ImportedClip Create(ClipConfig config, ClipVocabulary vocabulary, Action<ClipModel> fill)
    {
        var model = new ClipModel(config);
        try
        {
            fill(model);
            return new ImportedClip(model, vocabulary);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
