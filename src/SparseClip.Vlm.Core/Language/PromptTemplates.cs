namespace SparseClip.Vlm.Core.Language;

/// <summary>
/// The sentences around a label, the same in training, evaluation, naming, search and steering. The states of a frozen language model mean most in the context
/// "a picture of ...", so that form comes most often.
/// </summary>
public static class PromptTemplates
{
    /// <summary>
    /// The sentence in which a word stands for what it means: the caption that towers meet most in training. Features are named, searched and steered by it, and so
    /// are the edits in an adapter's training.
    /// </summary>
    public const string Concept = "a picture of {a}";

    /// <summary>Templates of training captions and how often each comes. {a} is the label with its article, {} the bare label.</summary>
    public static IReadOnlyList<(string Template, double Weight)> Training { get; } =
    [
        (Concept, 0.45),
        ("an image of {a}", 0.15),
        ("{a}", 0.12),
        ("{}", 0.12),
        ("a drawing or photo of {a}", 0.08),
        ("this is {a}", 0.08),
    ];

    /// <summary>The prompts whose normalised codes are averaged in zero-shot evaluation (Radford 2021, section 3.1.4). All of them occur in training.</summary>
    public static IReadOnlyList<string> ZeroShot { get; } = [Concept, "an image of {a}", "{a}"];

    /// <summary>Puts a label into a template.</summary>
    public static string Fill(string template, string label)
    {
        var normal = Noun.Normalize(label);
        return template.Replace("{a}", Noun.WithArticle(normal), StringComparison.Ordinal).Replace("{}", normal, StringComparison.Ordinal);
    }

    /// <summary>What <see cref="Fill"/> put into one of the training's sentences: "a picture of an apple" and "apple" are of "apple".</summary>
    public static string Subject(string text)
    {
        var normal = Noun.Normalize(text);
        var before = Training.Select(template => template.Template[..template.Template.IndexOf('{', StringComparison.Ordinal)])
            .Where(words => normal.StartsWith(words, StringComparison.Ordinal)).MaxBy(words => words.Length) ?? "";
        return Noun.WithoutArticle(normal[before.Length..]);
    }

    /// <summary>The zero-shot prompts of a label, in the order of <see cref="ZeroShot"/>.</summary>
    public static string[] ForZeroShot(string label) => [.. ZeroShot.Select(template => Fill(template, label))];
}
