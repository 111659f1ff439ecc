using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Text;

/// <summary>
/// The file of the words that a text tower knows: for each where it lies among the sentence embeddings, and its code. Embeddings are stored in eight bits, which their length of 1 gives
/// the scale back, and of a code the strongest features.
/// </summary>
internal static class KindredWordFile
{
    private const string ConfigKey = "kindred_words_config";
    private const string WordsKey = "kindred_words";
    private const string Remedy = "Make the file again with 'sparseclip concepts kindred'";
    private const int MostFeatures = 64;
    private const float Largest = 127;

    /// <summary>Writes words; the file appears when all of it is on the disk.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="words">The words, at least one, each once.</param>
    /// <param name="embeddings">Their embeddings. [K, d], unit rows</param>
    /// <param name="codes">Their codes.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> words, Tensor embeddings, IReadOnlyList<SparseCode> codes)
    {
        using var scope = NewDisposeScope();
        var largest = embeddings.abs().amax([1], keepdim: true);
        var (features, values, lengths) = (new List<Tensor>(), new List<Tensor>(), new List<float>());
        foreach (var batch in codes.Chunk(1024))
        {
            var (strongest, at) = SparseCodes.ToTensor(batch).topk((int)Math.Min(MostFeatures, batch[0].Dimension), dim: 1);
            features.Add(at.to_type(ScalarType.Int32));
            values.Add(nn.functional.normalize(strongest, dim: 1));
            lengths.AddRange(batch.Select(code => code.Norm));
        }

        SafetensorsWriter.Write(
            path,
            [
                KeyValuePair.Create("embeddings", (embeddings / largest).Times(Largest).round().to_type(ScalarType.Int8)),
                KeyValuePair.Create("features", cat(features)),
                KeyValuePair.Create("values", cat(values).to_type(ScalarType.Float16)),
                KeyValuePair.Create("lengths", tensor(lengths.ToArray())),
            ],
            new Dictionary<string, string>(HeaderConfig.Of(ConfigKey, new Config(codes[0].Dimension, (int)embeddings.shape[1]))) { [WordsKey] = string.Join('\n', words) });
    }

    /// <summary>Reads them. The tensor is the caller's.</summary>
    /// <exception cref="CheckpointException">The file is none of these, or contradicts itself.</exception>
    public static (IReadOnlyList<string> Words, Tensor Embeddings, IReadOnlyList<SparseCode> Directions, float[] Lengths) Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var config = HeaderConfig.Read<Config>(file, ConfigKey, Remedy, config => config.Dimension < 1 || config.Width < 1 ? "dimension and width must be positive" : null);
        var words = file.Metadata.TryGetValue(WordsKey, out var lines) ? lines.Split('\n') : throw new CheckpointException(path, $"its header has no '{WordsKey}'", Remedy);
        using var scope = NewDisposeScope();
        var (stored, features, values, lengths) = (file.Load("embeddings", ScalarType.Float32), file.Load("features", ScalarType.Int32).ToHost(), file.LoadFloats("values"), file.LoadFloats("lengths"));
        var kept = (int)features.shape[^1];
        if (!stored.shape.SequenceEqual([words.Length, config.Width]) || features.numel() != (long)words.Length * kept || values.Length != features.numel() || lengths.Length != words.Length)
        {
            throw new CheckpointException(path, $"its tensors are not those of {words.Length} words", Remedy);
        }

        try
        {
            var numbers = features.data<int>().ToArray();
            var directions = Enumerable.Range(0, words.Length).Select(word => Direction(config.Dimension, numbers.AsSpan(word * kept, kept), values.AsSpan(word * kept, kept))).ToArray();
            return (words, nn.functional.normalize(stored, dim: 1).MoveToOuterDisposeScope(), directions, lengths);
        }
        catch (ArgumentException error)
        {
            throw new CheckpointException(path, $"a word of it has no code of {config.Dimension} features ({error.Message})", Remedy, innerException: error);
        }
    }

    private static SparseCode Direction(int dimension, ReadOnlySpan<int> features, ReadOnlySpan<float> values)
    {
        var entries = new List<(int Feature, float Value)>();
        for (var i = 0; i < features.Length; i++)
        {
            if (values[i] != 0)
            {
                entries.Add((features[i], values[i]));
            }
        }

        entries.Sort();
        return SparseCode.FromSorted(dimension, [.. entries.Select(entry => entry.Feature)], [.. entries.Select(entry => entry.Value)]);
    }

    private sealed record Config(int Dimension, int Width);
}
