using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.State;

/// <summary>The rows of the mixing desk and the edits they stand for.</summary>
public sealed class SteeringDesk
{
    /// <summary>Where the slider of a concept ends of which no safe range is known.</summary>
    private const float UntriedMaximum = 2f;

    private readonly List<FeatureControl> _rows = [];

    /// <summary>Added rows first, then the picture's, strongest first.</summary>
    public IReadOnlyList<FeatureControl> Rows => _rows;

    public int EditCount => _rows.Count(row => row.IsEdited);

    /// <summary>The edits; null when there are none.</summary>
    public SteeringDto? Edits
    {
        get
        {
            var edits = _rows.Select(row => row.ToEdit()).OfType<SteeringEditDto>().ToList();
            return edits.Count == 0 ? null : new SteeringDto(edits);
        }
    }

    /// <summary>Shows another picture; all edits are dropped with the old one.</summary>
    public void Show(ImageResponse? picture)
    {
        _rows.Clear();
        _rows.AddRange(FeatureControl.FromPicture(picture?.Features ?? []));
    }

    /// <summary>The same rows at the same positions, to be moved on their own.</summary>
    public SteeringDesk Copy()
    {
        var copy = new SteeringDesk();
        copy._rows.AddRange(_rows.Select(row => row.Copy()));
        return copy;
    }

    /// <summary>Adds a word that is not among the rows, with its slider at the largest value observed; moves the row there when it is.</summary>
    /// <param name="word">The word.</param>
    /// <param name="feature">The feature that fits it best.</param>
    public FeatureControl Add(string word, FeatureSummary feature) => Add(new FeatureControl(word, feature.Id, 0, feature.SafeMaximum, isAdded: true));

    /// <summary>The same of a concept, with its slider at what pictures that clearly show it have of it, as far as that is known.</summary>
    public FeatureControl Add(ConceptSummary concept) =>
        Add(new FeatureControl(concept.Name, concept.Feature, 0, concept.SafeMaximum ?? UntriedMaximum, isAdded: true, countsInUsual: concept.HasUsual));

    private FeatureControl Add(FeatureControl added)
    {
        var row = _rows.Find(row => row.Name == added.Name);
        if (row is null)
        {
            row = added;
            _rows.Insert(0, row);
        }

        row.MoveTo(Math.Max(row.Value, 1f));
        return row;
    }

    /// <summary>Takes a concept out of what the model sees: a row of its own, or its row where there is one, at zero.</summary>
    /// <param name="word">The concept's word.</param>
    /// <param name="feature">The feature that counts most.</param>
    public void TakeOut(string word, int feature)
    {
        var row = _rows.Find(row => row.Name == word);
        if (row is null)
        {
            row = new FeatureControl(word, feature, 0, 0, isAdded: true);
            _rows.Insert(0, row);
        }

        row.Remove();
    }

    /// <summary>The row of a word; null where there is none.</summary>
    public FeatureControl? Of(string word) => _rows.Find(row => row.Name == word);

    /// <summary>Puts every slider back and takes the added rows away.</summary>
    public void Reset()
    {
        _rows.RemoveAll(row => row.IsAdded);
        _rows.ForEach(row => row.Reset());
    }

    /// <summary>Takes an added row away.</summary>
    public void Drop(FeatureControl row) => _rows.Remove(row);
}
