using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Text;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The texts of a step: the batch's captions, and what the losses ask for beside them.</summary>
internal sealed class ClipTexts
{
    private readonly ClipBatch _batch;
    private readonly List<string> _lines;
    private readonly List<Tensor> _states = [];
    private TextRows? _labels;

    public ClipTexts(ClipBatch batch) => (_batch, _lines) = (batch, [.. batch.Captions]);

    /// <summary>The labels of the batch's captioned pictures, each once, as plain captions.</summary>
    public TextRows Labels => _labels ??= Add(_batch.Labels.Select(CaptionWriter.Plain));

    /// <summary>Adds texts.</summary>
    public TextRows Add(IEnumerable<string> lines)
    {
        var first = _lines.Count;
        _lines.AddRange(lines);
        return new TextRows(IsState: false, first, _lines.Count - first);
    }

    /// <summary>Adds texts whose frozen states are known. [N, width]</summary>
    public TextRows Add(Tensor states)
    {
        var first = _states.Sum(known => (int)known.shape[0]);
        _states.Add(states);
        return new TextRows(IsState: true, first, (int)states.shape[0]);
    }

    /// <summary>The frozen states of all texts: the lines first. [texts, width]</summary>
    public Tensor States(IFrozenTextStates states)
    {
        var lines = states.Pool(_lines);
        return _states.Count == 0 ? lines : cat([lines, .. _states]);
    }

    /// <summary>The rows of some texts among those of <see cref="States"/>.</summary>
    public Range this[TextRows rows]
    {
        get
        {
            var first = rows.First + (rows.IsState ? _lines.Count : 0);
            return first..(first + rows.Count);
        }
    }
}

/// <summary>Some texts of a step.</summary>
/// <param name="IsState">Whether they were given as states.</param>
/// <param name="First">The first, counted among those given in the same way.</param>
/// <param name="Count">How many.</param>
internal sealed record TextRows(bool IsState, int First, int Count);
