namespace SparseClip.Vlm.Server.Operations;

/// <summary>What requests are counted as, each group by itself.</summary>
public enum RateGroup
{
    /// <summary>Whatever is read or searched, and whatever is not said to be something else.</summary>
    Reads,

    /// <summary>Pictures that are uploaded.</summary>
    Uploads,

    /// <summary>Answers of the language model, on HTTP and on the hub.</summary>
    Answers,

    /// <summary>What the tower alone computes: embeddings, decisions, what is taught.</summary>
    Encodings,
}

/// <summary>Says of a route what its requests are counted as.</summary>
/// <param name="Group">The group.</param>
internal sealed record CountedAs(RateGroup Group);

/// <summary>Says of routes what their requests are counted as.</summary>
internal static class RateGroups
{
    /// <summary>Counts requests to a route in a group.</summary>
    public static T InGroup<T>(this T route, RateGroup group)
        where T : IEndpointConventionBuilder => route.WithMetadata(new CountedAs(group));

    /// <summary>The most requests of a group in a minute; 0 for no limit.</summary>
    public static int PerMinute(this ServerOptions options, RateGroup group) => group switch
    {
        RateGroup.Uploads => options.UploadsPerMinute,
        RateGroup.Answers => options.AnswersPerMinute,
        RateGroup.Encodings => options.EncodingsPerMinute,
        _ => options.ReadsPerMinute,
    };
}
