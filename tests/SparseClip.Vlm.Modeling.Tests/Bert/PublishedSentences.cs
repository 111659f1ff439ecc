using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseClip.Vlm.Modeling.Bert.Import;

namespace SparseClip.Vlm.Modeling.Tests.Bert;

/// <summary>all-MiniLM-L6-v2 as it was published, run by ONNX Runtime, with word pieces found as BERT's paper says: the longest one first, from left to right.</summary>
internal sealed class PublishedSentences : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Dictionary<string, int> _pieces;

    public PublishedSentences()
    {
        var (weights, vocabulary) = SentencePackage.Read(Package);
        _session = new InferenceSession(weights);
        _pieces = vocabulary.Split('\n').Index().ToDictionary(line => line.Item, line => line.Index, StringComparer.Ordinal);
    }

    public static string Package { get; } =
        typeof(PublishedSentences).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SentencePackage").Value!;

    public void Dispose() => _session.Dispose();

    public int[] Tokens(string text)
    {
        var plain = text.ToLowerInvariant().Normalize(NormalizationForm.FormD).Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
        var apart = string.Concat(plain.Select(letter => char.IsPunctuation(letter) ? $" {letter} " : letter.ToString()));
        return [_pieces["[CLS]"], .. apart.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(Pieces), _pieces["[SEP]"]];
    }

    /// <summary>The mean of the states, at length 1.</summary>
    public float[] Embed(string text)
    {
        var ids = Tokens(text).Select(id => (long)id).ToArray();
        int[] shape = [1, ids.Length];
        using var output = _session.Run(
        [
            NamedOnnxValue.CreateFromTensor("input_ids", new DenseTensor<long>(ids, shape)),
            NamedOnnxValue.CreateFromTensor("attention_mask", new DenseTensor<long>(Enumerable.Repeat(1L, ids.Length).ToArray(), shape)),
            NamedOnnxValue.CreateFromTensor("token_type_ids", new DenseTensor<long>(new long[ids.Length], shape)),
        ]);
        var states = output[0].AsEnumerable<float>().ToArray();
        var width = states.Length / ids.Length;
        var mean = Enumerable.Range(0, width).Select(column => Enumerable.Range(0, ids.Length).Average(row => states[(row * width) + column])).ToArray();
        var length = MathF.Sqrt(mean.Sum(value => value * value));
        return [.. mean.Select(value => value / length)];
    }

    private List<int> Pieces(string word)
    {
        var found = new List<int>();
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            while (end > start && !_pieces.ContainsKey((start > 0 ? "##" : "") + word[start..end]))
            {
                end--;
            }

            if (end == start)
            {
                return [_pieces["[UNK]"]];
            }

            found.Add(_pieces[(start > 0 ? "##" : "") + word[start..end]]);
            start = end;
        }

        return found;
    }
}
