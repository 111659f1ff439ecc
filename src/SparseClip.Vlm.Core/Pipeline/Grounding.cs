namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>Whether the language model also reads in words what the code of the picture says, beside the embeddings made of it.</summary>
public enum Grounding
{
    /// <summary>The concepts that lie nearest to the code, edited or not, stand in words between the picture and the question.</summary>
    Words,

    /// <summary>The embeddings alone.</summary>
    Off,
}

/// <summary>What the kinds of grounding are called, in requests and options.</summary>
public static class Groundings
{
    /// <summary>The names, for messages.</summary>
    public const string Names = "words or off";

    /// <summary>"words" or "off".</summary>
    public static string Name(this Grounding grounding) => grounding.ToString().ToLowerInvariant();

    /// <summary>The grounding of a name in lower case.</summary>
    public static bool TryParse(string? name, out Grounding grounding)
    {
        Grounding? known = name switch
        {
            "words" => Grounding.Words,
            "off" => Grounding.Off,
            _ => null,
        };
        grounding = known ?? default;
        return known is not null;
    }
}
