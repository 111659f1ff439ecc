using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Training.Clip.Attributes;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train attributes</c></summary>
internal static class TrainAttributesCommand
{
    public static Command Create()
    {
        var standard = new AttributeOptions();
        var tower = FinishedTower.CreateTowerOption();
        var adapter = new PathOption<FileInfo?>("--adapter", PathKind.InputFile) { Description = "An adapter for the tower, to be widened along with it." };
        var languageModel = CommonPaths.LanguageModel();
        var data = CommonPaths.Data();
        var colours = NumberOption.Create("--colours", "The activation by a picture that is all of one colour.", standard.Colours, 0.001, 1000);
        var numbers = NumberOption.Create("--numbers", "The activation per logit of a number above the mean of the numbers' logits.", standard.Numbers, 0.001, 1000);
        var scenes = NumberOption.Create("--scenes", "Scenes of equal things that numbers are learned from.", standard.Scenes, 100, 1_000_000);
        var singles = NumberOption.Create("--singles", "Pictures of single things beside them.", standard.Singles, 0, 1_000_000);
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The folder for tower.safetensors and adapter.safetensors.", Required = true };
        var device = DeviceOption.Create();
        var command = new Command("attributes", "Make the basic colours and the number of things features, in closed form and by a linear readout.")
        {
            tower, adapter, languageModel, data, colours, numbers, scenes, singles, output, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var options = standard with
            {
                Colours = result.GetValue(colours),
                Numbers = result.GetValue(numbers),
                Scenes = result.GetValue(scenes),
                Singles = result.GetValue(singles),
            };
            var folder = result.GetValue(data)!.FullName;
            using var finished = FinishedTower.Open(result.GetValue(tower)!, result.GetValue(languageModel));
            using var narrow = result.GetValue(adapter) is { } file ? AdapterModel.Load(file.FullName) : null;
            using var index = ShardIndex.Open(folder, cancellationToken);
            var vocabulary = AttributeVocabulary.Of([.. index.Items.Select(item => item.Entry)]);
            var size = finished.Model.Config.ImageSize;
            using var loader = ClipBatchLoader.Open(folder, new ClipLoaderOptions { Size = size, Icons = 64, Scenes = 0, Photos = 64, Extras = 0 }, cancellationToken: cancellationToken);
            var drawn = new DrawnScenes(index, vocabulary.Things, size, null, EvaluationFamilies.Excluded);
            using var grown = AttributeGrowth.Apply(
                finished.Model, finished.States, drawn, loader, vocabulary, options,
                new AttributeProgress(
                    new CountLine("pictures", options.Scenes + options.Singles).Report, new CountLine("passes", options.Passes).Report, new CountLine("texts", AttributeGrowth.Texts(vocabulary)).Report),
                cancellationToken);
            CountLine.End();
            var target = result.GetValue(output)!;
            FinishedTower.Save(grown, narrow, target);
            Console.WriteLine($"{Core.Features.AttributeFeatures.Count} features of colours and numbers; {grown.Config.Dimension} features in all, in {target}");
            return Task.FromResult(0);
        });
        return command;
    }
}
