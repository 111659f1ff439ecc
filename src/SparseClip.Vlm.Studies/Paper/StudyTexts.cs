using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Frozen states of a fixed list of texts: the prompts of all labels and of the words that may name a feature.</summary>
public sealed class StudyTexts : IDisposable
{
    private const string TextsKey = "study_texts";
    private readonly Tensor _states; // [T, w] float16
    private readonly Dictionary<string, long> _rows;

    private StudyTexts(IReadOnlyList<string> texts, Tensor states)
    {
        _states = states.DetachFromDisposeScope();
        _rows = texts.Index().ToDictionary(pair => pair.Item, pair => (long)pair.Index, StringComparer.Ordinal);
    }

    /// <summary>Reads the states from a file, or computes and writes them where it holds other texts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">Each once.</param>
    /// <param name="inner">What computes states.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static StudyTexts Open(string path, IReadOnlyList<string> texts, IFrozenTextStates inner, CancellationToken cancellationToken)
    {
        var key = StudyFolder.Hash(string.Join('\n', texts));
        if (File.Exists(path))
        {
            using var file = SafetensorsFile.Open(path);
            if (file.Metadata.TryGetValue(TextsKey, out var stored) && stored == key)
            {
                return new StudyTexts(texts, file.Load("states"));
            }
        }

        using var scope = NewDisposeScope();
        var states = inner.Pool(texts, cancellationToken).to_type(ScalarType.Float16);
        SafetensorsWriter.Write(path, [KeyValuePair.Create("states", states)], new Dictionary<string, string> { [TextsKey] = key });
        return new StudyTexts(texts, states);
    }

    /// <summary>States of some of the texts. [N, w] float32, the caller's.</summary>
    /// <exception cref="KeyNotFoundException">A text is not in the list.</exception>
    public Tensor States(IReadOnlyList<string> texts)
    {
        using var scope = NewDisposeScope();
        return _states.index_select(0, tensor(texts.Select(text => _rows[text]).ToArray())).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose() => _states.Dispose();
}
