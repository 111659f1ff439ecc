using SparseClip.Vlm.Core.Pictures;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What is known of an answer before it is made.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Picture">The picture asked about; null for none.</param>
/// <param name="Seed">The seed; null where chance decides nothing.</param>
/// <param name="HasLogprobs">Whether it tells how likely its tokens were.</param>
internal sealed record AnswerHead(string Model, StoredPicture? Picture, uint? Seed, bool HasLogprobs);
