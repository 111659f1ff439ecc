using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Loads the real model.</summary>
internal static partial class BundleLoader
{
    /// <summary>The loader of bundles, with the server's settings.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="log">Gets what llama.cpp warns of.</param>
    public static ModelLoader Create(ServerOptions options, ILogger log) => async (modelDirectory, progress, cancellationToken) =>
        await VisionLanguageModel.LoadAsync(
            modelDirectory,
            new VisionLanguageModelOptions
            {
                KeptPictures = options.ImagesInMemory,
                MaximumPictureBytes = options.MaxImageBytes,
                MaximumPicturePixels = options.MaxImagePixels,
                Generation = new GenerationOptions
                {
                    Threads = options.Threads, Sequences = options.Conversations, ContextLength = options.ContextLength, KvType = options.CacheType, FlashAttention = options.FlashAttention,
                },
                LanguageModel = new LlamaModelOptions { Warnings = line => LanguageModelWarning(log, line) },
            },
            new Words(progress),
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LanguageModelWarning(ILogger log, string line);

    private sealed class Words(IProgress<string> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) =>
            progress.Report(value.Share is > 0 and < 1 ? $"{value.Stage}, {value.Share:P0}" : value.Stage);
    }
}
