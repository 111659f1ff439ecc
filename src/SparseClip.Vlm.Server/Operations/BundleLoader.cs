using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Loads the real model.</summary>
internal static class BundleLoader
{
    /// <inheritdoc cref="ModelLoader" />
    public static async Task<IVisionLanguageModel> LoadAsync(
        string modelDirectory, IProgress<string> progress, CancellationToken cancellationToken) =>
        await VisionLanguageModel.LoadAsync(modelDirectory, progress: new Words(progress), cancellationToken: cancellationToken);

    private sealed class Words(IProgress<string> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) =>
            progress.Report(value.Share is > 0 and < 1 ? $"{value.Stage}, {value.Share:P0}" : value.Stage);
    }
}
