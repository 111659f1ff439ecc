namespace SparseClip.Vlm.Contracts.Concepts;

/// <summary>A concept to teach.</summary>
/// <param name="Word">What it is to be called, at most 80 characters, such as "my mug".</param>
/// <param name="Images">The ids of 1 to 10 uploaded pictures that show it.</param>
/// <param name="Replace">Whether a concept of that name that was taught before makes way. Default false.</param>
public sealed record TeachRequest(string Word, IReadOnlyList<string> Images, bool Replace = false);

/// <summary>With what a concept was taught.</summary>
/// <param name="Pictures">How many pictures.</param>
/// <param name="When">When.</param>
/// <param name="Tower">The SHA-256 of the tower that saw them.</param>
public sealed record TeachingDto(int Pictures, DateTimeOffset When, string Tower);
