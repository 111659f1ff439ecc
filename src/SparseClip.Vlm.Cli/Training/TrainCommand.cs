using System.CommandLine;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train</c></summary>
internal static class TrainCommand
{
    public static Command Create() => new("train", "Train the tower, the adapter or the language adapter.")
    {
        TrainClipCommand.Create(), TrainCalibrateCommand.Create(), TrainResampleCommand.Create(), TrainClassesCommand.Create(), TrainAttributesCommand.Create(), TrainAdapterCommand.Create(),
        TrainLanguageCommand.Create(),
    };
}
