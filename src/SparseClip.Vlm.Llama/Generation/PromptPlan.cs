using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LLama.Native;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>What stands at a position: a token id or the hash of an embedding. Equal keys mean equal inputs.</summary>
internal readonly record struct PositionKey(bool IsEmbedding, ulong High, ulong Low)
{
    public static PositionKey OfToken(int token) => new(false, 0, (ulong)token);

    public static PositionKey OfEmbedding(ReadOnlySpan<float> embedding)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(embedding), hash);
        return new PositionKey(true, BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }
}

/// <summary>Positions that are computed in one decode: all tokens or all embeddings.</summary>
/// <param name="Start">The first position.</param>
/// <param name="Length">How many.</param>
/// <param name="EmbeddingRow">The row of the first embedding in the prompt's embeddings; -1 for tokens.</param>
internal readonly record struct Chunk(int Start, int Length, int EmbeddingRow)
{
    public int End => Start + Length;

    /// <summary>The rest of the chunk from a position inside it.</summary>
    public Chunk From(int position) => new(position, End - position, EmbeddingRow < 0 ? -1 : EmbeddingRow + position - Start);
}

/// <summary>
/// A prompt laid out on positions, and the batches it is computed in. The borders of the batches depend on the segments alone, never on what
/// is cached: equal prefixes are cut alike, which is what makes a cached run bit-identical to a cold one.
/// </summary>
internal sealed class PromptPlan
{
    private readonly LLamaToken[] _tokens;
    private readonly float[] _embeddings;
    private readonly int _size;

    private PromptPlan(PositionKey[] keys, LLamaToken[] tokens, float[] embeddings, int size, Chunk[] chunks) =>
        (Keys, _tokens, _embeddings, _size, Chunks) = (keys, tokens, embeddings, size, chunks);

    /// <summary>[n]</summary>
    public PositionKey[] Keys { get; }

    public Chunk[] Chunks { get; }

    public int Length => Keys.Length;

    /// <summary>The token ids of a batch; empty for embeddings.</summary>
    public ReadOnlySpan<LLamaToken> TokensOf(Chunk chunk) => chunk.EmbeddingRow < 0 ? _tokens.AsSpan(chunk.Start, chunk.Length) : [];

    /// <summary>The embeddings of a batch, [n, d]; empty for tokens.</summary>
    public ReadOnlySpan<float> EmbeddingsOf(Chunk chunk) =>
        chunk.EmbeddingRow < 0 ? [] : _embeddings.AsSpan(chunk.EmbeddingRow * _size, chunk.Length * _size);

    /// <summary>Checks and cuts a prompt. The caller's arrays are copied.</summary>
    /// <param name="prompt">The segments.</param>
    /// <param name="model">Whose vocabulary and embedding size count.</param>
    /// <param name="chunk">The most positions of a batch.</param>
    /// <param name="contextLength">Positions of a conversation; the prompt must leave one for the answer.</param>
    /// <exception cref="ContextLengthException">It is too long.</exception>
    /// <exception cref="ArgumentException">A segment is not what the model can read, or there is none.</exception>
    public static PromptPlan Create(IReadOnlyList<PromptSegment> prompt, ModelInfo model, int chunk, int contextLength)
    {
        var keys = new List<PositionKey>();
        var tokens = new List<LLamaToken>();
        var embeddings = new List<float>();
        var chunks = new List<Chunk>();
        for (var i = 0; i < prompt.Count; i++)
        {
            var start = keys.Count;
            var row = embeddings.Count / model.EmbeddingSize;
            var isEmbedding = prompt[i] is EmbeddingSegment;
            switch (prompt[i])
            {
                case TokenSegment ids:
                    CheckTokens(ids.Tokens.Span, model.VocabularySize, i);
                    AddTokens(ids.Tokens.Span);
                    break;
                case EmbeddingSegment image:
                    AddEmbeddings(image.Values.Span, i);
                    break;
                default:
                    throw new ArgumentException($"Prompt segment {i} is missing or of an unknown kind.", nameof(prompt));
            }

            for (var position = start; position < keys.Count; position += chunk)
            {
                chunks.Add(new Chunk(position, Math.Min(chunk, keys.Count - position), isEmbedding ? row + position - start : -1));
            }
        }

        if (keys.Count >= contextLength)
        {
            throw new ContextLengthException(keys.Count + 1, contextLength);
        }

        return keys.Count > 0
            ? new PromptPlan([.. keys], [.. tokens], [.. embeddings], model.EmbeddingSize, [.. chunks])
            : throw new ArgumentException("The prompt is empty; it needs one token or embedding at least.", nameof(prompt));

        void AddTokens(ReadOnlySpan<int> ids)
        {
            foreach (var id in ids)
            {
                keys.Add(PositionKey.OfToken(id));
                tokens.Add(id);
            }
        }

        void AddEmbeddings(ReadOnlySpan<float> values, int segment)
        {
            CheckEmbeddings(values, model.EmbeddingSize, segment);
            for (var at = 0; at < values.Length; at += model.EmbeddingSize)
            {
                keys.Add(PositionKey.OfEmbedding(values.Slice(at, model.EmbeddingSize)));
                tokens.Add(-1);
            }

            embeddings.AddRange(values);
        }
    }

    private static void CheckTokens(ReadOnlySpan<int> ids, int vocabulary, int segment)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)vocabulary)
            {
                throw new ArgumentException($"Prompt segment {segment} has the token {id}; the vocabulary has 0..{vocabulary - 1}.", nameof(ids));
            }
        }
    }

    // A non-finite embedding would silently make every later logit of its sequence NaN, even after the sequence is removed.
    private static void CheckEmbeddings(ReadOnlySpan<float> values, int size, int segment)
    {
        if (values.Length % size != 0)
        {
            throw new ArgumentException(
                $"Prompt segment {segment} has {values.Length} values, which is no whole number of embeddings of {size}.", nameof(values));
        }

        var bad = Finite.IndexOfNonFinite(values);
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Prompt segment {segment} has {values[bad]} in embedding {bad / size}, dimension {bad % size}; embeddings must be finite.", nameof(values));
        }
    }
}
