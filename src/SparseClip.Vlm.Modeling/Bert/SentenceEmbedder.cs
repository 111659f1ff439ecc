using System.Text;
using Microsoft.ML.Tokenizers;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Bert;

/// <summary>
/// A sentence embedder of the MiniLM family (Wang et al. 2020; Reimers and Gurevych 2019): words and sentences that mean alike get unit vectors that lie near to one another. Model and
/// vocabulary are kept in one safetensors file. Embedding is safe from several threads at once. Owns the model.
/// </summary>
public sealed class SentenceEmbedder : IDisposable
{
    internal const string VocabularyKey = "bert_vocabulary";
    private const string Remedy = "Give a file that 'sparseclip model import-sentences' wrote";
    private const int BatchSize = 128;
    private readonly BertModel _model;
    private readonly string _vocabulary;
    private readonly BertTokenizer _tokenizer;

    private SentenceEmbedder(BertModel model, string vocabulary, BertTokenizer tokenizer)
    {
        (_model, _vocabulary, _tokenizer) = (model, vocabulary, tokenizer);
        model.eval();
        model.SetTrained(false);
    }

    /// <summary>The width d of an embedding.</summary>
    public int Width => _model.Config.Width;

    /// <summary>Reads what <see cref="Save"/> wrote. The file is closed again.</summary>
    /// <exception cref="CheckpointException">The file is no sentence embedder or does not fit its own configuration.</exception>
    public static SentenceEmbedder Open(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var config = HeaderConfig.Read<BertConfig>(file, BertConfig.MetadataKey, Remedy, config => config.Problem());
        var vocabulary = file.Metadata.TryGetValue(VocabularyKey, out var lines) ? lines : throw new CheckpointException(path, $"its header has no '{VocabularyKey}'", Remedy);
        return Create(path, config, vocabulary, model => StrictLoader.Load(model, file));
    }

    /// <summary>Writes everything into one file, which appears when all of it is on the disk: matrices as float16, everything else as float32.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var state = _model.state_dict();
        SafetensorsWriter.Write(
            path,
            state.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            new Dictionary<string, string>(HeaderConfig.Of(BertConfig.MetadataKey, _model.Config)) { [VocabularyKey] = _vocabulary },
            name => state[name].dim() >= 2 ? ScalarType.Float16 : ScalarType.Float32);
    }

    /// <summary>The ids of a text's word pieces, with those that begin and end it; cut to what the model reads.</summary>
    public IReadOnlyList<int> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = _tokenizer.EncodeToIds(text);
        return ids.Count <= _model.Config.Positions ? ids : [.. ids.Take(_model.Config.Positions - 1), ids[^1]];
    }

    /// <summary>Whether each part of a word or phrase is in the vocabulary as it stands: common words are, letters thrown together are not.</summary>
    public bool HasWhole(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Split(' ', '-').All(part => part.Length > 1 && _tokenizer.EncodeToIds(part, addSpecialTokens: false) is [var only] && only != _tokenizer.UnknownTokenId);
    }

    /// <summary>Embeds texts in batches, those of like length together.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>[N, d] float32, unit rows, in the order of the texts; the caller owns it.</returns>
    public Tensor Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = texts.Select(Tokens).ToArray();
        var embedded = empty(texts.Count, Width);
        foreach (var chunk in Enumerable.Range(0, texts.Count).OrderBy(i => tokens[i].Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            embedded.index_copy_(0, tensor(chunk.Select(i => (long)i).ToArray()), _model.Pool([.. chunk.Select(i => tokens[i])]));
        }

        return embedded.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose() => _model.Dispose();

    /// <summary>Makes one of its parts.</summary>
    /// <param name="path">The file they come from, for messages.</param>
    /// <param name="config">The shape.</param>
    /// <param name="vocabulary">A word piece a line, in the order of their ids.</param>
    /// <param name="fill">Reads the weights.</param>
    /// <exception cref="CheckpointException">The vocabulary cannot be used.</exception>
    internal static SentenceEmbedder Create(string path, BertConfig config, string vocabulary, Action<BertModel> fill)
    {
        var tokenizer = Tokenizer(path, config, vocabulary);
        var model = new BertModel(config);
        try
        {
            fill(model);
            return new SentenceEmbedder(model, vocabulary, tokenizer);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Uncased word pieces: lower case, without accents.</summary>
    private static BertTokenizer Tokenizer(string path, BertConfig config, string vocabulary)
    {
        var count = vocabulary.Count(letter => letter == '\n') + 1;
        if (count != config.VocabularySize)
        {
            throw new CheckpointException(path, $"its vocabulary has {count} word pieces, the model {config.VocabularySize}", Remedy);
        }

        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(vocabulary));
            return BertTokenizer.Create(stream, new BertOptions { LowerCaseBeforeTokenization = true, RemoveNonSpacingMarks = true });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new CheckpointException(path, $"its vocabulary cannot be used ({error.Message})", Remedy, innerException: error);
        }
    }
}
