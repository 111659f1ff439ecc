namespace SparseClip.Vlm.Web.State;

/// <summary>A picture that comes with the page.</summary>
/// <param name="File">Its path below the page.</param>
/// <param name="Alt">What it shows, for people who do not see it.</param>
public sealed record Sample(string File, string Alt)
{
    /// <summary>The pictures of the strip.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("samples/dog.webp", "A dog's face on a green meadow"),
        new("samples/apple.webp", "A red apple on a table"),
        new("samples/car.webp", "A car on a road"),
        new("samples/cat.webp", "A cat on a carpet"),
        new("samples/banana.webp", "A banana on blue"),
        new("samples/bird.webp", "A bird in the sky"),
        new("samples/guitar.webp", "A guitar on a stage"),
        new("samples/rocket.webp", "A rocket among stars"),
    ];
}
