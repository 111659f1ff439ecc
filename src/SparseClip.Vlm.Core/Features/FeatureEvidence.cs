namespace SparseClip.Vlm.Core.Features;

/// <summary>What pictures say about the name of a feature. The word was chosen on one half of the training pictures, all figures are of the other half.</summary>
/// <param name="Word">The word that was tried: the name, without its number.</param>
/// <param name="Basis">In which of the two directions word and feature go together; chosen with the word.</param>
/// <param name="Auroc">The area under the curve in that direction, 0..1; null where no picture can tell.</param>
/// <param name="Pictures">The pictures that show the word, or on which the feature is active, as the direction says.</param>
/// <param name="Others">The other pictures of which it is known.</param>
/// <param name="Origin">How the feature came to the word.</param>
/// <param name="Near">The words that fit best on the half that names, best first, the tried one among them where it fits; at most <see cref="MostNear"/>.</param>
public sealed record FeatureEvidence(string Word, NameBasis Basis, float? Auroc, int Pictures, int Others, NameOrigin Origin, IReadOnlyList<NearWord> Near)
{
    /// <summary>The most words that are kept beside the name.</summary>
    public const int MostNear = 5;

    /// <summary>How far the name may be trusted.</summary>
    public NameStanding Standing =>
        Auroc is { } area && PictureTrial.Confirms(area, Pictures) ? NameStanding.Verified
        : Origin == NameOrigin.Attribute || (Origin == NameOrigin.Class && Pictures < PictureTrial.FewestPictures) ? NameStanding.Given
        : NameStanding.Unnamed;
}

/// <summary>A word beside a feature, and how it fits on the pictures that name.</summary>
/// <param name="Word">The word.</param>
/// <param name="Separates">How well the feature's activation tells pictures of the word from others (<see cref="NameBasis.Shown"/>), 0..1.</param>
/// <param name="Explains">How well the word tells pictures on which the feature is active from others (<see cref="NameBasis.Active"/>), 0..1.</param>
public sealed record NearWord(string Word, float Separates, float Explains);

/// <summary>How a feature came to its word.</summary>
public enum NameOrigin
{
    /// <summary>Pictures and texts chose it.</summary>
    Found,

    /// <summary>It was made to mean it: a class of the pretrained trunk, or a kind of classes. Pictures may show that it does not.</summary>
    Class,

    /// <summary>It is read off the pixels: the share of a colour, how many things there are. What labels say of colours and numbers tells more about labels than about it.</summary>
    Attribute,
}

/// <summary>The direction in which a word and a feature go together.</summary>
public enum NameBasis
{
    /// <summary>Pictures that show the word have more of the feature than others: it finds them.</summary>
    Shown,

    /// <summary>Pictures on which the feature is active show the word, others do not: the word says when it is active, though other features carry the rest of the word's pictures.</summary>
    Active,
}

/// <summary>How far the name of a feature may be trusted.</summary>
public enum NameStanding
{
    /// <summary>Nothing is known: the features were named by words alone.</summary>
    Untried,

    /// <summary>Pictures that had no part in naming confirmed it.</summary>
    Verified,

    /// <summary>The feature was made to mean it, and pictures have not confirmed it: too few are known that could tell, or it is a colour or a number.</summary>
    Given,

    /// <summary>Pictures did not confirm it: the feature has no name, only words that are near.</summary>
    Unnamed,
}

/// <summary>What directions and origins are called in files and on the wire.</summary>
public static class NameBases
{
    /// <summary>The name of an origin.</summary>
    public static string Name(this NameOrigin origin) => origin.ToString().ToLowerInvariant();

    /// <summary>The origin of a name; null where it is none.</summary>
    public static NameOrigin? OriginOf(string name) => Enum.GetValues<NameOrigin>().Where(origin => origin.Name() == name).Select(origin => (NameOrigin?)origin).FirstOrDefault();

    /// <summary>The name of a direction.</summary>
    public static string Name(this NameBasis basis) => basis == NameBasis.Shown ? "shown" : "active";

    /// <summary>The direction of a name; null where it is none.</summary>
    public static NameBasis? Of(string name) => Enum.GetValues<NameBasis>().Where(basis => basis.Name() == name).Select(basis => (NameBasis?)basis).FirstOrDefault();
}
