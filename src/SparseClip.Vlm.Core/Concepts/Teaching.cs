namespace SparseClip.Vlm.Core.Concepts;

/// <summary>With what a person taught a concept.</summary>
/// <param name="Pictures">How many pictures it was taught with, 1 to <see cref="ConceptTeacher.MostPictures"/>.</param>
/// <param name="When">When.</param>
/// <param name="Tower">The SHA-256 of the tower that saw them, lower-case hexadecimal: to another one the features mean something else.</param>
public sealed record Teaching(int Pictures, DateTimeOffset When, string Tower);
