using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Bert;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Text;

/// <summary>The files of <see cref="KindredWords"/>.</summary>
/// <param name="Words">The words that the tower knows, as 'sparseclip concepts kindred' writes them.</param>
/// <param name="Sentences">The sentence embedder, as 'sparseclip model import-sentences' writes it.</param>
public sealed record KindredWordFiles(string Words, string Sentences);

/// <summary>
/// Codes for words that a text tower never met. Its own code of such a word says little; a sentence embedder, which has read far more, knows which words mean alike. So the code becomes
/// half the tower's own and half that of the known words nearest to it. Words that the tower knows keep their codes. Safe from several threads at once.
/// </summary>
public sealed class KindredWords : IDisposable
{
    /// <summary>The known words that a code is mixed of.</summary>
    private const int Neighbours = 16;

    /// <summary>How much nearer a word has to be to count e times as much, in cosines.</summary>
    private const double Sharpness = 0.1;

    /// <summary>The share of the known words in the mixture.</summary>
    private const float Share = 0.5f;

    private readonly SentenceEmbedder _sentences;
    private readonly HashSet<string> _known;
    private readonly Tensor _embeddings; // [K, d], unit rows
    private readonly IReadOnlyList<SparseCode> _directions; // [K], of length 1
    private readonly float[] _lengths; // [K], of the codes

    private KindredWords(SentenceEmbedder sentences, IReadOnlyList<string> words, Tensor embeddings, IReadOnlyList<SparseCode> directions, float[] lengths)
    {
        (_sentences, _embeddings, _directions, _lengths) = (sentences, embeddings, directions, lengths);
        _known = words.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>D of the codes.</summary>
    public int Dimension => _directions[0].Dimension;

    /// <summary>Opens both files; they are closed again.</summary>
    /// <exception cref="CheckpointException">One cannot be read, or they do not belong together.</exception>
    public static KindredWords Open(KindredWordFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var sentences = SentenceEmbedder.Open(files.Sentences);
        try
        {
            using var scope = NewDisposeScope();
            var (words, embeddings, directions, lengths) = KindredWordFile.Read(files.Words);
            return embeddings.shape[1] == sentences.Width
                ? new KindredWords(sentences, words, embeddings.DetachFromDisposeScope(), directions, lengths)
                : throw new CheckpointException(
                    files.Words, $"its embeddings have {embeddings.shape[1]} values, those of {files.Sentences} {sentences.Width}", "Make it again with 'sparseclip concepts kindred' and this embedder");
        }
        catch
        {
            sentences.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file of the words that a tower knows.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="words">What captions had: at least one, each once, in lower case. Those that activate nothing are left out.</param>
    /// <param name="text">The text tower alone.</param>
    /// <param name="attributes">The features that are colours and numbers, in which words that mean alike differ; null for none.</param>
    /// <param name="sentences">The sentence embedder.</param>
    /// <param name="progress">Gets the number of words done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The number of words written.</returns>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static int Write(
        string path, IReadOnlyList<string> words, ITextEncoder text, AttributeFeatures? attributes, SentenceEmbedder sentences, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(sentences);
        var codes = new List<(string Word, SparseCode Code)>(words.Count);
        var done = 0;
        foreach (var batch in words.Chunk(256))
        {
            codes.AddRange(batch.Zip(text.EncodeConcepts(batch, cancellationToken)).Select(pair => (pair.First, attributes?.Without(pair.Second) ?? pair.Second)).Where(pair => pair.Item2.L0 > 0));
            progress?.Report(done += batch.Length);
        }

        if (codes.Count == 0)
        {
            throw new CheckpointException(path, "no word activates anything", "Give a trained tower");
        }

        string[] known = [.. codes.Select(pair => pair.Word)];
        using var embeddings = sentences.Embed(known, cancellationToken);
        KindredWordFile.Write(path, known, embeddings, [.. codes.Select(pair => pair.Code)]);
        return known.Length;
    }

    /// <summary>Whether the tower knows the word by itself.</summary>
    /// <param name="word">In lower case, without an article.</param>
    public bool IsKnown(string word) => _known.Contains(word);

    /// <summary>Replaces the codes of texts about words that the tower does not know; the others stay as they are.</summary>
    /// <param name="texts">Words, bare or in one of the sentences of <see cref="PromptTemplates"/>.</param>
    /// <param name="codes">The tower's own codes of them, changed in place. [N, D] float32</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    internal void Mix(IReadOnlyList<string> texts, Tensor codes, CancellationToken cancellationToken)
    {
        var unknown = texts.Select(PromptTemplates.Subject).Index().Where(text => text.Item.Length > 0 && !IsKnown(text.Item)).ToArray();
        if (unknown.Length == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        string[] words = [.. unknown.Select(text => text.Item)];
        var (cosines, places) = _sentences.Embed(words, cancellationToken).matmul(_embeddings.t()).topk(Math.Min(Neighbours, _directions.Count), dim: 1);
        var weights = cosines.Over(Sharpness).softmax(1).ToHost().contiguous().data<float>().ToArray();
        var near = places.ToHost().contiguous().data<long>().ToArray();
        var kept = (int)cosines.shape[1];
        var (directions, lengths) = (new float[words.Length * Dimension], new float[words.Length]);
        for (var i = 0; i < words.Length; i++)
        {
            for (var j = i * kept; j < (i + 1) * kept; j++)
            {
                Add(directions.AsSpan(i * Dimension, Dimension), _directions[(int)near[j]], weights[j]);
                lengths[i] += weights[j] * _lengths[near[j]];
            }

            // How much a word means stays what the tower says, unless the embedder has it whole in its vocabulary: so letters thrown together, which have neighbours too, go on to mean next to nothing.
            lengths[i] = _sentences.HasWhole(words[i]) ? lengths[i] : 0;
        }

        var rows = tensor(unknown.Select(text => (long)text.Index).ToArray());
        var own = codes[rows]; // [U, D]
        var kindred = nn.functional.normalize(tensor(directions, [words.Length, Dimension]), dim: 1);
        var mixed = nn.functional.normalize(nn.functional.normalize(own, dim: 1).Times(1 - Share).Plus(kindred.Times(Share)), dim: 1);
        var length = own.norm(1, keepdim: true).maximum(tensor(lengths).unsqueeze(1)); // [U, 1]
        codes.index_copy_(0, rows, mixed * length);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _embeddings.Dispose();
        _sentences.Dispose();
    }

    private static void Add(Span<float> sum, SparseCode direction, float weight)
    {
        for (var i = 0; i < direction.L0; i++)
        {
            sum[direction.Indices[i]] += weight * direction.Values[i];
        }
    }
}
