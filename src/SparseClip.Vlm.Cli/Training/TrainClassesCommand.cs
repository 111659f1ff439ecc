using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Classes;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train classes</c></summary>
internal static class TrainClassesCommand
{
    private const int MostPictures = 100_000; // their states are kept: 10 KB each

    public static Command Create()
    {
        var standard = new ClassFeatureOptions();
        var tower = FinishedTower.CreateTowerOption();
        var adapter = new PathOption<FileInfo?>("--adapter", PathKind.InputFile) { Description = "An adapter for the tower, to be widened along with it." };
        var languageModel = CommonPaths.LanguageModel();
        var trunk = new Option<string>("--trunk") { Description = "The folder of the pretrained trunk with its classifier, or its name below models/.", DefaultValueFactory = _ => DefaultParts.TrunkName };
        var data = CommonPaths.Data();
        var from = NumberOption.Create("--from", "The first block of the trunk that the tower's training changed.", standard.From, 1, 100);
        var rate = NumberOption.Create("--rate", "The share of training pictures that the feature of a class is active in.", standard.Rate, 0.0001, 0.1);
        var inPictures = NumberOption.Create("--in-pictures", "The activation in a picture per logit above the threshold.", standard.Pictures, 0.001, 1000);
        var inTexts = NumberOption.Create("--in-texts", "The activation of a class's feature by its own name.", standard.Texts, 0.001, 1000);
        var cut = NumberOption.Create("--cut", "The share of a full activation by a text that counts as noise.", standard.Cut, 0, 0.9);
        var ridge = NumberOption.Create("--ridge", "The strength of the ridge of the texts' regression.", standard.Ridge, 0.000001, 1000);
        var width = NumberOption.Create("--width", "The values that the text head gets to read beside those it had.", standard.Width, 1, 4096);
        var pictures = NumberOption.Create("--pictures", "Training pictures to go by.", 12_000, 1, MostPictures);
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The folder for tower.safetensors and adapter.safetensors.", Required = true };
        var device = DeviceOption.Create();
        var command = new Command("classes", "Keep the pretrained trunk's own top beside the tuned one, and make its classes and the kinds above them features, in closed form.")
        {
            tower, adapter, languageModel, trunk, data, from, rate, inPictures, inTexts, cut, ridge, width, pictures, output, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var options = new ClassFeatureOptions(
                result.GetValue(from), result.GetValue(rate), result.GetValue(inPictures), result.GetValue(inTexts), result.GetValue(cut), result.GetValue(ridge), result.GetValue(width));
            var (folder, source) = (result.GetValue(data)!.FullName, DefaultParts.Trunk(result.GetValue(trunk)!));
            using var finished = FinishedTower.Open(result.GetValue(tower)!, result.GetValue(languageModel));
            using var narrow = result.GetValue(adapter) is { } file ? AdapterModel.Load(file.FullName) : null;
            var vocabulary = ClassVocabulary.Of(
                ClassNames.LoadAll(DefaultParts.ClassNames(source)), WordNet.Load(Path.Combine(folder, "wordnet")), [.. CatalogueReader.Read(Path.Combine(folder, "catalogue.jsonl"))]);
            using var published = SafetensorsFile.Open(Path.Combine(source, VisionTrunks.WeightName));
            using var loader = ClipBatchLoader.Open(
                folder, new ClipLoaderOptions { Size = finished.Model.Config.ImageSize, Icons = 140, Scenes = 152, Photos = 92, Extras = 0 }, cancellationToken: cancellationToken);
            var count = result.GetValue(pictures);
            var texts = (vocabulary.Names.Count * ClassVocabulary.SentencesOfNames) + vocabulary.Others.Count;
            using var grown = ClassFeatures.Apply(
                finished.Model, finished.States, published, vocabulary, loader, count, options,
                new ClassFeatureProgress(new CountLine("pictures", count).Report, new CountLine("texts", texts).Report), cancellationToken);
            CountLine.End();
            var target = result.GetValue(output)!;
            FinishedTower.Save(grown, narrow, target);
            Console.WriteLine($"{vocabulary.Features} features of classes and kinds, {vocabulary.Names.Count} names; {grown.Config.Dimension} features in all, in {target}");
            return Task.FromResult(0);
        });
        return command;
    }
}
