using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>Text codes of words. A bare word says less to the text tower than the same word as the subject of a picture.</summary>
public static class ConceptTexts
{
    /// <summary>The code of each word in <see cref="PromptTemplates.Concept"/>, in their order.</summary>
    /// <param name="text">The text tower.</param>
    /// <param name="words">Words and phrases; none empty.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static IReadOnlyList<SparseCode> EncodeConcepts(this ITextEncoder text, IReadOnlyList<string> words, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        return text.Encode([.. words.Select(word => PromptTemplates.Fill(PromptTemplates.Concept, word))], cancellationToken);
    }
}
