using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Bundles;
using TorchSharp;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>Makes a bundle of the real parts in a second: an untrained narrow tower and adapter around a language model that is given.</summary>
internal static class TinyParts
{
    private const int Patches = 16; // of the tiny tower's pictures
    private static readonly Lock s_random = new(); // torch's generator is the process's: another bundle that is made meanwhile would take of its numbers

    /// <summary>The file of a part in the bundle's folder.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="role">One of <see cref="ModelParts.Required"/>.</param>
    public static string File(string folder, string role) => Path.Combine(folder, role + ".bin");

    /// <summary>Writes tower, adapter, features and manifest into a folder.</summary>
    /// <param name="folder">Where to; made if it does not exist.</param>
    /// <param name="name">The bundle's name.</param>
    /// <param name="tower">The shape of the tower: that of <see cref="TinyTower"/>, with its text side as wide as the language model.</param>
    /// <param name="spread">The standard deviation of the adapter's embeddings.</param>
    /// <param name="languageModel">A GGUF, which is copied unless it lies in the folder already.</param>
    /// <param name="features">Names the features of the tower.</param>
    /// <param name="concepts">Words with their codes; null for a bundle without.</param>
    /// <param name="table">Concepts with the features that carry them; null for a bundle without.</param>
    /// <param name="exemplars">Adds small pictures and says which features and concepts have them; null for a bundle without.</param>
    public static async Task PackAsync(
        string folder, string name, SparseClipConfig tower, float spread, string languageModel, Func<SparseClipModel, IEnumerable<FeatureRecord>> features,
        IReadOnlyList<ConceptCode>? concepts = null, IReadOnlyList<Concept>? table = null, Action<ExemplarWriter>? exemplars = null)
    {
        Directory.CreateDirectory(folder);
        var files = ModelParts.Required.ToDictionary(role => role, role => File(folder, role));
        files[ModelParts.LanguageModel] = languageModel;
        if (concepts is not null)
        {
            ConceptFile.Write(files[ModelParts.Concepts] = File(folder, ModelParts.Concepts), concepts);
        }

        if (table is not null)
        {
            ConceptTableFile.Write(files[ModelParts.ConceptTable] = File(folder, ModelParts.ConceptTable), table);
        }

        if (exemplars is not null)
        {
            using var writer = new ExemplarWriter(files[ModelParts.Exemplars] = File(folder, ModelParts.Exemplars), side: 8);
            exemplars(writer);
        }

        lock (s_random)
        {
            torch.manual_seed(1);
            using var model = new SparseClipModel(tower);
            using var adapter = new AdapterModel(new AdapterConfig(tower.Dimension, 32, tower.Text.StateWidth, Patches, PooledScale: 1, PatchScale: 1, spread));
            model.eval();
            model.Save(files[ModelParts.Tower]);
            adapter.Save(files[ModelParts.Adapter]);
            FeatureFile.Write(files[ModelParts.Features], features(model));
        }

        await BundlePacker.PackAsync(folder, name, "Random weights.", tower.Dimension, files);
    }
}
