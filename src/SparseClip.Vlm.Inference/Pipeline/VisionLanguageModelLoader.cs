using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Core.Wording;
using SparseClip.Vlm.Inference.Adapting;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Llama;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>Loads a bundle.</summary>
internal static class VisionLanguageModelLoader
{
    /// <summary>Verifies a bundle and reads its parts.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="options">How the model runs.</param>
    /// <param name="progress">Gets the stages; may be null.</param>
    /// <param name="cancellationToken">Stops between blocks and parts.</param>
    /// <exception cref="BundleException">A file is missing, damaged or of another model.</exception>
    public static async Task<VisionLanguageModel> LoadAsync(
        string folder, VisionLanguageModelOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var hashing = progress is null ? null : new HashProgress(progress);
        var bundle = await ModelBundle.OpenAsync(folder, hashing, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Load(bundle, options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static VisionLanguageModel Load(
        ModelBundle bundle, VisionLanguageModelOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var owned = new List<IDisposable>();
        GenerationEngine? engine = null;
        try
        {
            progress?.Report(new LoadProgress("reading the tower", 0));
            var tower = Tower(bundle, owned);
            var images = Own(new SparseImageEncoder(tower.Model), owned);
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new LoadProgress("reading the features", 0.5));
            var concepts = bundle.Manifest.Parts.ContainsKey(ModelParts.ConceptTable)
                ? new ConceptTable(ConceptTableFile.Read(bundle.PathOf(ModelParts.ConceptTable), images.Dimension), images.Attributes)
                : null;
            var features = FeatureIndex.Load(bundle.PathOf(ModelParts.Features), tower.Texts, options.Features, concepts);
            var exemplars = bundle.Manifest.Parts.ContainsKey(ModelParts.Exemplars) ? Own(ExemplarFile.Open(bundle.PathOf(ModelParts.Exemplars), images.Dimension), owned) : null;
            var words = bundle.Manifest.Parts.ContainsKey(ModelParts.Concepts)
                ? new PictureWords(
                    new ConceptIndex(ConceptFile.Read(bundle.PathOf(ModelParts.Concepts), images.Dimension)), isList: bundle.Manifest.Parts.ContainsKey(ModelParts.LanguageAdapter),
                    images.Attributes)
                : null;
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new LoadProgress("reading the adapter", 0.6));
            var adapter = SparseAdapter.Load(bundle.PathOf(ModelParts.Adapter));
            progress?.Report(new LoadProgress("reading the language model", 0.7));
            var language = Own(LlamaModel.Load(bundle.PathOf(ModelParts.LanguageModel), options.LanguageModel with { ComputeAs = bundle.Manifest.AnswersAs ?? options.LanguageModel.ComputeAs }, cancellationToken), owned);
            var languageAdapter = bundle.Manifest.Parts.ContainsKey(ModelParts.LanguageAdapter) ? language.LoadAdapter(bundle.PathOf(ModelParts.LanguageAdapter)) : null;
            engine = new GenerationEngine(language, options.Generation, languageAdapter);
            var model = new VisionLanguageModel(
                bundle.Manifest.Name,
                new VisionLanguageModelParts(images, features, adapter, engine, owned)
                {
                    Words = words, Concepts = concepts, Exemplars = exemplars, Attributes = images.Attributes, Scale = tower.Model.scale.Value, Tower = bundle.Manifest.Parts[ModelParts.Tower].Sha256,
                },
                options);
            // The first picture pays for libtorch's kernels; better now than while somebody waits.
            images.Encode(new byte[images.InputSize * images.InputSize * 3], 1, cancellationToken);
            progress?.Report(new LoadProgress("ready", 1));
            return model;
        }
        catch (Exception error)
        {
            // Nothing runs on the engine yet, so its end does not wait for anything.
            engine?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            owned.Reverse();
            owned.ForEach(part => part.Dispose());
            if (error is (SparseClipException and not BundleException) or ArgumentException or IOException)
            {
                throw new BundleException($"The bundle {bundle.Folder} cannot be used. {error.Message}", error);
            }

            throw;
        }
    }

    private static TrainedTower Tower(ModelBundle bundle, List<IDisposable> owned)
    {
        var tower = Own(TrainedTower.Open(bundle.PathOf(ModelParts.Tower), bundle.PathOf(ModelParts.LanguageModel), Kindred(bundle)), owned);
        return tower.Model.Config.Dimension == bundle.Manifest.Dimension
            ? tower
            : throw new ArgumentException($"The tower has {tower.Model.Config.Dimension} features, the manifest says {bundle.Manifest.Dimension}.");
    }

    private static KindredWordFiles? Kindred(ModelBundle bundle) => bundle.Manifest.Parts.ContainsKey(ModelParts.KindredWords)
        ? new KindredWordFiles(bundle.PathOf(ModelParts.KindredWords), bundle.PathOf(ModelParts.Sentences))
        : null;

    private static T Own<T>(T part, List<IDisposable> owned) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private sealed class HashProgress(IProgress<LoadProgress> progress) : IProgress<double>
    {
        public void Report(double value) => progress.Report(new LoadProgress("checking the bundle", value));
    }
}
