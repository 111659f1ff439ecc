using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>What the commands have in common that change a trained sparse tower without training.</summary>
internal static class FinishedTower
{
    /// <summary><c>--tower</c></summary>
    public static Option<FileInfo> CreateTowerOption() => new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };

    /// <exception cref="CheckpointException">It cannot be read, or it is dense.</exception>
    public static TrainedTower Open(FileInfo tower, FileInfo? languageModel)
    {
        var opened = TrainedTower.Open(tower.FullName, languageModel?.FullName ?? DefaultParts.LanguageModel());
        if (opened.Model.Config.Activation == HeadActivation.Relu)
        {
            return opened;
        }

        opened.Dispose();
        throw new CheckpointException(tower.FullName, "its codes are not sparse", "Give a sparse tower");
    }

    /// <summary>Writes a tower that has further features by now, and an adapter widened along with it, in half precision.</summary>
    /// <param name="grown">The tower.</param>
    /// <param name="narrow">The adapter of the tower before; null for none.</param>
    /// <param name="folder">Gets tower.safetensors and adapter.safetensors.</param>
    public static void Save(SparseClipModel grown, AdapterModel? narrow, DirectoryInfo folder)
    {
        Save(grown, new FileInfo(Path.Combine(folder.FullName, "tower.safetensors")));
        if (narrow is not null)
        {
            using var wide = narrow.Widened(grown.Config.Dimension);
            wide.Save(Path.Combine(folder.FullName, "adapter.safetensors"), ScalarType.Float16);
        }
    }

    /// <summary>Writes a tower in half precision.</summary>
    public static void Save(SparseClipModel model, FileInfo output)
    {
        output.Directory!.Create();
        model.Save(output.FullName, ScalarType.Float16);
    }
}
