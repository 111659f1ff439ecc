using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Data.Loading;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train calibrate</c></summary>
internal static class TrainCalibrateCommand
{
    private const float MostShift = 10;
    private const int MostPictures = 50_000; // their states are kept: 5 KB each

    public static Command Create()
    {
        var tower = new Option<FileInfo>("--tower") { Description = "The tower's weights.", Required = true };
        var languageModel = new Option<FileInfo?>("--language-model") { Description = "The GGUF whose first layers read text. Default: that of models/default." };
        var data = new Option<DirectoryInfo>("--data") { Description = "The folder that 'data build' wrote.", Required = true };
        var photographs = Number("--photographs", "How much lower the bias is for a photograph, in units of a pre-activation.", 0.7, 0, MostShift);
        var frequent = Number("--frequent", "How much lower it is at most, for a feature that is active in many photographs.", 9, 0, MostShift);
        var most = Number("--most", "The largest share of photographs that a feature may be active in.", 1, 0.0001, 1);
        var least = Number("--least", "The share of photographs that every feature may be active in.", 0.001, 0.0001, 1);
        var follow = Number("--follow", "Between them: this times the share of the photographs' captions that it is active in; 0 follows nothing.", 0, 0, 1000);
        var texts = Number("--texts", "How much every bias is raised for texts, in units of a pre-activation.", 0.03, 0, MostShift);
        var output = new Option<FileInfo>("--out") { Description = "Where to write the tower.", Required = true };
        var pictures = new Option<int>("--pictures") { Description = "Training pictures to go by. (1-50000)", DefaultValueFactory = _ => 12_000 };
        pictures.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostPictures)
            {
                result.AddError($"--pictures must be in 1..{MostPictures}.");
            }
        });
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
                throw new InvalidDataException(FormattableString.Invariant(
                    $"--frequent ({options.Frequent}) must be --photographs ({options.Photographs}) or more: what is active in many photographs is lowered further."));
            }

            if (options.Least > options.Most)
            {
                throw new InvalidDataException(FormattableString.Invariant($"--least ({options.Least}) must be at most --most ({options.Most})."));
            }

            using var weights = SafetensorsFile.Open(result.GetValue(tower)!.FullName);
            using var model = SparseClipModel.Load(weights);
            if (model.Config.Activation != HeadActivation.Relu)
            {
                throw new CheckpointException(weights.Path, "its codes are not sparse", "Give a sparse tower");
            }

            using var file = GgufFile.Open(result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel());
            using var states = new LanguageModelTextStates(file, model.Config.Text.Layers, FastPrecision.Fastest);
            var count = result.GetValue(pictures);
            using var loader = ClipBatchLoader.Open(
                result.GetValue(data)!.FullName, new ClipLoaderOptions { Size = model.Config.ImageSize, Extras = 0 }, cancellationToken: cancellationToken);
            var report = FeatureCalibration.Apply(model, states, loader, count, options, new CountLine("pictures", count).Report, cancellationToken);
            CountLine.End();
            Console.WriteLine(Text(report));
            result.GetValue(output)!.Directory!.Create();
            model.Save(result.GetValue(output)!.FullName, ScalarType.Float16);
            return Task.FromResult(0);
        });
        return command;
    }

    private static Option<double> Number(string name, string description, double standard, double least, double most)
    {
        var option = new Option<double>(name) { Description = FormattableString.Invariant($"{description} ({least}-{most})"), DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var value && !(value >= least && value <= most))
            {
                result.AddError(FormattableString.Invariant($"{name} must be in {least}..{most}."));
            }
        });
        return option;
    }

    private static string Text(FeatureCalibrationReport report) =>
        $"On {report.Pictures} other pictures: {report.ToldApart:P1} told apart; L0 of drawn ones {report.Before.Drawn:P2} -> {report.After.Drawn:P2}, "
        + $"of photographs {report.Before.Photographs:P2} -> {report.After.Photographs:P2}, of captions {report.Before.Captions:P2} -> {report.After.Captions:P2}; "
        + $"active in a photograph {report.Before.InPhotographs:P1} -> {report.After.InPhotographs:P1} of the features";
}
