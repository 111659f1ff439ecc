using SparseClip.Vlm.Contracts.Features;

namespace SparseClip.Vlm.Contracts.Images;

/// <summary>A picture the server has looked at.</summary>
/// <param name="Id">SHA-256 of the file, lower-case hexadecimal; names the picture everywhere else.</param>
/// <param name="Width">Width in pixels, after the EXIF turn.</param>
/// <param name="Height">Height in pixels, after the EXIF turn.</param>
/// <param name="SeenAs">How the model sees it.</param>
/// <param name="Features">Its strongest features, strongest first.</param>
/// <param name="Concepts">What it shows, first what its code speaks for most; empty where the model has no table of concepts.</param>
public sealed record ImageResponse(string Id, int Width, int Height, SeenAs SeenAs, IReadOnlyList<ImageFeature> Features, IReadOnlyList<ImageConcept> Concepts);

/// <summary>How the model sees a picture.</summary>
/// <param name="Size">The side of the square it is resized to, in pixels.</param>
/// <param name="Tokens">The positions it takes in the language model's context.</param>
/// <param name="Square">Where that square lies in the picture: [x0, y0, x1, y1] as shares of its width and height; outside 0..1 where it was padded.</param>
public sealed record SeenAs(int Size, int Tokens, IReadOnlyList<double> Square);
