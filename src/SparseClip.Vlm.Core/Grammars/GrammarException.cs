using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Grammars;

/// <summary>A grammar, or a JSON schema for one, that cannot be used.</summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="place">Where in a JSON schema, such as <c>properties.age.minimum</c>; null where there is no such place.</param>
public sealed class GrammarException(string message, string? place = null) : SparseClipException(message)
{
    /// <summary>Where in a JSON schema; null where there is no such place.</summary>
    public string? Place { get; } = place;
}
