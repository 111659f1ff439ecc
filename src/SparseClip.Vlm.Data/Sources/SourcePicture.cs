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

    public required string Label { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public required string Category { get; init; }

    /// <summary>Hexadecimal code points joined by "-", without variation selectors; null where it is no emoji.</summary>
    public string? Concept { get; init; }

    public bool? Concrete { get; init; }

    /// <summary>SPDX identifier where there is one.</summary>
    public required string License { get; init; }

    public string Split { get; init; } = "train";

    public PictureTreatment Treatment { get; init; } = PictureTreatment.Icon;

    /// <summary>Extension of a photograph's file ("jpg"); other pictures get theirs when they are drawn.</summary>
    public string? Extension { get; init; }

    public bool? Kids { get; init; }

    public string? PhotoKind { get; init; }

    public string? Group { get; init; }

    /// <summary>Gives the picture file's bytes (SVG, PNG, WebP or JPEG). Called once, on any thread.</summary>
    public required Func<byte[]> Read { get; init; }
}
