using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Inference.Steering;

/// <summary>Writes edited features into a code.</summary>
internal static class CodeMerger
{
    /// <summary>The code with the values of some features replaced; values of zero leave it.</summary>
    public static SparseCode Merge(SparseCode code, SortedDictionary<int, FeatureStrip> edited, Func<FeatureStrip, float> value)
    {
        var indices = new List<int>(code.L0 + edited.Count);
        var values = new List<float>(code.L0 + edited.Count);
        var at = 0;
        foreach (var (feature, strip) in edited)
        {
            at = CopyBelow(code, at, feature, indices, values);
            if (at < code.L0 && code.Indices[at] == feature)
            {
                at++;
            }

            if (value(strip) > 0)
            {
                indices.Add(feature);
                values.Add(value(strip));
            }
        }

        CopyBelow(code, at, code.Dimension, indices, values);
        return SparseCode.FromSorted(code.Dimension, [.. indices], [.. values]);
    }

    private static int CopyBelow(SparseCode code, int at, int feature, List<int> indices, List<float> values)
    {
        for (; at < code.L0 && code.Indices[at] < feature; at++)
        {
            indices.Add(code.Indices[at]);
            values.Add(code.Values[at]);
        }

        return at;
    }
}
