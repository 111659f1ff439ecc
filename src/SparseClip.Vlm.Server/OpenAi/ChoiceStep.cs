using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What happens while one of several answers to a request is made.</summary>
/// <param name="Choice">Which answer, from 0.</param>
/// <param name="Step">What happens.</param>
internal readonly record struct ChoiceStep(int Choice, AnswerEvent Step);
