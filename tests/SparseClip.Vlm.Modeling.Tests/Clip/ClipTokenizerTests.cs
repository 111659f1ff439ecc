using System.Text.Json;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Tokens;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Clip;

public sealed class ClipTokenizerTests : IClassFixture<ClipTokenizerTests.Published>
{
    private readonly Published _published;

    public ClipTokenizerTests(Published published) => _published = published;

    internal static IEnumerable<(string Text, int[] Ids)> Cases(int count = int.MaxValue)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Fixture("clip", "tokens.json")));
        return [.. document.RootElement.EnumerateArray().Take(count).Select(c => (c.GetProperty("text").GetString()!, Ids(c.GetProperty("ids"))))];
    }

    [Fact]
    public void Ids_are_those_of_Hugging_Face() =>
        Assert.All(Cases(), c => Assert.Equal(c.Ids, _published.HuggingFace.Encode(c.Text)));

    [Fact]
    public void Ids_are_those_of_OpenCLIP()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Fixture("clip", "open-clip-tokens.json")));
        var expected = document.RootElement.EnumerateArray().Select(Ids).ToArray();
        Assert.Equal(expected, Cases(expected.Length).Select(c => _published.OpenClip.Encode(c.Text)));
    }

    [Theory]
    [InlineData("e\u0301te\u0301", "été")]
    [InlineData("A\u030Angstro\u0308m \u212B", "ångström å")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("tab\tand\u00A0\u3000space", "tab and space")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφοσ")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("\U00010400", "\U00010428")]
    public void Hugging_Face_composes_and_lowers_before_it_splits(string text, string same) =>
        Assert.Equal(_published.HuggingFace.Encode(same), _published.HuggingFace.Encode(text));

    [Theory]
    [InlineData("“don’t”", "\"don't\"")]
    [InlineData("ﬁsh &amp;amp; chips", "fish & chips")]
    [InlineData("ＣＡＴ　ｶﾞ", "cat ガ")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("e\u0301\u0007", "é")]
    public void OpenCLIP_makes_characters_plain(string text, string same) =>
        Assert.Equal(_published.OpenClip.Encode(same), _published.OpenClip.Encode(text));

    [Fact]
    public void Letters_outside_the_basic_plane_are_letters()
    {
        // Two ideographs are one word: one piece ends a word.
        var ids = _published.HuggingFace.Encode("\U00020000\U00020001");
        Assert.Single(ids.Skip(1).SkipLast(1), id => ClipVocabulary.Published().Tokens[id].EndsWith("</w>", StringComparison.Ordinal));
    }

    [Fact]
    public void Written_out_ends_are_tokens_only_as_the_library_writes_them()
    {
        var (start, end) = (49406, 49407);
        Assert.Equal([start, end, 2368, end], _published.HuggingFace.Encode("<|endoftext|>cat"));
        Assert.DoesNotContain(end, _published.HuggingFace.Encode("<|ENDOFTEXT|>cat").SkipLast(1));
        Assert.Equal([start, end, 2368, end], _published.OpenClip.Encode("<END_OF_TEXT>cat"));
        Assert.DoesNotContain(end, _published.OpenClip.Encode("<|endoftext|>cat").SkipLast(1));
    }

    [Fact]
    public void A_long_text_keeps_its_end_token()
    {
        var ids = _published.HuggingFace.Encode(string.Join(' ', Enumerable.Repeat("cat", 200)));
        Assert.Equal((77, 2368, 49407), (ids.Count, ids[75], ids[76]));
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    public sealed class Published
    {
        private static readonly ClipVocabulary s_vocabulary = ClipVocabulary.Published();

        public ClipTokenizer HuggingFace { get; } = new(s_vocabulary, new ClipTokenConfig(ClipCleaning.HuggingFace, 49407), 77);

        public ClipTokenizer OpenClip { get; } = new(s_vocabulary, new ClipTokenConfig(ClipCleaning.OpenClip, 0), 77);
    }
}
