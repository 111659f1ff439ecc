using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Captions;

namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>
/// Asks the language model what a grey picture shows in which one feature is set to what it usually has where it is strong: the name by what a feature causes, beside the one by what causes
/// it (arXiv 2603.22593).
/// </summary>
/// <param name="model">The model.</param>
public sealed class CausalNamer(IVisionLanguageModel model)
{
    /// <summary>The longest name, in words.</summary>
    private const int MostWords = 3;

    private static readonly HashSet<string> s_articles = new(["a", "an", "the", "some"], StringComparer.Ordinal);

    /// <summary>Words of answers that name nothing, though most of them are nouns of a dictionary too.</summary>
    private static readonly HashSet<string> s_noNames = new(
        [
            .. s_articles, .. ColourNames.All, "picture", "image", "photo", "photograph", "drawing", "subject", "main", "main subject", "show", "shows", "shown", "look", "looks", "like", "see", "seen", "may", "can", "could", "be",
            "is", "are", "was", "it", "i", "he", "there", "this", "that", "in", "on", "at", "of", "and", "or", "as", "by", "to", "with", "no", "not", "do", "have", "has", "kind", "piece", "tell", "say",
        ],
        StringComparer.Ordinal);

    private readonly SubjectQuestion _question = new(model);
    private SeenPicture? _grey;

    /// <summary>What the language model answers about the grey picture as it is: what no feature caused.</summary>
    /// <param name="cancellationToken">Stops within the answer.</param>
    public Task<string> AskBlindAsync(CancellationToken cancellationToken) => AskAsync(SteeringPlan.Empty, cancellationToken);

    /// <summary>What the language model answers. One feature after another.</summary>
    /// <param name="feature">A feature that training pictures have.</param>
    /// <param name="cancellationToken">Stops within the answer.</param>
    public Task<string> AskAsync(Feature feature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feature);
        var level = feature.Statistics is { P99: > 0 } seen ? seen.P99 / feature.Maximum : 1f;
        return AskAsync(SteeringPlan.Create([new SteeringEdit(feature.Id, SteeringOperation.Set, level)], clamp: true), cancellationToken);
    }

    private async Task<string> AskAsync(SteeringPlan plan, CancellationToken cancellationToken)
    {
        _grey ??= (await model.LookAsync(DrawnPicture.Blind(), cancellationToken).ConfigureAwait(false)).Seen;
        return (await _question.AskAsync(_grey, plan, cancellationToken).ConfigureAwait(false)).Text;
    }

    /// <summary>What an answer names, beside the feature's own name: they agree where one is the other, another word for it, or what it is a kind of.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="blind">The answer about the grey picture as it is: what is named there too, the feature did not cause.</param>
    /// <param name="name">The feature's name.</param>
    /// <param name="isNoun">Whether a word or phrase is a noun that can be a name.</param>
    /// <param name="relations">Other and wider words.</param>
    public static CausalName Beside(string answer, string blind, string name, Func<string, bool> isNoun, IWordRelations relations)
    {
        ArgumentNullException.ThrowIfNull(relations);
        var (word, own) = (Named(answer, isNoun), FeatureName.Word(name));
        word = word == Named(blind, isNoun) ? null : word;
        return new CausalName(word, word is not null && (Meanings(own).Contains(word, StringComparer.Ordinal) || Meanings(word).Contains(own, StringComparer.Ordinal)));

        IEnumerable<string> Meanings(string of) => [of, Noun.Singular(of), .. relations.SynonymsOf(of), .. relations.WiderThan(of)];
    }

    /// <summary>The first noun behind an article, at its longest, and where there is none the first noun; null for none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isNoun">Whether a word or phrase is a noun that can be a name.</param>
    internal static string? Named(string answer, Func<string, bool> isNoun)
    {
        var words = Noun.Normalize(answer).Split([' ', '.', ',', ';', ':', '!', '?', '"'], StringSplitOptions.RemoveEmptyEntries);
        var behindArticles = Enumerable.Range(0, words.Length).Where(at => s_articles.Contains(words[at])).Select(at => at + 1 + words.Skip(at + 1).TakeWhile(ColourNames.All.Contains).Count());
        return behindArticles.Concat(Enumerable.Range(0, words.Length)).Select(At).FirstOrDefault(found => found is not null);

        string? At(int start)
        {
            var phrases = Enumerable.Range(0, MostWords).Reverse().Select(more => words.Skip(start).Take(more + 1).ToArray())
                .Where(phrase => phrase.Length > 0 && !s_noNames.Contains(phrase[0]) && !s_noNames.Contains(phrase[^1])).Select(phrase => string.Join(' ', phrase));
            return phrases.SelectMany(phrase => new[] { Noun.Singular(phrase), phrase }).FirstOrDefault(isNoun);
        }
    }
}
