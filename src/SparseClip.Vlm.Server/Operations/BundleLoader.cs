using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Loads the real model.</summary>
internal static class BundleLoader
{
    /// <summary>The loader of bundles, with the server's settings.</summary>
    public static ModelLoader Create(ServerOptions options) => async (modelDirectory, progress, cancellationToken) =>
        await VisionLanguageModel.LoadAsync(
            modelDirectory,
            new VisionLanguageModelOptions { Generation = new GenerationOptions { Threads = options.Threads } },
            new Words(progress),
            cancellationToken);

    private sealed class Words(IProgress<string> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) =>
            progress.Report(value.Share is > 0 and < 1 ? $"{value.Stage}, {value.Share:P0}" : value.Stage);
    }
}
