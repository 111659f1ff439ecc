using CsCheck;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>Which words are new.</summary>
public sealed class WordDiffTests
{
    [Fact]
    public void Only_what_changed_is_new() => Assert.Equal(
        ["cat", "sofa."],
        WordDiff.Compare("This is a dog on a lawn.", "This is a cat on a sofa.").Where(word => word.IsNew).Select(word => word.Text));

    [Fact]
    public void Punctuation_and_case_do_not_make_a_word_new() =>
        Assert.DoesNotContain(WordDiff.Compare("A dog", "a dog."), word => word.IsNew);

    [Fact]
    public void All_words_come_back_in_order() => Gen.Select(Text, Text).Sample((before, current) =>
        string.Join(' ', WordDiff.Compare(before, current).Select(word => word.Text)) == current);

    [Fact]
    public void A_text_has_nothing_new_against_itself() => Text.Sample(text => WordDiff.Compare(text, text).All(word => !word.IsNew));

    private static Gen<string> Text => Gen.Char["abc"].Select(letter => letter.ToString()).Array[0, 12].Select(words => string.Join(' ', words));
}
