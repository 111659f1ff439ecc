using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Text;

/// <summary>
/// Pooled states of a frozen language model's first layers: for each chosen layer the mean over the tokens after the first, concatenated.
/// The first token is left out because a causal model parks its attention there and its state says nothing about the text.
/// </summary>
public sealed class LanguageModelTextStates : IFrozenTextStates, IDisposable
{
    private const int BatchSize = 256;

    /// <summary>The most tokens of a text that are read; the others are left out.</summary>
    public const int MaximumTokens = 64;

    private readonly LlamaForCausalLM _model;
    private readonly LlamaTokenizer _tokenizer;
    private readonly int[] _layers;

    /// <param name="file">A GGUF of the Llama architecture.</param>
    /// <param name="layers">The states to take: 0 is the token embedding, n the state after layer n; ascending.</param>
    /// <param name="type">The type of the frozen products.</param>
    /// <exception cref="GgufException">The file is damaged or lacks a tensor of these layers.</exception>
    public LanguageModelTextStates(GgufFile file, IReadOnlyList<int> layers, ScalarType type)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = [.. layers];
        _tokenizer = LlamaTokenizer.FromGguf(file); // before what has to be disposed of
        _model = LlamaForCausalLM.FromGguf(file, Math.Max(1, _layers.Max()), type);
    }

    /// <summary>Reads the first layers of a language model, in the machine's fastest type. The file is closed again.</summary>
    /// <param name="path">A GGUF of the Llama architecture.</param>
    /// <param name="layers">As for the constructor.</param>
    /// <exception cref="GgufException">The file is missing, damaged or lacks a tensor of these layers.</exception>
    public static LanguageModelTextStates Open(string path, IReadOnlyList<int> layers)
    {
        using var file = GgufFile.Open(path);
        return new LanguageModelTextStates(file, layers, FastPrecision.Fastest);
    }

    /// <inheritdoc />
    public int Width => _layers.Length * _model.Config.Width;

    /// <inheritdoc />
    public Tensor Pool(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();

        // Texts of like length share a batch, so that little is computed for padding.
        var tokens = texts.AsParallel().AsOrdered().Select(text => _tokenizer.Encode(text)).ToArray().Select(Read).ToArray();
        var order = Enumerable.Range(0, texts.Count).OrderBy(i => tokens[i].Length).ToArray();
        var pooled = empty(texts.Count, Width);
        foreach (var chunk in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            pooled.index_copy_(0, tensor(chunk.Select(i => (long)i).ToArray()), PoolBatch([.. chunk.Select(i => tokens[i])]));
        }

        return pooled.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose() => _model.Dispose();

    /// <summary>The first of a text's tokens, as many as are read.</summary>
    private static int[] Read(IReadOnlyList<int> tokens) => tokens.Count == 0
        ? throw new ArgumentException("A text without a single token has no state; give at least one word.", nameof(tokens))
        : [.. tokens.Take(MaximumTokens)];

    /// <returns>[N, Width] float32</returns>
    private Tensor PoolBatch(int[][] texts)
    {
        var length = texts.Max(ids => ids.Length);
        var ids = new long[texts.Length * length];
        var mask = new float[ids.Length]; // 1 where there is a token
        var pooling = new float[ids.Length]; // sums to 1 over the pooled tokens of a text
        for (var i = 0; i < texts.Length; i++)
        {
            var count = texts[i].Length;
            var first = count > 1 ? 1 : 0;
            for (var j = 0; j < count; j++)
            {
                ids[(i * length) + j] = texts[i][j];
                mask[(i * length) + j] = 1;
                pooling[(i * length) + j] = j >= first ? 1f / (count - first) : 0;
            }
        }

        long[] shape = [texts.Length, length];
        var weights = tensor(pooling, shape).unsqueeze(1); // [N, 1, T]
        var states = _model.HiddenStates(_model.Embed(tensor(ids, shape)), tensor(mask, shape), _layers);
        return cat([.. states.Select(state => weights.matmul(state.to_type(ScalarType.Float32)).squeeze(1))], 1);
    }
}
