namespace SparseClip.Vlm.Web.State;

/// <summary>A picture that comes with the page.</summary>
/// <param name="File">Its path below the page.</param>
/// <param name="Alt">What it shows, for people who do not see it.</param>
public sealed record Sample(string File, string Alt)
{
    /// <summary>The pictures of the strip.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("samples/dog.webp", "A dog"),
        new("samples/cat.webp", "A cat"),
        new("samples/car.webp", "A car in a meadow"),
        new("samples/bird.webp", "A parrot in a meadow"),
        new("samples/strawberry.webp", "A strawberry"),
        new("samples/guitar.webp", "A guitar"),
        new("samples/boat.webp", "A sailing boat"),
        new("samples/sunflower.webp", "A sunflower in a meadow"),
    ];
}
