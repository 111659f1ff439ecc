using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>Codes of length 1, one a picture, also by feature. Immutable.</summary>
internal sealed class SparseRows
{
    private readonly SparseCode[] _rows;
    private readonly (int Picture, float Value)[][] _byFeature; // [D]

    /// <param name="codes">Codes of one dimension, one at least; those of which nothing is active stay so.</param>
    public SparseRows(IReadOnlyList<SparseCode> codes)
    {
        _rows = [.. codes.Select(code => code.L0 > 0 ? code.ToUnit() : code)];
        var lists = new List<(int, float)>?[codes[0].Dimension];
        foreach (var (picture, row) in _rows.Index())
        {
            for (var i = 0; i < row.L0; i++)
            {
                (lists[row.Indices[i]] ??= []).Add((picture, row.Values[i]));
            }
        }

        _byFeature = [.. lists.Select(list => list?.ToArray() ?? [])];
    }

    public int Count => _rows.Length;

    public int Dimension => _byFeature.Length;

    public float this[int picture, int feature] => _rows[picture][feature];

    public void AddTo(float[] sum, int picture, float factor)
    {
        var row = _rows[picture];
        for (var i = 0; i < row.L0; i++)
        {
            sum[row.Indices[i]] += factor * row.Values[i];
        }
    }

    /// <summary>The product of every row with weights. [Count]</summary>
    public float[] Products(SparseCode weights)
    {
        var products = new float[Count];
        for (var i = 0; i < weights.L0; i++)
        {
            foreach (var (picture, value) in _byFeature[weights.Indices[i]])
            {
                products[picture] += value * weights.Values[i];
            }
        }

        return products;
    }

    /// <summary>Of some pictures what they have of some features, each feature by its place.</summary>
    public IReadOnlyList<(int Input, float Value)[]> Of(int[] pictures, int[] features)
    {
        var rows = new List<(int, float)>?[Count];
        foreach (var (place, feature) in features.Index())
        {
            foreach (var (picture, value) in _byFeature[feature])
            {
                (rows[picture] ??= []).Add((place, value));
            }
        }

        return [.. pictures.Select(picture => rows[picture]?.ToArray() ?? [])];
    }
}
