using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What is known of a request's answers before they are made.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Picture">The picture asked about; null for none.</param>
/// <param name="Choices">The question of each answer, which differ by their seeds alone; one or more.</param>
/// <param name="LeftOut">How many of the oldest messages were left out; null for none.</param>
internal sealed record AnswerHead(string Model, StoredPicture? Picture, IReadOnlyList<AnswerRequest> Choices, int? LeftOut)
{
    /// <summary>The seed that was asked for or drawn; null where chance decides nothing.</summary>
    public uint? Seed => SamplingReader.Told(Choices[0].Sampling);

    /// <summary>Whether it is told how likely their tokens were.</summary>
    public bool HasLogprobs => Choices[0].Sampling.Likeliest is not null;
}
