using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

/// <summary>Feature indices of given names, over a tower that knows the words it is told and answers to nothing else.</summary>
internal static class TinyFeatures
{
    /// <summary>A feature of a name; dead where its maximum is 0.</summary>
    public static FeatureRecord Record(int id, string name, float maximum = 1, params string[] topWords) => new(
        new Feature(new FeatureId(id), name, [.. topWords.Select(word => new FeatureWord(word, 1))], maximum, Density: 0.1f, SafeMaximum: 2, PatchMaximum: maximum),
        WordMean: 0);

    /// <summary>Live features of these names, by their places.</summary>
    public static FeatureIndex Index(params string[] names) => Index([.. names.Select((name, id) => Record(id, name))]);

    public static FeatureIndex Index(IReadOnlyList<FeatureRecord> records, FeatureIndexOptions? options = null, params (string Word, float[] Code)[] words) =>
        new(records, new Tower(records.Count, words.ToDictionary(entry => entry.Word, entry => entry.Code)), options);

    private sealed class Tower(int dimension, Dictionary<string, float[]> words) : ITextEncoder
    {
        public int Dimension => dimension;

        public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
            [.. texts.Select(text => words.TryGetValue(text.Split(' ')[^1], out var code) ? SparseCode.FromDense(code) : SparseCode.FromDense(new float[dimension]))];
    }
}
