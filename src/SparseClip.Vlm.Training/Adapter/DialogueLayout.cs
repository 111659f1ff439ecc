namespace SparseClip.Vlm.Training.Adapter;

/// <summary>How dialogues of several lengths lie in one batch.</summary>
internal static class DialogueLayout
{
    /// <summary>The tokens of dialogues side by side, without the last of the longest, which is only predicted; and which rows of the flattened states the answers' tokens follow from.</summary>
    /// <param name="dialogues">[B]</param>
    /// <param name="slots">Positions before the tokens in every sequence.</param>
    /// <returns>[B * length] and [answers' tokens].</returns>
    public static (long[] Ids, long[] Rows) Make(IReadOnlyList<DialogueTokens> dialogues, int slots)
    {
        var length = dialogues.Max(dialogue => dialogue.Ids.Count) - 1;
        var ids = new long[dialogues.Count * length];
        var rows = new List<long>();
        for (var i = 0; i < dialogues.Count; i++)
        {
            var tokens = dialogues[i].Ids;
            for (var j = 0; j < Math.Min(length, tokens.Count); j++)
            {
                ids[(i * length) + j] = tokens[j];
            }

            rows.AddRange(dialogues[i].Answers.Select(at => (long)((i * (slots + length)) + slots + at - 1)));
        }

        return (ids, [.. rows]);
    }
}
