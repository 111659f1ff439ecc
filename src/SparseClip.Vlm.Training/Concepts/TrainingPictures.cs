using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>A training picture as the tower sees it.</summary>
/// <param name="Picture">Where it is and what is known about it.</param>
/// <param name="Code">Its pooled code.</param>
public sealed record EncodedPicture(LabelledPicture Picture, SparseCode Code)
{
    /// <summary>What it shows, normalised.</summary>
    public string Label { get; } = Noun.Normalize(Picture.Label);

    /// <summary>What it shows and its code.</summary>
    public ShownPicture ToShown() => ShownPicture.Of(Picture, Code);
}

/// <summary>The codes of training pictures, by which concepts and the names of features are found and tried. What is evaluated on, and what is chosen by, has no part.</summary>
public static class TrainingPictures
{
    private const int BatchPictures = 32;

    /// <summary>Training pictures, spread over the data.</summary>
    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Stops between members.</param>
    /// <exception cref="ShardException">It is no such folder, or has no training pictures.</exception>
    public static LabelledSet Open(string data, int count, CancellationToken cancellationToken) => LabelledSet.Open(
        data, count, picture => picture.Entry is { Split: "train", Kind: not "background" } entry && !EvaluationFamilies.Excluded.Contains(entry.Source), cancellationToken);

    /// <summary>What codes depend on: the same codes serve who asks for the same pictures of the same tower.</summary>
    /// <param name="tower">The tower's file.</param>
    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="count">How many pictures are asked for.</param>
    public static string Recipe(string tower, string data, int count) => $"{ContentHash.Of(tower)} {ContentHash.Of(Path.Combine(data, "catalogue.jsonl"))} {count}";

    /// <summary>Encodes pictures, in an order that says nothing.</summary>
    /// <param name="encoder">The vision tower.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="kept">The file in which codes are kept as they come, so that a stopped work goes on.</param>
    /// <param name="recipe"><see cref="Recipe"/>: the codes of another one are dropped.</param>
    /// <param name="progress">Gets how many are done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public static IReadOnlyList<EncodedPicture> Encode(
        SparseImageEncoder encoder, LabelledSet set, string kept, string recipe, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(set);
        using var file = new ShownPictureFile(kept, recipe, encoder.Dimension);
        var codes = file.Known.ToList();
        var pictures = new List<LabelledPicture>();
        if (codes.Count == set.Pictures.Count)
        {
            // There is a code of every picture, so none was passed over as unreadable: nothing has to be decoded to know which is whose.
            pictures.AddRange(set.Pictures);
        }
        else
        {
            foreach (var batch in new EvaluationLoader(set, encoder.InputSize).Batches(BatchPictures, cancellationToken))
            {
                pictures.AddRange(batch.Pictures);
                if (pictures.Count <= codes.Count)
                {
                    continue;
                }

                foreach (var code in encoder.EncodePooled(batch.Pixels, batch.Count).Skip(Math.Max(0, codes.Count - pictures.Count + batch.Count)))
                {
                    codes.Add(code);
                    file.Add(code);
                }

                progress?.Report(codes.Count);
            }
        }

        return [.. pictures.Zip(codes, (picture, code) => new EncodedPicture(picture, code)).OrderBy(encoded => Order(encoded.Picture))];
    }

    /// <summary>Of pictures that concepts are found and tried by, those that only try them.</summary>
    /// <param name="pictures">The pictures of a set that was encoded.</param>
    public static IEnumerable<LabelledPicture> Trying(IReadOnlyList<LabelledPicture> pictures) => pictures.OrderBy(Order).Where((_, place) => !ConceptBuilder.Finds(place));

    /// <summary>An order that says nothing.</summary>
    private static uint Order(LabelledPicture picture) => StableHash.Fnv1a(picture.Name);
}
