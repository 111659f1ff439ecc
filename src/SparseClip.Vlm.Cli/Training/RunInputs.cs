using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>What a run is made from beside its preset, told apart by content: a run goes on with the same only.</summary>
internal static class RunInputs
{
    private const string Catalogue = "catalogue.jsonl";

    /// <param name="languageModel">A GGUF.</param>
    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="tower">A finished tower that is learned from; null for none.</param>
    public static IReadOnlyDictionary<string, string> Of(string languageModel, string data, string? tower = null)
    {
        (string Name, string? Path)[] inputs = [("language_model", languageModel), ("data", Path.Combine(data, Catalogue)), ("tower", tower)];
        return inputs
            .Select(input => (input.Name, Hash: input.Path is null ? null : ContentHash.OfModel(input.Path)))
            .Where(input => input.Hash is not null)
            .ToDictionary(input => input.Name, input => input.Hash!);
    }
}
