namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>One meaning of a noun: the words for it, its definition and the wider meanings above it.</summary>
/// <param name="Offset">Byte offset in <c>data.noun</c>: the synset's identity.</param>
/// <param name="Lemmas">The words for it as they are written in running text, spaces between words; the most usual first.</param>
/// <param name="Gloss">Definition, then examples in quotation marks if there are any.</param>
/// <param name="HypernymOffsets">Offsets of the synsets that this one is a kind or an instance of.</param>
public sealed record Synset(int Offset, IReadOnlyList<string> Lemmas, string Gloss, IReadOnlyList<int> HypernymOffsets);
