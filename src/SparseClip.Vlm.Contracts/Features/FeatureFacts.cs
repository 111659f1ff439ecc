namespace SparseClip.Vlm.Contracts.Features;

/// <summary>What pictures say about the name of a feature. The word was chosen on one half of the training pictures, the area is of the other half.</summary>
/// <param name="Word">The word that was tried.</param>
/// <param name="Basis">"shown": the feature tells pictures of the word from others; "active": the word tells pictures on which the feature is active from others.</param>
/// <param name="Auroc">The area under the curve of true over false positives in that direction, 0..1; null where no picture can tell.</param>
/// <param name="Pictures">The pictures that show the word, or on which the feature is active.</param>
/// <param name="Others">The others of which it is known.</param>
/// <param name="Origin">"found" by pictures and texts, or what the feature was made to mean: a "class" of the pretrained trunk or an "attribute" (a colour, a number).</param>
/// <param name="Near">The words that fit best, best first.</param>
public sealed record FeatureEvidenceDto(string Word, string Basis, float? Auroc, int Pictures, int Others, string Origin, IReadOnlyList<NearWordDto> Near);

/// <summary>A word beside a feature, with both areas on the pictures that name.</summary>
/// <param name="Word">The word.</param>
/// <param name="Separates">How well the feature tells its pictures from others, 0..1.</param>
/// <param name="Explains">How well it tells pictures on which the feature is active from others, 0..1.</param>
public sealed record NearWordDto(string Word, float Separates, float Explains);

/// <summary>What training pictures show of a feature, in the code's own unit.</summary>
/// <param name="Pictures">How many pictures were looked at.</param>
/// <param name="Active">On how many it is active.</param>
/// <param name="Density">The same as a share, 0..1.</param>
/// <param name="Maximum">The largest value.</param>
/// <param name="P99">The value that 99 of 100 of its activations do not exceed.</param>
/// <param name="Modality">The share of pictures in its activation by pictures and by their labels, 0 (texts only)..1 (pictures only); null where neither has it.</param>
/// <param name="Histogram">Its activations in 20 equal bins from 0 to the maximum.</param>
/// <param name="Neighbours">The features that are active together with it most, nearest first.</param>
public sealed record FeatureStatisticsDto(
    int Pictures, int Active, float Density, float Maximum, float P99, float? Modality, IReadOnlyList<int> Histogram, IReadOnlyList<FeatureNeighbourDto> Neighbours);

/// <summary>A feature that is active together with another.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Title">What people are shown.</param>
/// <param name="Pictures">The cosine of their activations over pictures, 0..1.</param>
/// <param name="Texts">The same over the labels of these pictures.</param>
public sealed record FeatureNeighbourDto(int Id, string Title, float Pictures, float Texts);

/// <summary>What the language model says of a grey picture that has this feature and nothing else.</summary>
/// <param name="Word">What it named; null for nothing.</param>
/// <param name="Agrees">Whether that is the feature's name, another word for it, or what it is a kind of.</param>
public sealed record CausalNameDto(string? Word, bool Agrees);

/// <summary>A small picture that shows a feature or a concept.</summary>
/// <param name="Url">Where it is (WebP); it never changes.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Source">The collection that it comes from.</param>
/// <param name="Artist">Who drew the collection.</param>
/// <param name="License">Its licence.</param>
public sealed record ExemplarDto(string Url, string Label, string Source, string Artist, string License);

/// <summary>A name that a person gave to a feature.</summary>
/// <param name="Label">The name; null where the person went back to the model's.</param>
/// <param name="By">Who; null where that was not said.</param>
/// <param name="At">When.</param>
public sealed record FeatureLabelDto(string? Label, string? By, DateTimeOffset At);

/// <summary>Gives a feature a name.</summary>
/// <param name="Label">The name, 1 to 80 characters.</param>
/// <param name="By">Who gives it; may be left out.</param>
public sealed record FeatureLabelRequest(string Label, string? By);
