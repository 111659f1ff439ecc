using CsCheck;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Language;

public class PromptTemplatesTests
{
    private static readonly Gen<string> s_word = Gen.Char['a', 'z'].Array[2, 9].Select(letters => new string(letters)).Where(word => word is not ("an" or "the" or "this"));

    [Fact]
    public void What_was_put_into_a_sentence_comes_out_again() => Gen.Select(s_word, s_word, Gen.Int[0, PromptTemplates.Training.Count - 1])
        .Sample((first, second, template) => Assert.Equal($"{first} {second}", PromptTemplates.Subject(PromptTemplates.Fill(PromptTemplates.Training[template].Template, $"{first} {second}"))));

    [Theory]
    [InlineData("A picture of an  Apple", "apple")]
    [InlineData("milk", "milk")]
    [InlineData("a drawing or photo of scissors", "scissors")]
    [InlineData("a picture", "picture")]
    [InlineData("a picture of ", "picture of")]
    [InlineData("", "")]
    public void Whatever_is_no_such_sentence_is_its_own_subject(string text, string subject) => Assert.Equal(subject, PromptTemplates.Subject(text));
}
