using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Evaluation.Tests;

public sealed class KnownWordsTests
{
    [Theory]
    [InlineData("A dog is sitting on the sofas, and it isn't barking.", "")]
    [InlineData("A dogle is a kind of animal.", "dogle")]
    [InlineData("It is an arla yoghurt of 500 g.", "g")]
    [InlineData("A Blicket is there.", "")]
    public void Words_are_told_from_inventions(string answer, string invented)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("index.noun"), ["  1 a licence", "dog n 1", "sofa n 1", "kind n 1", "animal n 1", "yoghurt n 1"]);
        File.WriteAllLines(folder.File("index.verb"), ["sit v 1", "bark v 1"]);

        var words = KnownWords.Load(System.IO.Path.GetDirectoryName(folder.File("index.noun"))!, ["arla yoghurt"]);

        Assert.Equal(invented, string.Join(' ', words.Invented(answer, ["Is there a blicket?"])));
    }
}
