namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// From a decoded picture to a trunk's input: the square of <see cref="SquarePolicy"/>, then (value - mean) / std. The only way
/// pictures enter a trunk, in training, evaluation and inference. Thread-safe.
/// </summary>
public static class Preprocess
{
    /// <summary>One picture.</summary>
    /// <param name="picture">Decoded picture.</param>
    /// <param name="size">Side S of the square.</param>
    /// <param name="normalization">The trunk's.</param>
    /// <returns>[3, S, S] in row-major order, and where the square lies in the picture.</returns>
    public static (float[] Values, SquareMapping Mapping) ToTensorData(RgbPicture picture, int size, PixelNormalization normalization)
    {
        var (square, mapping) = SquarePolicy.Apply(picture, size);
        var values = new float[3 * size * size];
        Normalize(square, normalization, values);
        return (values, mapping);
    }

    /// <summary>A batch, on several threads.</summary>
    /// <param name="pictures">B decoded pictures of any sizes.</param>
    /// <param name="size">Side S of the squares.</param>
    /// <param name="normalization">The trunk's.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>[B, 3, S, S] in row-major order.</returns>
    public static float[] ToTensorData(IReadOnlyList<RgbPicture> pictures, int size, PixelNormalization normalization, CancellationToken cancellationToken = default)
    {
        var stride = 3 * size * size;
        var values = new float[checked(pictures.Count * stride)];
        Parallel.For(0, pictures.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            Normalize(SquarePolicy.Apply(pictures[i], size).Pixels, normalization, values.AsSpan(i * stride, stride)));
        return values;
    }

    /// <summary>Bytes with the channels innermost to normalised values with the channels outermost.</summary>
    /// <param name="square">[S, S, 3] RGB bytes.</param>
    /// <param name="normalization">The trunk's.</param>
    /// <param name="values">[3, S, S]; filled.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Normalize(ReadOnlySpan<byte> square, PixelNormalization normalization, Span<float> values)
    {
        if (square.Length != values.Length || square.Length % 3 != 0)
        {
            throw new ArgumentException($"{square.Length} bytes do not fill {values.Length} values.", nameof(values));
        }

        var plane = square.Length / 3;
        Span<float> table = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var v = 0; v < 256; v++)
            {
                table[v] = (v - normalization.Mean[channel]) / normalization.Std[channel];
            }

            var target = values.Slice(channel * plane, plane);
            for (var i = 0; i < plane; i++)
            {
                target[i] = table[square[(3 * i) + channel]];
            }
        }
    }
}
