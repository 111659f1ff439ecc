using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Data.Loading;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train photograph-bias</c></summary>
internal static class TrainPhotographBiasCommand
{
    private const float Most = 10;
    private const int MostPictures = 50_000; // their states are kept: 5 KB each

    public static Command Create()
    {
        var tower = new Option<FileInfo>("--tower") { Description = "The tower's weights.", Required = true };
        var data = new Option<DirectoryInfo>("--data") { Description = "The folder that 'data build' wrote.", Required = true };
        var by = new Option<float>("--by") { Description = "How much lower the bias is for a photograph, in units of a pre-activation. (0-10)", Required = true };
        by.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float>() is not (>= 0 and <= Most))
            {
                result.AddError($"--by must be in 0..{Most}.");
            }
        });
        var output = new Option<FileInfo>("--out") { Description = "Where to write the tower.", Required = true };
        var pictures = new Option<int>("--pictures") { Description = "Training pictures to tell photographs from drawn ones by. (1-50000)", DefaultValueFactory = _ => 12_000 };
        pictures.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostPictures)
            {
                result.AddError($"--pictures must be in 1..{MostPictures}.");
            }
        });
        var command = new Command("photograph-bias", "Make a tower's codes of photographs sparser and leave those of drawn pictures as they are.") { tower, data, by, output, pictures };
        command.SetAction((result, cancellationToken) =>
        {
            using var weights = SafetensorsFile.Open(result.GetValue(tower)!.FullName);
            using var model = SparseClipModel.Load(weights);
            if (model.Config.Activation != HeadActivation.Relu)
            {
                throw new CheckpointException(weights.Path, "its codes are not sparse", "Give a sparse tower");
            }

            var count = result.GetValue(pictures);
            using var loader = ClipBatchLoader.Open(
                result.GetValue(data)!.FullName, new ClipLoaderOptions { Size = model.Config.ImageSize, Extras = 0 }, cancellationToken: cancellationToken);
            var report = PhotographBias.Lower(model, loader, count, result.GetValue(by), new CountLine("pictures", count).Report, cancellationToken);
            CountLine.End();
            Console.WriteLine(
                $"On {report.Pictures} other pictures: {report.ToldApart:P1} told apart; "
                + $"L0 of drawn ones {report.L0Before.Drawn:P2} -> {report.L0After.Drawn:P2}, of photographs {report.L0Before.Photographs:P2} -> {report.L0After.Photographs:P2}");
            result.GetValue(output)!.Directory!.Create();
            model.Save(result.GetValue(output)!.FullName, ScalarType.Float16);
            return Task.FromResult(0);
        });
        return command;
    }
}
