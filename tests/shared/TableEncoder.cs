using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>A text side that is a table: the code of a text is that of its last word, and unknown words have the code of "something".</summary>
/// <param name="more">Further words.</param>
internal sealed class TableEncoder(params (string Word, float[] Code)[] more) : ITextEncoder
{
    private readonly Dictionary<string, float[]> _codes = new(more.Select(entry => KeyValuePair.Create(entry.Word, entry.Code)))
    {
        //             canine  feline  vehicle everything dead
        ["dog"] = [4f, 0f, 0f, 1f, 0f, 2f],
        ["puppy"] = [3f, 0f, 0f, 1f, 0f, 1.5f],
        ["cat"] = [0.5f, 4f, 0f, 1f, 2f, 0f],
        ["car"] = [0f, 0f, 5f, 1f, 0f, 0f],
        ["something"] = [0.1f, 0f, 0.1f, 1f, 0f, 0f],
    };

    public int Dimension => 6;

    public int Texts { get; private set; }

    /// <summary>The six features, named by four words of the table; feature 4 is in no picture.</summary>
    public static IReadOnlyList<FeatureRecord> Named()
    {
        var namer = new FeatureNamer(new TableEncoder());
        namer.Add(["dog", "puppy", "cat", "car"]);
        var observed = new ObservedActivations(6);
        observed.Add(new ImageCode(SparseCode.FromDense([2f, 2f, 2f, 2f, 0f, 2f]), [SparseCode.FromDense([3f, 3f, 3f, 3f, 0f, 3f])], 1, 1));
        return namer.Name(observed);
    }

    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        Texts += texts.Count;
        return [.. texts.Select(text => SparseCode.FromDense(_codes.GetValueOrDefault(text.Split(' ')[^1], _codes["something"])))];
    }
}
