using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train resample</c></summary>
internal static class TrainResampleCommand
{
    private const int MostPictures = 100_000; // their states are kept: 7 KB each

    public static Command Create()
    {
        var standard = new FeatureResamplingOptions();
        var tower = FinishedTower.CreateTowerOption();
        var languageModel = CommonPaths.LanguageModel();
        var data = CommonPaths.Data();
        var below = NumberOption.Create("--below", "A feature whose activation stays below this in all pictures is made anew.", standard.Below, 0.001, 1000);
        var photographs = NumberOption.Create("--photographs", "The share of the new features that start from photographs, the others from icons.", standard.Photographs, 0, 1);
        var neighbours = NumberOption.Create("--neighbours", "Of how many pictures most like each other a new feature is the mean.", standard.Neighbours, 1, 1000);
        var rate = NumberOption.Create("--rate", "The share of pictures and of captions that a new feature is active in.", standard.Rate, 0.0001, 0.1);
        var inPictures = NumberOption.Create("--largest-in-pictures", "The largest activation of a new feature in a picture.", standard.LargestInPictures, 0.001, 1000);
        var inTexts = NumberOption.Create("--largest-in-texts", "The largest in a caption.", standard.LargestInTexts, 0.001, 1000);
        var seed = NumberOption.Create("--seed", "Chooses the pictures that new features start from.", standard.Seed, 0, int.MaxValue);
        var pictures = NumberOption.Create("--pictures", "Training pictures to go by.", 40_000, 1, MostPictures);
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the tower.", Required = true };
        var device = DeviceOption.Create();
        var command = new Command("resample", "Make the faint features of a trained tower anew, each from a training picture and those most like it.")
        {
            tower, languageModel, data, below, photographs, neighbours, rate, inPictures, inTexts, seed, pictures, output, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var options = new FeatureResamplingOptions(
                result.GetValue(below), result.GetValue(photographs), result.GetValue(neighbours), result.GetValue(rate), result.GetValue(inPictures), result.GetValue(inTexts),
                result.GetValue(seed));
            using var finished = FinishedTower.Open(result.GetValue(tower)!, result.GetValue(languageModel));
            var count = result.GetValue(pictures);
            using var loader = ClipBatchLoader.Open(
                result.GetValue(data)!.FullName, new ClipLoaderOptions { Size = finished.Model.Config.ImageSize, Icons = 140, Scenes = 152, Photos = 92, Extras = 0 },
                cancellationToken: cancellationToken);
            var report = FeatureResampling.Apply(finished.Model, finished.States, loader, count, options, new CountLine("pictures", count).Report, cancellationToken);
            CountLine.End();
            Console.WriteLine(
                $"{report.Faint} of {finished.Model.Config.Dimension} features were faint and are new. On {report.Pictures} other pictures: "
                + CodeSparsityText.Of(report.Before, report.After));
            FinishedTower.Save(finished.Model, result.GetValue(output)!);
            return Task.FromResult(0);
        });
        return command;
    }
}
