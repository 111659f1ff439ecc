using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Core.Tests.Pipeline;

public class ConceptTextsTests
{
    [Fact]
    public void Words_go_through_the_tower_as_subjects_of_a_picture_in_their_order()
    {
        var tower = new Recorder();
        Assert.Equal(2, tower.EncodeConcepts(["owl", "milk"], TestContext.Current.CancellationToken).Count);
        Assert.Equal(["a picture of an owl", "a picture of milk"], tower.Texts);
    }

    private sealed class Recorder : ITextEncoder
    {
        public int Dimension => 1;

        public List<string> Texts { get; } = [];

        public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
        {
            Texts.AddRange(texts);
            return [.. texts.Select(_ => SparseCode.FromDense([0f]))];
        }
    }
}
