using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Bert;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;

namespace SparseClip.Vlm.Modeling.Tests.Text;

/// <summary>With the sentence embedder that ships, over a tower of 96 features whose text side is untrained: what words mean alike the embedder says, not the tower.</summary>
public sealed class KindredWordsTests : IDisposable
{
    private static readonly string[] s_known = ["dog", "cat", "wolf", "car", "lorry", "bus", "violin", "trumpet", "apple", "bread", "cheese", "house", "church", "shirt", "shoe", "hat", "moon", "star", "river", "tree"];
    private static readonly string s_sentences = RepositoryFiles.Model("default", "all-minilm-l6-v2.safetensors");
    private readonly TemporaryFolder _folder = new();
    private readonly GgufFile _languageModel = GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));
    private readonly LanguageModelTextStates _states;
    private readonly SparseClipModel _model;
    private readonly SparseTextEncoder _alone;
    private readonly KindredWordFiles _files;

    public KindredWordsTests()
    {
        _states = new LanguageModelTextStates(_languageModel, [0], torch.ScalarType.Float32);
        _model = Model(TinyTower.Dimension);
        _alone = new SparseTextEncoder(_model, _states);
        _files = new KindredWordFiles(_folder.File("words.safetensors"), s_sentences);
        using var sentences = SentenceEmbedder.Open(s_sentences);
        Assert.Equal(s_known.Length, KindredWords.Write(_files.Words, s_known, _alone, null, sentences, null, Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _states.Dispose();
        _languageModel.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Known_words_keep_their_codes_in_every_sentence()
    {
        using var kindred = KindredWords.Open(_files);
        var mixing = new SparseTextEncoder(_model, _states, kindred);
        string[] texts = ["a picture of a dog", "dog", "the lorry", "an image of an apple", "this is a church"];
        Assert.Equal(_alone.Encode(texts, Token), mixing.Encode(texts, Token));
        Assert.True(kindred.IsKnown("dog"));
        Assert.False(kindred.IsKnown("puppy"));
    }

    [Theory]
    [InlineData("puppy", "dog", "car")]
    [InlineData("truck", "lorry", "dog")]
    [InlineData("trombone", "trumpet", "bread")]
    public void An_unknown_word_comes_nearer_to_those_that_mean_alike(string word, string kin, string other)
    {
        using var sentences = SentenceEmbedder.Open(s_sentences);
        KindredWords.Write(_files.Words, s_known, new OneEach(), null, sentences, null, Token);
        using var kindred = KindredWords.Open(_files);
        var (own, mixed) = (_alone.Encode([word], Token)[0].ToUnit(), new SparseTextEncoder(_model, _states, kindred).Encode([word], Token)[0].ToUnit());
        float Gain(string known) => mixed[Array.IndexOf(s_known, known)] - own[Array.IndexOf(s_known, known)];
        Assert.True(Gain(kin) > 0.1f, $"{kin}: {Gain(kin)}");
        Assert.True(Gain(kin) > 2 * Gain(other), $"{kin}: {Gain(kin)}, {other}: {Gain(other)}");
        Assert.True(mixed.Dot(own) > 0.5f);
    }

    [Fact]
    public void Letters_thrown_together_mean_no_more_than_before()
    {
        using var kindred = KindredWords.Open(_files);
        var mixing = new SparseTextEncoder(_model, _states, kindred);
        string[] texts = ["a picture of a xqzvwk", "qwrtzp", "a picture of a blorfzag"];
        Assert.All(_alone.Encode(texts, Token).Zip(mixing.Encode(texts, Token)), pair => Assert.Equal(pair.First.Norm, pair.Second.Norm, 1e-3f));
    }

    [Fact]
    public void A_batch_of_words_known_and_not_is_as_each_alone()
    {
        using var kindred = KindredWords.Open(_files);
        var mixing = new SparseTextEncoder(_model, _states, kindred);
        string[] texts = ["puppy", "dog", "trombone"];
        var together = mixing.Encode(texts, Token);
        Assert.All(texts.Zip(together), pair => Assert.True(mixing.Encode([pair.First], Token)[0].ToUnit().Dot(pair.Second.ToUnit()) > 0.999f));
    }

    [Fact]
    public void Colours_and_numbers_are_not_taken_from_others()
    {
        var attributes = new AttributeFeatures(0);
        using var sentences = SentenceEmbedder.Open(s_sentences);
        KindredWords.Write(_files.Words, s_known, _alone, attributes, sentences, null, Token);
        using var file = SafetensorsFile.Open(_files.Words);
        using var features = file.Load("features");
        using var values = file.Load("values", torch.ScalarType.Float32);
        Assert.All(features.data<int>().Zip(values.data<float>()), pair => Assert.True(pair.Second == 0 || !attributes.Contains(pair.First)));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        using var kindred = KindredWords.Open(_files);
        using var other = Model(TinyTower.Dimension + 1);
        Assert.Contains("do not belong together", Assert.Throws<ConfigurationException>(() => new SparseTextEncoder(other, _states, kindred)).Message, StringComparison.Ordinal);
        Assert.Contains("concepts kindred", Assert.Throws<CheckpointException>(() => KindredWords.Open(_files with { Words = s_sentences })).Message, StringComparison.Ordinal);
        Assert.Contains("import-sentences", Assert.Throws<CheckpointException>(() => KindredWords.Open(_files with { Sentences = _files.Words })).Message, StringComparison.Ordinal);
    }

    /// <summary>A text side to which each known word is a feature of its own.</summary>
    private sealed class OneEach : ITextEncoder
    {
        public int Dimension => TinyTower.Dimension;

        public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
            [.. texts.Select(text => SparseCode.FromSorted(Dimension, [Array.IndexOf(s_known, text.Split(' ')[^1])], [5f]))];
    }

    private static SparseClipModel Model(int dimension)
    {
        torch.manual_seed(3);
        var model = new SparseClipModel(TinyTower.Config with { Dimension = dimension, Text = new TextTowerConfig([0], 576, 12, 10, 0) });
        model.eval();
        return model;
    }
}
