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
/// <param name="isNoun">Whether a word or phrase is a noun that can be a name.</param>
public sealed class CausalNamer(IVisionLanguageModel model, Func<string, bool> isNoun)
{
    /// <summary>The longest name, in words.</summary>
    private const int MostWords = 3;

    private static readonly HashSet<string> s_ofPictures = new(["picture", "image", "photo", "photograph", "drawing", "subject", "main subject"], StringComparer.Ordinal);
    private readonly SubjectQuestion _question = new(model);
    private SeenPicture? _grey;

    /// <summary>What the language model names; null where its answer names nothing. One feature after another.</summary>
    /// <param name="feature">A feature that training pictures have.</param>
    /// <param name="cancellationToken">Stops within the answer.</param>
    public async Task<string?> NameAsync(Feature feature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feature);
        _grey ??= (await model.LookAsync(DrawnPicture.Blind(), cancellationToken).ConfigureAwait(false)).Seen;
        var level = feature.Statistics is { P99: > 0 } seen ? seen.P99 / feature.Maximum : 1f;
        var plan = SteeringPlan.Create([new SteeringEdit(feature.Id, SteeringOperation.Set, level)], clamp: true);
        var answer = await _question.AskAsync(_grey, plan, cancellationToken).ConfigureAwait(false);
        return Named(answer.Text, isNoun);
    }

    /// <summary>A causal name beside the feature's own: they agree where one is the other, another word for it, or what it is a kind of.</summary>
    /// <param name="word">What the language model named; null for nothing.</param>
    /// <param name="name">The feature's name.</param>
    /// <param name="relations">Other and wider words.</param>
    public static CausalName Beside(string? word, string name, IWordRelations relations)
    {
        ArgumentNullException.ThrowIfNull(relations);
        var own = FeatureName.Word(name);
        return new CausalName(word, word is not null && (Meanings(own).Contains(word, StringComparer.Ordinal) || Meanings(word).Contains(own, StringComparer.Ordinal)));

        IEnumerable<string> Meanings(string of) => [of, Noun.Singular(of), .. relations.SynonymsOf(of), .. relations.WiderThan(of)];
    }

    /// <summary>The first noun that an answer says of the picture, at its longest; null for none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isNoun">Whether a word or phrase is a noun that can be a name.</param>
    internal static string? Named(string answer, Func<string, bool> isNoun)
    {
        var words = Noun.Normalize(answer).Split([' ', '.', ',', ';', ':', '!', '?', '"'], StringSplitOptions.RemoveEmptyEntries);
        for (var start = 0; start < words.Length; start++)
        {
            for (var length = Math.Min(MostWords, words.Length - start); length > 0; length--)
            {
                var phrase = string.Join(' ', words.Skip(start).Take(length));
                if (Noun.WithoutArticle(phrase) == phrase && !s_ofPictures.Contains(phrase) && (isNoun(phrase) || isNoun(Noun.Singular(phrase))))
                {
                    return Noun.Singular(phrase) is var singular && isNoun(singular) ? singular : phrase;
                }
            }
        }

        return null;
    }
}
