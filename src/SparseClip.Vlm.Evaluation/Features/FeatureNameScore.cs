namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>How far the names of the features that are active on pictures may be trusted.</summary>
/// <param name="Active">Of every active feature of every picture.</param>
/// <param name="Listed">The same of the strongest features of every picture, those that are listed.</param>
/// <param name="Features">The same of the features that are active on one picture at least, each once.</param>
/// <param name="True">Of the listed features with a verified word, the share whose word is true of the picture by its label and tags, as far as these tell, 0..1; null where they tell of none.</param>
/// <param name="Told">How many listed features that is of.</param>
/// <param name="Confirmed">Of the verified features that three pictures or more can tell about, the share whose area is large enough on these pictures too, 0..1; null for none.</param>
/// <param name="Tried">How many features that is of.</param>
/// <param name="Pictures">The number of pictures.</param>
public sealed record FeatureNameScore(NameShares Active, NameShares Listed, NameShares Features, double? True, int Told, double? Confirmed, int Tried, int Pictures);

/// <summary>Shares of features by the standing of their names, 0..1; together 1.</summary>
/// <param name="Verified">Pictures confirmed the name.</param>
/// <param name="Given">Made to mean it, and too few pictures can tell.</param>
/// <param name="Unnamed">Shown as unnamed.</param>
/// <param name="Untried">Named by words alone, with nothing known: neither verified nor shown as unnamed.</param>
/// <param name="Count">How many features.</param>
public sealed record NameShares(double Verified, double Given, double Unnamed, double Untried, long Count);
