using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Evaluation.Dialogue;

/// <summary>Whether a model corrects what is taken for granted wrongly, answers second questions with something new, and names both of two things.</summary>
/// <param name="model">The model.</param>
/// <param name="matcher">Decides whether an answer names a label.</param>
/// <param name="others">Labels that pictures do not show.</param>
/// <param name="relations">Wider words, by which kinds are told; null for none.</param>
/// <param name="examination">Asks and counts.</param>
public sealed class DialogueEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, OtherLabels others, IWordRelations? relations, Examination examination)
{
    /// <summary>The kinds of questions.</summary>
    public const string FalsePremise = "false premise corrected", TruePremise = "true premise not denied", AnotherAnswer = "follow-up answered anew", Kind = "kind told", Also = "something else denied",
        Both = "both of two named", One = "one of two named", Placed = "how two stand to each other", Number = "how many", Colour = "colour";

    /// <summary>Talks about every picture.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task TalkAsync(IReadOnlyList<QuestionedPicture> pictures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        foreach (var (number, picture) in pictures.Index())
        {
            var seen = await AnswerEvaluator.LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var label = picture.Label;
            if (others.Any(label, number) is { } other)
            {
                await AskAsync(FalsePremise, [AnswerJudge.PremiseQuestion(other, number)], AnswerJudge.Denies).ConfigureAwait(false);
                var first = await NameAsync().ConfigureAwait(false);
                await AskAsync(Also, [SubjectQuestion.Text, first, "Is there also " + Noun.WithArticle(other) + "?"], answer => !AnswerJudge.SaysYes(answer)).ConfigureAwait(false);
                await AskAsync(AnotherAnswer, [SubjectQuestion.Text, first, "Tell me more about it."], answer => !AnswerJudge.Repeats(answer, first)).ConfigureAwait(false);
                if (relations?.WiderThan(label) is { Count: > 0 } wider)
                {
                    await AskAsync(
                        Kind, [SubjectQuestion.Text, first, "What kind of thing is it?"],
                        answer => !AnswerJudge.Repeats(answer, first) && wider.Any(word => matcher.Names(answer, word) || matcher.Names(answer, Noun.HeadWord(word)))).ConfigureAwait(false);
                }
            }

            await AskAsync(
                TruePremise, [AnswerJudge.PremiseQuestion(label, number)], answer => !answer.Contains("no " + label, StringComparison.OrdinalIgnoreCase)).ConfigureAwait(false);

            Task<ExaminedAnswer> AskAsync(string kind, string[] turns, Func<string, bool> isRight) =>
                examination.AskAsync(kind, picture.Name, seen, SteeringPlan.Empty, turns, isRight, cancellationToken);

            async Task<string> NameAsync() =>
                (await examination.AskAsync(PresenceEvaluator.Named, picture.Name, seen, SteeringPlan.Empty, [SubjectQuestion.Text], answer => matcher.Names(answer, label), cancellationToken).ConfigureAwait(false)).Answer;
        }
    }

    /// <summary>Asks how many things there are, and what colour they have where one covers most of them, in scenes of one thing that is there once or several times.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    public async Task CountAsync(DrawnScenes scenes, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        var pixels = new byte[scenes.Size * scenes.Size * 3];
        for (var number = 0; number < count; number++)
        {
            var things = scenes.DrawEqual(number, pixels).Objects;
            var label = things[0].Label;
            var seen = (await model.LookAsync(DrawnPicture.Of(pixels, scenes.Size), cancellationToken).ConfigureAwait(false)).Seen;
            var name = $"scene {number}: {things.Count} {label}";
            await examination.AskAsync(
                Number, name, seen, SteeringPlan.Empty, [$"How many {Noun.Plural(label)} are there?"], answer => AnswerJudge.SaysOnly(answer, Noun.Number(things.Count), AttributeFeatures.Numbers),
                cancellationToken).ConfigureAwait(false);
            if (things[0].Colour is { } colour && things.All(thing => thing.Colour == colour) && !ColourNames.ContainsColour(label))
            {
                var (asked, verb) = things.Count > 1 ? (Noun.Plural(label), "are") : (label, Noun.IsPluralLabel(label) ? "are" : "is");
                await examination.AskAsync(
                    Colour, name, seen, SteeringPlan.Empty, [$"What color {verb} the {asked}?"], answer => AnswerJudge.SaysOnly(answer, colour, ColourNames.All), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks what is in scenes of two things.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    public async Task NameTwoAsync(DrawnScenes scenes, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        var pixels = new byte[scenes.Size * scenes.Size * 3];
        for (var number = 0; number < count; number++)
        {
            var truth = scenes.DrawTwo(number, pixels);
            var seen = (await model.LookAsync(DrawnPicture.Of(pixels, scenes.Size), cancellationToken).ConfigureAwait(false)).Seen;
            var name = $"scene {number}: {string.Join(" and ", truth.Labels)}";
            await examination.AskAsync(
                Both, name, seen, SteeringPlan.Empty, ["What is in the picture?"], answer => truth.Labels.All(label => matcher.Names(answer, label)), cancellationToken).ConfigureAwait(false);
            await examination.AskAsync(
                One, name, seen, SteeringPlan.Empty, ["What is in the picture?"], answer => truth.Labels.Any(label => matcher.Names(answer, label)), cancellationToken).ConfigureAwait(false);
            if (truth is { Objects: [var a, var b] } && truth.Relation(0, 1) is { } relation)
            {
                var isAcross = relation is SpatialRelation.LeftOf or SpatialRelation.RightOf;
                var choice = isAcross ? "to the left or to the right of" : "above or below";
                var (right, wrong) = relation switch
                {
                    SpatialRelation.LeftOf => ("left", "right"),
                    SpatialRelation.RightOf => ("right", "left"),
                    SpatialRelation.Above => ("above", "below"),
                    _ => ("below", "above"),
                };
                await examination.AskAsync(
                    Placed, name, seen, SteeringPlan.Empty, [$"{(Noun.IsPluralLabel(a.Label) ? "Are" : "Is")} the {a.Label} {choice} the {b.Label}?"],
                    answer => AnswerJudge.Words(answer).Contains(right) && !AnswerJudge.Words(answer).Contains(wrong), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
