using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Wording;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Language;

/// <summary>What a language adapter learns from: codes of training pictures, edited codes, and codes made of words, each with the words that are said of it and a dialogue that is true of it.</summary>
/// <remarks>The samples of a step are a function of the pictures, the seed and the step.</remarks>
public sealed class LanguageSamples
{
    private const long Stream = 104729; // apart from the loader's streams of the same seed
    private const int MostTries = 1000;
    private const int MostRounds = 5;

    /// <summary>The share of pictures of nothing: whatever is asked after is not there.</summary>
    private const double BlankShare = 0.04;

    private static readonly PictureFacts s_nothing = new([], [], [], []);

    private readonly IReadOnlyList<KeptPicture> _pictures;
    private readonly List<int> _ofTwo;
    private readonly List<int> _ofOthers;
    private readonly CodeEdits _edits;
    private readonly LanguageSampleOptions _options;
    private readonly IReadOnlyList<string> _concepts;
    private readonly IReadOnlyList<string> _nouns;
    private readonly PictureWords _words;
    private readonly PictureWords _allWords;
    private readonly AttributeFeatures? _attributes;
    private readonly WordTruth _truth;
    private readonly SightDialogues _dialogues;
    private readonly Dictionary<string, SparseCode> _codeOf;

    /// <param name="pictures">Training pictures whose labels are concepts; at least one.</param>
    /// <param name="edits">Edits codes by the words of concepts and nouns; has noted the pictures.</param>
    /// <param name="concepts">The concepts.</param>
    /// <param name="nouns">Further words, none of them a concept.</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    /// <param name="relations">Other and wider words; null for none.</param>
    /// <param name="options">What a step is made of.</param>
    public LanguageSamples(
        IReadOnlyList<KeptPicture> pictures, CodeEdits edits, IReadOnlyList<ConceptCode> concepts, IReadOnlyList<ConceptCode> nouns, AttributeFeatures? attributes, IWordRelations? relations,
        LanguageSampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentNullException.ThrowIfNull(nouns);
        (_pictures, _edits, _options) = (pictures, edits, options);
        (_ofTwo, _ofOthers) = (Places(picture => picture.Sample.Labels.Count == 2), Places(picture => picture.Sample.Labels.Count != 2));
        _concepts = [.. concepts.Select(concept => concept.Word).Where(CaptionWriter.IsUsable)];
        _nouns = [.. nouns.Select(noun => noun.Word)];
        _codeOf = concepts.Concat(nouns).ToDictionary(concept => concept.Word, concept => concept.Code, StringComparer.Ordinal);
        _attributes = attributes;
        _words = new PictureWords(new ConceptIndex(concepts), isList: true, attributes);
        _allWords = new PictureWords(new ConceptIndex([.. concepts, .. nouns]), isList: true, attributes);
        _truth = new WordTruth(relations);
        _dialogues = new SightDialogues([.. _concepts, .. _nouns], relations);

        List<int> Places(Func<KeptPicture, bool> belongs) => [.. pictures.Index().Where(picture => belongs(picture.Item)).Select(picture => picture.Index)];
    }

    /// <summary>How often the first word said of a picture of one thing is true of it, and how often both things of two are among the words; shares, 0..1.</summary>
    public (double First, double Both) Reading
    {
        get
        {
            var all = _pictures.AsParallel().AsOrdered().Select(picture => (picture.Sample.Labels, Words: _words.Of(picture.Code))).ToList();
            return (
                Share(all.Where(one => one.Labels.Count == 1), one => one.Words.Count > 0 && _truth.IsTrue(one.Words[0].Word, one.Labels[0])),
                Share(all.Where(one => one.Labels.Count == 2), one => one.Labels.All(label => one.Words.Any(word => _truth.IsTrue(word.Word, label)))));

            static double Share<T>(IEnumerable<T> of, Func<T, bool> holds) => of.Select(one => holds(one) ? 1.0 : 0).DefaultIfEmpty(0).Average();
        }
    }

    /// <summary>The samples of a step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="TrainingException">The words tell nothing of any picture.</exception>
    public IReadOnlyList<LanguageSample> Make(long seed, long step) =>
        [.. Enumerable.Range(0, _options.Batch).Select(i => Make(new SeededRandom(seed + Stream, step, i)))];

    private LanguageSample Make(SeededRandom random)
    {
        if (random.Chance(BlankShare))
        {
            return new LanguageSample(new float[(1 + _pictures[0].Code.Patches.Count) * _words.Dimension], null, _dialogues.About(s_nothing, random));
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            var draw = random.NextDouble();
            var at = random.Pick(_ofTwo.Count > 0 && (_ofOthers.Count == 0 || random.Chance(_options.TwoShare)) ? _ofTwo : _ofOthers);
            var picture = draw < _options.EditedShare ? Edited(_pictures[at], random) ?? Plain(_pictures[at])
                : draw < _options.EditedShare + _options.InventedShare ? Invented(_pictures[at].Code, random)
                : Plain(_pictures[at]);
            if (Tell(picture, random) is { } sample)
            {
                return sample;
            }
        }

        throw new TrainingException(
            $"Of {_pictures.Count} training pictures nothing can be told by their words; encode the concepts from the same tower and data folder, or take more pictures ('pictures.count').");
    }

    /// <summary>
    /// A dialogue about a picture and what is said of it when that dialogue is asked. What can be asked depends on the words and the words on what is asked: the same draw is repeated until both agree,
    /// beginning with the words that are said when the things that are there are asked for. Null where they do not agree soon, or where nothing can be told.
    /// </summary>
    private LanguageSample? Tell(ToldPicture picture, SeededRandom random)
    {
        var seed = (long)random.NextUInt64();
        var questions = picture.Things;
        for (var round = 0; round < MostRounds; round++)
        {
            var words = picture.Words.Of(picture.Code, questions, picture.Raised);
            if (picture.Facts(words) is not { } facts || facts.Things.Count + facts.Gone.Count == 0 || _dialogues.About(facts, new SeededRandom(seed)) is not { Count: > 0 } turns)
            {
                return null;
            }

            string[] asked = [.. turns.Select(turn => turn.Question)];
            if (asked.SequenceEqual(questions))
            {
                return new LanguageSample(DenseCode.Rows(picture.Code), picture.Words.Say(words), turns);
            }

            questions = asked;
        }

        return null;
    }

    private ToldPicture Plain(KeptPicture picture) => new(picture.Code, _words, picture.Sample.Labels, [], words =>
    {
        var things = Read(picture.Sample.Labels, words);
        var truth = picture.Sample.Truth;
        return new PictureFacts(things, [], [.. picture.Sample.Tags, .. picture.Sample.Labels], words, AsSaid(Relation(truth, things), things, words))
        {
            Looks = Looks(things, words, thing => truth?.Objects.Where(one => one.Label == thing).Select(one => one.Colour).Distinct().ToArray(), thing => truth?.Count(thing) ?? 1),
        };
    });

    private ToldPicture Invented(ImageCode like, SeededRandom random)
    {
        string[] things = [.. Enumerable.Range(0, random.Chance(0.35) ? 2 : 1).Select(_ => random.Pick(random.Chance(0.5) || _nouns.Count == 0 ? _concepts : _nouns)).Distinct(StringComparer.Ordinal)];
        things = things.Length == 2 && WordTruth.SharesAWord(things[0], [things[1]]) ? things[..1] : things;
        var invented = InventedPictures.Make([.. things.Select(thing => _codeOf[thing])], like, _attributes, random);
        return new ToldPicture(invented.Code, _allWords, things, [], words =>
        {
            var read = Read(things, words);
            var relation = read.Count < 2 ? null : read[0] == things[0] ? invented.Relation : invented.Relation?.Opposite();
            return new PictureFacts(read, [], things, words, AsSaid(relation, read, words))
            {
                Looks = Looks(read, words, thing => [invented.Colours[Array.IndexOf(things, thing)]], _ => invented.Count),
            };
        });
    }

    /// <summary>A picture with its subject taken out, another word raised, or both; null where it shows more than can be told, or the other word is true of it.</summary>
    private ToldPicture? Edited(KeptPicture picture, SeededRandom random)
    {
        var rows = DenseCode.Rows(picture.Code);
        var labels = picture.Sample.Labels;
        var count = 1 << random.Next(1 + (int)Math.Log2(_options.MostFeatures));
        var isNoun = _nouns.Count > 0 && random.Chance(0.4);
        var other = random.Pick(isNoun ? _nouns : _concepts);
        var strength = random.Range((float)_options.LeastStrength, (float)_options.MostStrength);
        IReadOnlyList<string> things, gone;
        string[] raised = [];
        if (labels.Count == 2)
        {
            var left = random.Next(2);
            _edits.Remove(rows, labels[1 - left], Math.Max(count, 8));
            (things, gone) = ([labels[left]], [labels[1 - left]]);
        }
        else if (labels.Count > 2 || WordTruth.SharesAWord(other, labels) || _truth.IsTrue(labels[0], other))
        {
            return null;
        }
        else
        {
            var draw = random.NextDouble();
            if (draw < 0.8)
            {
                _edits.Remove(rows, labels[0], Math.Max(count, 8));
            }

            if (draw >= 0.3)
            {
                _edits.Raise(rows, other, count, strength);
                raised = [other];
            }

            (things, gone) = draw < 0.3 ? ((IReadOnlyList<string>)[], labels) : draw < 0.8 ? ([other], labels) : ([other, labels[0]], []);
        }

        return new ToldPicture(DenseCode.ToImageCode(rows, picture.Code.Pooled.Dimension), isNoun && things.Contains(other) ? _allWords : _words, things, raised, words =>
        {
            var isRead = things.All(thing => words.Any(word => _truth.IsTrue(word.Word, thing))) && (words.Count == 0 || !gone.Any(label => _truth.IsTrue(words[0].Word, label)));
            var read = Read(things, words);
            return isRead ? new PictureFacts(read, gone, picture.Sample.Tags, words) { Looks = Looks(read, words, _ => null, _ => null) } : null;
        });
    }

    /// <summary>
    /// What the words tell of how things look, as far as it is not known to be otherwise. A thing whose word says a colour itself is not asked after its colour, nor one without a plural
    /// after how many there are.
    /// </summary>
    /// <param name="things">The things that the words name.</param>
    /// <param name="words">The words.</param>
    /// <param name="coloursOf">The true colours of a thing, null among them for one that has none of its own; null where they are not known.</param>
    /// <param name="countOf">How many of a thing there are; null where that is not known.</param>
    private IReadOnlyList<ThingLook> Looks(IReadOnlyList<string> things, IReadOnlyList<SeenWord> words, Func<string, string?[]?> coloursOf, Func<string, int?> countOf)
    {
        return [.. things.Select(Look).Where(look => (look.Colour, look.Count) is not (null, null))];

        ThingLook Look(string thing)
        {
            var said = words.FirstOrDefault(word => word.As != Standing.Maybe && _truth.IsTrue(word.Word, thing));
            var isTold = said?.Colour is { } told && !ColourNames.ContainsColour(thing) && (coloursOf(thing) is not { } known || (known.Length == 1 && known[0] == told));
            var isCounted = said?.Count is { } count && Noun.IsCountable(thing) && (countOf(thing) ?? count) == count;
            return new ThingLook(thing, isTold ? said!.Colour : null, isCounted ? said!.Count : null);
        }
    }

    /// <summary>How the first of two things stands to the second, where each is there once.</summary>
    private static SpatialRelation? Relation(SceneTruth? truth, List<string> things) => truth is { Objects: [var first, _] } && things.Count == 2
        ? first.Label == things[0] ? truth.Relation(0, 1) : truth.Relation(1, 0)
        : null;

    /// <summary>A relation that the words tell: null where they tell another one, or none.</summary>
    private SpatialRelation? AsSaid(SpatialRelation? relation, List<string> things, IReadOnlyList<SeenWord> words)
    {
        var said = relation is null ? null : words.FirstOrDefault(word => word.Side is not null && _truth.IsTrue(word.Word, things[0]))?.Side;
        return said is { } side && relation == side switch
        {
            Side.Left => SpatialRelation.LeftOf,
            Side.Right => SpatialRelation.RightOf,
            Side.Top => SpatialRelation.Above,
            _ => SpatialRelation.Below,
        } ? relation : null;
    }

    /// <summary>
    /// The things that the words name, in their order. What is there and not among the words is never denied, but it is not asked for either: to name it would be to guess.
    /// </summary>
    private List<string> Read(IReadOnlyList<string> things, IReadOnlyList<SeenWord> words)
    {
        return [.. things.Select(thing => (Thing: thing, At: Place(thing))).Where(thing => thing.At < words.Count).OrderBy(thing => thing.At).Select(thing => thing.Thing)];

        int Place(string thing) => words.Index().Where(word => _truth.IsTrue(word.Item.Word, thing)).Select(word => word.Index).DefaultIfEmpty(words.Count).First();
    }

    /// <summary>A picture that can be told of.</summary>
    /// <param name="Code">Its codes, edited or not.</param>
    /// <param name="Words">Puts them into words.</param>
    /// <param name="Things">What is there.</param>
    /// <param name="Raised">Words that an edit put in.</param>
    /// <param name="Facts">What is true of the picture and can be read from its words; null where it cannot be read.</param>
    private sealed record ToldPicture(ImageCode Code, PictureWords Words, IReadOnlyList<string> Things, IReadOnlyList<string> Raised, Func<IReadOnlyList<SeenWord>, PictureFacts?> Facts);
}

/// <summary>A dialogue with what it is about.</summary>
/// <param name="Rows">[1 + patches, D], the pooled code first.</param>
/// <param name="Said">What is said of the picture before the first question; null for nothing.</param>
/// <param name="Turns">Questions and answers, one at least.</param>
public sealed record LanguageSample(float[] Rows, string? Said, IReadOnlyList<QuestionAnswer> Turns);
