using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Training.Clip.Growth;

namespace SparseClip.Vlm.Training.Clip.Attributes;

/// <summary>Texts that say colours and numbers, and as many that do not.</summary>
internal static class AttributeTexts
{
    private const int PhrasesOfEach = 150;

    /// <summary>An attribute alone counts as much as so many phrases: it is what people steer by.</summary>
    private const double WeightOfNames = 20;

    /// <summary>Every attribute alone and before many nouns, in the sentences of training.</summary>
    /// <param name="vocabulary">The words.</param>
    /// <param name="seed">Chooses.</param>
    public static IReadOnlyList<MeaningText> Of(AttributeVocabulary vocabulary, long seed)
    {
        var random = new SeededRandom(seed);
        var countable = vocabulary.Things.Where(noun => Noun.IsCountable(noun) && !Noun.IsPluralLabel(noun)).ToArray();
        var colours = ColourNames.All.Count;
        var texts = new List<MeaningText>();
        foreach (var (attribute, name) in AttributeFeatures.Names.Index())
        {
            string[] alone = attribute < colours ? [name, $"something {name}"] : attribute == colours ? ["one thing", "a single thing"] : [name, $"{name} things"];
            texts.AddRange(alone.SelectMany(phrase => PromptTemplates.Training.Select(form => Text(form.Template, phrase, WeightOfNames, attribute))));
            for (var i = 0; i < PhrasesOfEach; i++)
            {
                var noun = random.Pick(countable);
                texts.Add(Text(Form(), attribute < colours ? $"{name} {noun}" : attribute == colours ? $"one {noun}" : $"{name} {Noun.Plural(noun)}", 1, attribute));
                if (attribute < colours)
                {
                    // Both at once, so that neither hides the other.
                    var number = 1 + random.Next(AttributeFeatures.Numbers.Count - 1);
                    texts.Add(Text(Form(), $"{AttributeFeatures.Numbers[number]} {name} {Noun.Plural(noun)}", 1, attribute, colours + number));
                }
            }
        }

        // Without a colour, and without saying how many.
        texts.AddRange(vocabulary.Things.Concat(vocabulary.Others).Select(word => Text(PromptTemplates.Concept, word, 1)));
        return texts;

        string Form() => random.Pick(PromptTemplates.Training).Template;
    }

    private static MeaningText Text(string template, string phrase, double weight, params int[] attributes) =>
        new(PromptTemplates.Fill(template, phrase), [.. attributes.Select(attribute => (attribute, 1f))], weight);
}
