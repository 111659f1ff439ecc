using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The models served: one, or none while it is loading.</summary>
/// <param name="Object">"list".</param>
/// <param name="Data">The models.</param>
public sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);

/// <summary>A model.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">"model".</param>
/// <param name="Created">0: it is not known.</param>
/// <param name="OwnedBy">"sparseclip".</param>
public sealed record ModelEntry(string Id, string Object, long Created, [property: JsonPropertyName("owned_by")] string OwnedBy);
