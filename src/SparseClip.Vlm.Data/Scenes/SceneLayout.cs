using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Scenes;

/// <summary>Finds places that do not overlap: random sizes and places, all smaller after every 48 vain tries.</summary>
internal static class SceneLayout
{
    /// <summary>Pixels between two boxes and to the edge; outlines may widen a thing by up to three.</summary>
    private const int Margin = 3;

    private const int TriesASize = 48;

    // Longer side of a thing in shares of the picture, by how many there are.
    private static readonly (float Low, float High)[] Sides = [(0.55f, 0.9f), (0.38f, 0.62f), (0.30f, 0.48f), (0.26f, 0.42f), (0.22f, 0.36f)];

    /// <summary>A target box for each thing, with its proportions.</summary>
    public static PixelBox[] Place(IReadOnlyList<SceneSprite> things, int size, SeededRandom random)
    {
        var boxes = new PixelBox[things.Count];
        var (low, high) = Sides[things.Count - 1];
        for (var shrink = 1f; ; shrink *= 0.9f)
        {
            for (var i = 0; i < TriesASize; i++)
            {
                if (TryPlace(things, boxes, size, low * shrink, high * shrink, random))
                {
                    return boxes;
                }
            }
        }
    }

    private static bool TryPlace(IReadOnlyList<SceneSprite> things, PixelBox[] boxes, int size, float low, float high, SeededRandom random)
    {
        var shared = random.Range(low, high);
        for (var i = 0; i < boxes.Length; i++)
        {
            var visible = things[i].Sprite.Visible;
            var side = Math.Clamp(shared * random.Range(0.85f, 1.15f), low, high) * size;
            var longer = Math.Max(1, Math.Max(visible.Width, visible.Height));
            var width = Math.Max(3, (int)(side * Math.Max(1, visible.Width) / longer));
            var height = Math.Max(3, (int)(side * Math.Max(1, visible.Height) / longer));
            var (roomX, roomY) = (size - width - (2 * Margin), size - height - (2 * Margin));
            if (roomX < 0 || roomY < 0)
            {
                return false;
            }

            var (left, top) = (Margin + random.Next(roomX + 1), Margin + random.Next(roomY + 1));
            boxes[i] = new PixelBox(left, top, left + width, top + height);
            for (var other = 0; other < i; other++)
            {
                if (Touch(boxes[i], boxes[other]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool Touch(PixelBox a, PixelBox b) =>
        a.Left < b.Right + (2 * Margin) && b.Left < a.Right + (2 * Margin) && a.Top < b.Bottom + (2 * Margin) && b.Top < a.Bottom + (2 * Margin);
}
