namespace SparseClip.Vlm.Core.Features;

/// <summary>What a picture has of each feature on average, as far as a bundle tells.</summary>
public static class UsualCode
{
    /// <summary>
    /// The mean of codes of length 1, in proportion to how often a feature is active and how strong it gets: with values in proportion to each feature's maximum, the mean square of a code's length is the sum
    /// of density times maximum squared, and the factor of proportion cancels.
    /// </summary>
    /// <param name="features">All features by id. [D]</param>
    /// <param name="attributes">The features that are colours and numbers, of which there is nothing; null for none.</param>
    /// <returns>[D]</returns>
    public static float[] Of(IReadOnlyList<Feature> features, AttributeFeatures? attributes)
    {
        ArgumentNullException.ThrowIfNull(features);
        var things = features.Where(feature => attributes?.Contains(feature.Id.Value) != true).ToList();
        var length = Math.Sqrt(things.Sum(feature => (double)feature.Density * feature.Maximum * feature.Maximum));
        var usual = new float[features.Count];
        foreach (var feature in things.Where(_ => length > 0))
        {
            usual[feature.Id.Value] = (float)(feature.Density * feature.Maximum / length);
        }

        return usual;
    }
}
