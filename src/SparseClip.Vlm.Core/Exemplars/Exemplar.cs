using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Exemplars;

/// <summary>A small picture that shows what activates a feature or a concept: an icon or drawing that was trained on, with whom it is by and under which licence.</summary>
/// <param name="Key">What it is called in the data folder.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Source">The collection that it comes from.</param>
/// <param name="Artist">Who drew the collection.</param>
/// <param name="License">Its licence (an SPDX identifier where there is one).</param>
public sealed record Exemplar(string Key, string Label, string Source, string Artist, string License);

/// <summary>A file of exemplars that cannot be used.</summary>
public sealed class ExemplarException(string message, Exception? inner = null) : SparseClipException(message, inner);
