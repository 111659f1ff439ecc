using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Tells words of the language from invented ones ("dog" from "dogle"): WordNet's, inflected or not, those that hold sentences together, and any that the dialogue itself has. Immutable.</summary>
public sealed class KnownWords
{
    private const string HoldingTogether =
        "a an the this that these those it its they them their he she his her him we us our you your i me my one who whom whose which what where when why how and or but nor so if then than because "
        + "while although though as of in on at by for from to with without within into onto over under above below between among beside besides behind against about across along around through during "
        + "before after until since per via like unlike near is are was were be been being am has have had having do does did done doing can could may might must shall should will would cannot not no yes "
        + "none nothing something anything everything someone anyone everyone nobody somebody everybody each every either neither both all any some such other others another same many much more most few "
        + "fewer less least several own very too also only just even still yet already again there here now always never often sometimes usually however therefore thus instead rather quite perhaps maybe "
        + "up down out off away back together apart else im its isnt arent wasnt werent dont doesnt didnt cant couldnt wont wouldnt shouldnt ive youre theyre thats whats lets itself themselves himself "
        + "herself oneself ourselves yourself myself upon toward towards whether ok okay hello smollm ai";

    private static readonly (string Ending, string Instead)[] s_endings =
        [("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ily", "y")];

    private readonly HashSet<string> _words;

    private KnownWords(HashSet<string> words) => _words = words;

    /// <summary>Reads the words of all of WordNet's index files that a folder has.</summary>
    /// <param name="folder">The folder of <c>index.noun</c> and the like.</param>
    /// <param name="further">Words that are known as well, such as labels and concepts.</param>
    public static KnownWords Load(string folder, IEnumerable<string> further)
    {
        ArgumentNullException.ThrowIfNull(further);
        var words = HoldingTogether.Split(' ').ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "index.*").Concat(Directory.GetFiles(folder, "*.exc")))
        {
            foreach (var line in File.ReadLines(file).Where(line => line.Length > 0 && line[0] != ' '))
            {
                words.UnionWith(AnswerJudge.Words(line[..line.IndexOf(' ', StringComparison.Ordinal)].Replace('_', ' ')));
            }
        }

        words.UnionWith(further.SelectMany(AnswerJudge.Words));
        return new KnownWords(words);
    }

    /// <summary>The words of an answer that are no words.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="dialogue">What was said before it.</param>
    public IEnumerable<string> Invented(string answer, IEnumerable<string> dialogue)
    {
        var said = dialogue.SelectMany(AnswerJudge.Words).ToHashSet(StringComparer.Ordinal);
        return AnswerJudge.Words(answer).Where(word => !said.Contains(word) && !IsKnown(word));
    }

    private bool IsKnown(string word) => char.IsDigit(word[0]) || _words.Contains(word) || _words.Contains(Plurals.Singular(word))
        || s_endings.Any(rule => word.Length > rule.Ending.Length + 1 && word.EndsWith(rule.Ending, StringComparison.Ordinal)
            && (_words.Contains(word[..^rule.Ending.Length] + rule.Instead) || IsDoubled(word[..^rule.Ending.Length])));

    /// <summary>"sitt" of "sitting".</summary>
    private bool IsDoubled(string stem) => stem.Length > 2 && stem[^1] == stem[^2] && _words.Contains(stem[..^1]);
}
