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
/// <param name="Architecture">What it reads and writes.</param>
public sealed record ModelEntry(string Id, string Object, long Created, [property: JsonPropertyName("owned_by")] string OwnedBy, ModelArchitecture Architecture);

/// <summary>What a model reads and writes, as llama-server tells it.</summary>
/// <param name="InputModalities">"text" and "image".</param>
/// <param name="OutputModalities">"text".</param>
public sealed record ModelArchitecture(
    [property: JsonPropertyName("input_modalities")] IReadOnlyList<string> InputModalities,
    [property: JsonPropertyName("output_modalities")] IReadOnlyList<string> OutputModalities);
