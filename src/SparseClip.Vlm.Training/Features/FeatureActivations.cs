using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Codes by feature: which of some pictures have a feature, and how much of it. Immutable.</summary>
internal sealed class FeatureActivations
{
    private readonly Activation[][] _byFeature; // [D], strongest first

    /// <param name="dimension">D.</param>
    /// <param name="codes">One code a picture.</param>
    public FeatureActivations(int dimension, IReadOnlyList<SparseCode> codes)
    {
        Pictures = codes.Count;
        var lists = new List<Activation>?[dimension];
        foreach (var (picture, code) in codes.Index())
        {
            for (var i = 0; i < code.L0; i++)
            {
                (lists[code.Indices[i]] ??= []).Add(new Activation(picture, code.Values[i]));
            }
        }

        _byFeature = [.. lists.Select(list => list?.OrderByDescending(active => active.Value).ToArray() ?? [])];
    }

    /// <summary>How many pictures there are.</summary>
    public int Pictures { get; }

    /// <summary>D.</summary>
    public int Dimension => _byFeature.Length;

    /// <summary>The pictures that have a feature, those that have most of it first.</summary>
    public IReadOnlyList<Activation> Of(int feature) => _byFeature[feature];
}

/// <summary>A feature in a picture.</summary>
/// <param name="Picture">The picture's number.</param>
/// <param name="Value">Its value in the pooled code, above 0.</param>
internal readonly record struct Activation(int Picture, float Value);
