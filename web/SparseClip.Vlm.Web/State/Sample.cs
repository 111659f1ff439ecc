namespace SparseClip.Vlm.Web.State;

/// <summary>A picture that comes with the page.</summary>
/// <param name="File">Its path below the page.</param>
/// <param name="Alt">What it shows, for people who do not see it.</param>
public sealed record Sample(string File, string Alt)
{
    /// <summary>The pictures of the strip, in its order: drawings, photographs and scenes of two things by turns. What the model makes of each stands in their README.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("samples/dog.webp", "A dog"),
        new("samples/kitten.webp", "A kitten with a ball of wool"),
        new("samples/zebra-camera.webp", "A zebra and a camera"),
        new("samples/coffee.webp", "A cup of coffee"),
        new("samples/goldfish.webp", "A goldfish"),
        new("samples/guitar.webp", "A guitar"),
        new("samples/bridge.webp", "A suspension bridge at night"),
        new("samples/penguin-ball.webp", "A penguin and a soccer ball"),
        new("samples/cat.webp", "A cat"),
        new("samples/shepherd.webp", "A German shepherd"),
        new("samples/strawberry.webp", "A strawberry"),
        new("samples/boat.webp", "A sailing boat"),
        new("samples/crocodile.webp", "A crocodile in the mud"),
        new("samples/pineapple-scissors.webp", "A pineapple and scissors"),
        new("samples/strawberry-guitar.webp", "A strawberry and a guitar"),
        new("samples/cup.webp", "A cup on its saucer"),
    ];
}
