using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Draws the scenes that a study measures, a block at a time.</summary>
internal static class StudyScenes
{
    private const int Block = 50;

    /// <summary>Blocks of scenes with captions that no other scene has.</summary>
    public static IEnumerable<(IReadOnlyList<StudyPicture> Pictures, byte[] Pixels)> Draw(ShardIndex index, StudyPreset preset, CancellationToken cancellationToken)
    {
        var leftOut = new ClipLoaderOptions().ExcludedArtists.ToList();
        string[] labels = [.. index.Items
            .Where(item => item.IsIcon && item.Entry is { Split: "train", Concrete: true } && !leftOut.Contains(item.Entry.Artist))
            .Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var scenes = new DrawnScenes(index, labels, preset.ImageSize, null, leftOut);
        var said = new HashSet<string>(StringComparer.Ordinal);
        var perPicture = preset.ImageSize * preset.ImageSize * 3;
        var number = 0;
        for (var start = 0; start < preset.MeasuredScenes; start += Block)
        {
            var count = Math.Min(Block, preset.MeasuredScenes - start);
            var (pictures, pixels) = (new List<StudyPicture>(count), new byte[count * perPicture]);
            while (pictures.Count < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var truth = scenes.DrawTwo(number, pixels.AsSpan(pictures.Count * perPicture, perPicture));
                var caption = "a picture of " + SceneCaptions.List(truth, new SeededRandom(number), colourChance: 0);
                number++;
                if (said.Add(caption))
                {
                    pictures.Add(new StudyPicture(truth.Labels, caption, "scene", "scene"));
                }
            }

            yield return (pictures, pixels);
        }
    }
}
