using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>
/// What pictures show of each feature: the largest value in a pooled code and in a patch code, and the share of pictures that have it.
/// Pictures stream through. Not thread-safe.
/// </summary>
public sealed class ObservedActivations(int dimension)
{
    private readonly float[] _maximum = new float[dimension];
    private readonly float[] _patchMaximum = new float[dimension];
    private readonly int[] _count = new int[dimension];

    /// <summary>How many pictures went through.</summary>
    public int Pictures { get; private set; }

    /// <summary>The largest value in a pooled code; 0 for a feature that no picture has.</summary>
    public float Maximum(int feature) => _maximum[feature];

    /// <summary>The largest value in a patch code.</summary>
    public float PatchMaximum(int feature) => _patchMaximum[feature];

    /// <summary>The share of the pictures whose pooled code has the feature, 0..1.</summary>
    public float Density(int feature) => Pictures > 0 ? (float)_count[feature] / Pictures : 0f;

    /// <summary>Encodes squares of pixels and takes note of them.</summary>
    /// <param name="encoder">The vision tower.</param>
    /// <param name="pixels">[count, S, S, 3] RGB.</param>
    /// <param name="count">The number of pictures.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public void Add(IImageEncoder encoder, ReadOnlySpan<byte> pixels, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        foreach (var code in encoder.Encode(pixels, count, cancellationToken))
        {
            Add(code);
        }
    }

    /// <summary>Takes note of one picture.</summary>
    public void Add(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        Pictures++;
        Raise(_maximum, code.Pooled);
        foreach (var feature in code.Pooled.Indices)
        {
            _count[feature]++;
        }

        foreach (var patch in code.Patches)
        {
            Raise(_patchMaximum, patch);
        }
    }

    private static void Raise(float[] maximum, SparseCode code)
    {
        for (var i = 0; i < code.L0; i++)
        {
            maximum[code.Indices[i]] = Math.Max(maximum[code.Indices[i]], code.Values[i]);
        }
    }
}
