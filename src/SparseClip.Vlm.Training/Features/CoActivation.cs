using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Which features are active together over some codes: the cosines of their activations. Safe to read from several threads.</summary>
internal sealed class CoActivation
{
    private readonly SparseCode[] _codes;
    private readonly FeatureActivations _byFeature;
    private readonly double[] _norms; // [D]
    private readonly double[] _sums; // [D]

    /// <param name="dimension">D.</param>
    /// <param name="codes">The codes; each counts by its length, as if it were 1.</param>
    public CoActivation(int dimension, IReadOnlyList<SparseCode> codes)
    {
        _codes = [.. codes.Select(code => code.L0 > 0 ? code.ToUnit() : code)];
        _byFeature = new FeatureActivations(dimension, _codes);
        _norms = [.. Enumerable.Range(0, dimension).Select(feature => Math.Sqrt(_byFeature.Of(feature).Sum(active => (double)active.Value * active.Value)))];
        _sums = [.. Enumerable.Range(0, dimension).Select(feature => _byFeature.Of(feature).Sum(active => (double)active.Value))];
    }

    /// <summary>The mean of a feature in codes of length 1.</summary>
    public double Mean(int feature) => _codes.Length == 0 ? 0 : _sums[feature] / _codes.Length;

    /// <summary>The cosine of a feature with every other, 0..1; 0 with itself and where either is never active.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="cosines">Gets them. [D]</param>
    public void Cosines(int feature, float[] cosines)
    {
        Array.Clear(cosines);
        foreach (var (number, value) in _byFeature.Of(feature))
        {
            var code = _codes[number];
            for (var i = 0; i < code.L0; i++)
            {
                cosines[code.Indices[i]] += value * code.Values[i];
            }
        }

        cosines[feature] = 0;
        for (var other = 0; other < cosines.Length; other++)
        {
            cosines[other] = cosines[other] > 0 ? (float)Math.Min(1, cosines[other] / (_norms[feature] * _norms[other])) : 0;
        }
    }
}
