namespace SparseClip.Vlm.Inference.Features;

/// <summary>How names and words find features.</summary>
public sealed record FeatureIndexOptions
{
    /// <summary>The most features that a lowered word stands for, by the word and again by the picture; 1 or more.</summary>
    public int LoweredCarriers { get; init; } = 16;

    /// <summary>A lowered word that is a concept loses features until these log odds that the picture shows it are left, those of one picture in twenty.</summary>
    public float LoweredOdds { get; init; } = -3f;

    /// <summary>The most features that a raised word stands for; 1 or more.</summary>
    public int RaisedCarriers { get; init; } = 16;

    /// <summary>
    /// How much a word must mean to the tower to find anything and to steer, unless it is among the words that features were named by: the length of what it
    /// activates above the means, in multiples of how strongly a clear feature's own word activates it; 0 or more. Of 1,000 random strings of 5 to 8 letters
    /// 0.3% reach the default (1.5% 0.8), of 1,000 nouns for things that are no concept 50% (58%).
    /// </summary>
    public float LeastMeaning { get; init; } = 0.95f;

    /// <summary>The most requests that wait for the text tower; further ones are refused. 0 or more.</summary>
    public int MostWaiting { get; init; } = 32;
}
