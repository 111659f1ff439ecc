using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train calibrate</c></summary>
internal static class TrainCalibrateCommand
{
    private const double MostShift = 10;
    private const int MostPictures = 50_000; // their states are kept: 5 KB each

    public static Command Create()
    {
        var tower = FinishedTower.CreateTowerOption();
        var languageModel = CommonPaths.LanguageModel();
        var data = CommonPaths.Data();
        var photographs = NumberOption.Create("--photographs", "How much lower the bias is for a photograph, in units of a pre-activation.", 0.7, 0, MostShift);
        var frequent = NumberOption.Create("--frequent", "How much lower it is at most, for a feature that is active in many photographs.", 9d, 0, MostShift);
        var most = NumberOption.Create("--most", "The largest share of photographs that a feature may be active in.", 1d, 0.0001, 1);
        var least = NumberOption.Create("--least", "The share of photographs that every feature may be active in.", 0.001, 0.0001, 1);
        var follow = NumberOption.Create("--follow", "Between them: this times the share of the photographs' captions that it is active in; 0 follows nothing.", 0d, 0, 1000);
        var texts = NumberOption.Create("--texts", "How much every bias is raised for texts, in units of a pre-activation.", 0.03, 0, MostShift);
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the tower.", Required = true };
        var pictures = NumberOption.Create("--pictures", "Training pictures to go by.", 12_000, 1, MostPictures);
        var device = DeviceOption.Create();
        var command = new Command("calibrate", "Set the biases of a trained tower: codes of photographs sparser, codes of texts less sparse, codes of drawn pictures as they are.")
        {
            tower, languageModel, data, photographs, frequent, most, least, follow, texts, output, pictures, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var options = new FeatureCalibrationOptions(
                (float)result.GetValue(photographs), (float)result.GetValue(frequent), result.GetValue(most), result.GetValue(least), result.GetValue(follow), (float)result.GetValue(texts));
            if (options.Frequent < options.Photographs)
            {
                throw new UsageException(FormattableString.Invariant(
                    $"--frequent ({options.Frequent}) must be --photographs ({options.Photographs}) or more: what is active in many photographs is lowered further."));
            }

            if (options.Least > options.Most)
            {
                throw new UsageException(FormattableString.Invariant($"--least ({options.Least}) must be at most --most ({options.Most})."));
            }

            using var finished = FinishedTower.Open(result.GetValue(tower)!, result.GetValue(languageModel));
            var count = result.GetValue(pictures);
            using var loader = ClipBatchLoader.Open(
                result.GetValue(data)!.FullName, new ClipLoaderOptions { Size = finished.Model.Config.ImageSize, Extras = 0 }, cancellationToken: cancellationToken);
            var report = FeatureCalibration.Apply(finished.Model, finished.States, loader, count, options, new CountLine("pictures", count).Report, cancellationToken);
            CountLine.End();
            Console.WriteLine(Text(report));
            FinishedTower.Save(finished.Model, result.GetValue(output)!);
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Text(FeatureCalibrationReport report) =>
        $"On {report.Pictures} other pictures: {report.ToldApart:P1} told apart; " + CodeSparsityText.Of(report.Before, report.After);
}
