using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Tests.Clip;
using TorchSharp;

[assembly: AssemblyFixture(typeof(FinishedParts))]

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>What many trainings start from and none of them changes, made when it is first asked for and once for all tests: pictures, the frozen text layers, a tower of two steps.</summary>
public sealed class FinishedParts : IDisposable
{
    private static FinishedParts? s_current;

    private readonly Lazy<TinyDataFolder> _data = new(() => new TinyDataFolder());
    private readonly Lazy<GgufFile> _languageModel = new(() => GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf")));
    private readonly Lazy<LanguageModelTextStates> _states;
    private readonly Lazy<(TinyClipRun Run, string Path)> _tower = new(() =>
    {
        var run = new TinyClipRun();
        return (run, run.Train(TinyClipRun.Preset(600) with { Steps = 2, Balance = null }));
    });

    public FinishedParts()
    {
        _states = new(() => new LanguageModelTextStates(_languageModel.Value, [0, 1], torch.ScalarType.Float32));
        s_current = this;
    }

    /// <summary>The folder of pictures; read only.</summary>
    internal static string Data => Current._data.Value.Path;

    /// <summary>The token embeddings and the first layer of the language model that ships.</summary>
    internal static LanguageModelTextStates States => Current._states.Value;

    /// <summary>The file of a tower by <see cref="TinyClipRun.Preset"/>.</summary>
    internal static string Tower => Current._tower.Value.Path;

    private static FinishedParts Current => s_current ?? throw new InvalidOperationException("The fixture of the assembly is not there.");

    public void Dispose()
    {
        if (_tower.IsValueCreated)
        {
            _tower.Value.Run.Dispose();
        }

        if (_states.IsValueCreated)
        {
            _states.Value.Dispose();
            _languageModel.Value.Dispose();
        }

        if (_data.IsValueCreated)
        {
            _data.Value.Dispose();
        }
    }
}
