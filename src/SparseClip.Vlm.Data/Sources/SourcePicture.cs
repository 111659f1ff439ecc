namespace SparseClip.Vlm.Data.Sources;

/// <summary>What is done with a picture's bytes.</summary>
public enum PictureTreatment
{
    /// <summary>Drawn as it is: an icon on its own grid.</summary>
    Icon,

    /// <summary>Transparent margins cut off, then drawn: clip art on a page.</summary>
    TrimmedIcon,

    /// <summary>Scaled to an opaque JPEG: a background.</summary>
    Background,

    /// <summary>Kept byte by byte: a photograph.</summary>
    Photograph,
}

/// <summary>One picture of a source, before it is drawn.</summary>
public sealed record SourcePicture
{
    /// <summary>The icon's name, or the file's path inside the package. Unique in the source.</summary>
    public required string Item { get; init; }

    /// <summary>What the picture shows, in words.</summary>
    public required string Label { get; init; }

    /// <summary>Further words for it; may be empty.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The source's own grouping, such as "Animals &amp; Nature".</summary>
    public required string Category { get; init; }

    /// <summary>Hexadecimal code points joined by "-", without variation selectors; null where it is no emoji.</summary>
    public string? Concept { get; init; }

    /// <summary>Whether it shows one nameable thing; null where the source does not tell.</summary>
    public bool? Concrete { get; init; }

    /// <summary>SPDX identifier where there is one.</summary>
    public required string License { get; init; }

    /// <summary>"train", "validation" or "heldout".</summary>
    public string Split { get; init; } = "train";

    /// <summary>How it is drawn.</summary>
    public PictureTreatment Treatment { get; init; } = PictureTreatment.Icon;

    /// <summary>Extension of a photograph's file ("jpg"); other pictures get theirs when they are drawn.</summary>
    public string? Extension { get; init; }

    /// <summary>Photographs only: whether the garment is for children.</summary>
    public bool? Kids { get; init; }

    /// <summary>Photographs only: the variety under the label, such as "granny smith".</summary>
    public string? PhotoKind { get; init; }

    /// <summary>Photographs only: the wider group of the label, such as "fruit".</summary>
    public string? Group { get; init; }

    /// <summary>Gives the picture file's bytes (SVG, PNG, WebP or JPEG). Called once, on any thread.</summary>
    public required Func<byte[]> Read { get; init; }
}
