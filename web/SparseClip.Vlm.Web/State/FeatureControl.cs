using System.Text.RegularExpressions;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.State;

/// <summary>
/// One row of the mixing desk: a named concept, how strong it is in the picture, and where its slider stands. Features with the same name
/// share a row, and a named row is steered by its name, because a concept is carried by several features.
/// </summary>
public sealed partial class FeatureControl
{
    /// <summary>Slider positions closer to the observed value than this count as untouched.</summary>
    private const float Tolerance = 0.005f;

    /// <summary>How a feature stands whose name pictures do not bear out.</summary>
    private const string Unnamed = "unnamed";

    /// <param name="name">Its name.</param>
    /// <param name="id">The strongest feature behind it.</param>
    /// <param name="observed">Its value in the picture, in multiples of the largest value observed.</param>
    /// <param name="safeMaximum">Up to where steering is known to be safe, in the same unit.</param>
    /// <param name="isAdded">Whether the person added it.</param>
    /// <param name="countsInUsual">Whether its unit is what pictures that clearly show it have of it.</param>
    public FeatureControl(string name, int id, float observed, float safeMaximum, bool isAdded = false, bool countsInUsual = false)
    {
        CountsInUsual = countsInUsual;
        Name = name;
        Title = name;
        Id = id;
        Observed = observed;
        SafeMaximum = safeMaximum;
        IsAdded = isAdded;
        Value = observed;
    }

    /// <summary>The word by which it is steered; of one without a name "feature 12", which stands for that one alone.</summary>
    public string Name { get; }

    /// <summary>What people are shown: the name where pictures bear it out, else that it has none and which words are near.</summary>
    public string Title { get; private init; }

    /// <summary>Whether the name is one to trust.</summary>
    public bool IsNamed => Title == Name;

    /// <summary>The strongest feature behind it; shown as the heat map.</summary>
    public int Id { get; }

    /// <summary>Its value in the picture, in multiples of the largest value observed.</summary>
    public float Observed { get; }

    /// <summary>Up to where steering is known to be safe, in the same unit.</summary>
    public float SafeMaximum { get; }

    /// <summary>Whether the person added it: it is not among the picture's strongest.</summary>
    public bool IsAdded { get; }

    /// <summary>Whether its unit is what pictures that clearly show it have of it, and not the largest value observed.</summary>
    public bool CountsInUsual { get; }

    /// <summary>Where the slider stands, in the same unit.</summary>
    public float Value { get; private set; }

    /// <summary>Where the slider ends.</summary>
    public float Maximum => CountsInUsual ? Math.Max(SafeMaximum, 1f) : Math.Max(2f, MathF.Ceiling(Observed * 10) / 10);

    /// <summary>An added row is an edit wherever it stands: at zero it removes what carries the word under other names.</summary>
    public bool IsEdited => IsAdded || Math.Abs(Value - Observed) > Tolerance;

    public bool IsRemoved => IsEdited && Value <= Tolerance;

    public bool IsRaised => IsEdited && Value > Observed + Tolerance;

    public void MoveTo(float value) => Value = float.IsFinite(value) ? Math.Clamp(value, 0, Maximum) : Value;

    /// <summary>The same row at the same position, to be moved on its own.</summary>
    public FeatureControl Copy() => new(Name, Id, Observed, SafeMaximum, IsAdded, CountsInUsual) { Title = Title, Value = Value };

    public void Remove() => Value = 0;

    public void Reset() => Value = Observed;

    /// <summary>The edit that brings the picture to where the slider stands; null when it stands where the picture is.</summary>
    public SteeringEditDto? ToEdit()
    {
        if (!IsEdited)
        {
            return null;
        }

        var edit = NamelessForm().IsMatch(Name) ? new SteeringEditDto(Feature: Id) : new SteeringEditDto(Name: Name);
        return IsRemoved ? edit with { Op = "ablate" }
            : Observed <= Tolerance ? edit with { Op = "set", Value = Value }
            : edit with { Op = "scale", Value = Value / Observed };
    }

    /// <summary>The rows of a picture, in the order of the strongest feature behind each. Those of a name share one; one that pictures bear no name out for has a row, and is steered, by itself.</summary>
    public static IReadOnlyList<FeatureControl> FromPicture(IEnumerable<ImageFeature> features) =>
    [
        .. features.GroupBy(feature => feature.Standing == Unnamed ? Nameless(feature.Id) : WordOf(feature.Name)).Select(group =>
        {
            var strongest = group.MaxBy(feature => feature.Relative)!;
            return new FeatureControl(group.Key, strongest.Id, strongest.Relative, strongest.SafeMaximum) { Title = strongest.Standing == Unnamed ? strongest.Title : group.Key };
        }),
    ];

    private static string Nameless(int feature) => $"feature {feature}";

    /// <summary>The word of a name: features of one name are numbered, "dog", "dog (2)", "dog (3)".</summary>
    public static string WordOf(string name) => Number().Replace(name, "");

    [GeneratedRegex(@" \(\d+\)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^feature \d+$")]
    private static partial Regex NamelessForm();
}
