using System.Text;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>A token and how likely the model took it to be next, before any sampling option changed that.</summary>
/// <param name="Bytes">Its UTF-8; a token may hold a part of a character. A control token's own name.</param>
/// <param name="LogProbability">The natural logarithm of its probability, 0 or below; always finite.</param>
public sealed record TokenProbability(ReadOnlyMemory<byte> Bytes, double LogProbability)
{
    /// <summary>Its text; U+FFFD for parts of characters.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>A token of an answer.</summary>
/// <param name="Token">The token.</param>
/// <param name="Likeliest">The likeliest tokens in its place, likeliest first; the chosen one need not be among them.</param>
public sealed record ChosenToken(TokenProbability Token, IReadOnlyList<TokenProbability> Likeliest);
