namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// Where a sprite's pixels go: from target position (x, y) to source position (u, v), both in pixels with centres at halves:
/// u = Ux * x + Uy * y + U0, v = Vx * x + Vy * y + V0. <paramref name="Bounds"/> encloses what is drawn.
/// </summary>
public readonly record struct Placement(float Ux, float Uy, float U0, float Vx, float Vy, float V0, PixelBox Bounds)
{
    /// <summary>Source pixels a target pixel spans.</summary>
    public float Reduction => MathF.Sqrt(MathF.Abs((Ux * Vy) - (Uy * Vx)));

    /// <summary>Puts the part <paramref name="from"/> of a sprite around a centre.</summary>
    /// <param name="from">Part of the sprite in its pixels.</param>
    /// <param name="scaleX">Target pixels a source pixel takes, horizontally.</param>
    /// <param name="scaleY">Vertically.</param>
    /// <param name="centreX">Target position of the part's centre.</param>
    /// <param name="centreY">Target position of the part's centre.</param>
    /// <param name="angle">Radians, clockwise.</param>
    /// <param name="isFlipped">Mirrored left to right.</param>
    /// <param name="size">Side of the target; the bounds are cut to it.</param>
    public static Placement Centred(PixelBox from, float scaleX, float scaleY, float centreX, float centreY, float angle, bool isFlipped, int size)
    {
        var (sin, cos) = MathF.SinCos(angle);
        var flip = isFlipped ? -1f : 1f;
        var (sourceX, sourceY) = ((from.Left + from.Right) / 2f, (from.Top + from.Bottom) / 2f);
        var (ux, uy) = (flip * cos / scaleX, flip * sin / scaleX);
        var (vx, vy) = (-sin / scaleY, cos / scaleY);
        var halfWidth = from.Width * scaleX / 2;
        var halfHeight = from.Height * scaleY / 2;
        var reachX = (MathF.Abs(cos) * halfWidth) + (MathF.Abs(sin) * halfHeight) + 1;
        var reachY = (MathF.Abs(sin) * halfWidth) + (MathF.Abs(cos) * halfHeight) + 1;
        var bounds = new PixelBox(
            Math.Clamp((int)MathF.Floor(centreX - reachX), 0, size), Math.Clamp((int)MathF.Floor(centreY - reachY), 0, size),
            Math.Clamp((int)MathF.Ceiling(centreX + reachX), 0, size), Math.Clamp((int)MathF.Ceiling(centreY + reachY), 0, size));
        return new Placement(
            ux, uy, sourceX - (ux * centreX) - (uy * centreY),
            vx, vy, sourceY - (vx * centreX) - (vy * centreY), bounds);
    }

    /// <summary>The part (left, top, width, height) of a sprite fills a target box exactly, mirrored or not.</summary>
    public static Placement Fill(float left, float top, float width, float height, PixelBox target, bool isFlipped)
    {
        var (stepX, stepY) = (width / target.Width, height / target.Height);
        return isFlipped
            ? new Placement(-stepX, 0, left + width + (stepX * target.Left), 0, stepY, top - (stepY * target.Top), target)
            : new Placement(stepX, 0, left - (stepX * target.Left), 0, stepY, top - (stepY * target.Top), target);
    }

    /// <summary>The same place for the sprite at half the size.</summary>
    internal Placement ForHalf() => new(Ux / 2, Uy / 2, U0 / 2, Vx / 2, Vy / 2, V0 / 2, Bounds);
}
