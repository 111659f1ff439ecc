using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Autoencoders;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval features</c></summary>
internal static class FeatureMetricsCommand
{
    private const double L1Weight = 0.1;
    private const int Seed = 1;

    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var trunk = new Option<string>("--trunk")
        {
            Description = "The pretrained trunk whose pooled vectors judge the features, a folder or its name below models/.",
            DefaultValueFactory = _ => DefaultParts.TrunkName,
        };
        var twin = new PathOption<FileInfo?>("--twin", PathKind.InputFile) { Description = "A dense twin of the tower (preset clip-dense), to compare with autoencoders over it." };
        var data = new PathOption<DirectoryInfo?>("--data", PathKind.DataFolder) { Description = "The folder that 'data build' wrote, whose training pictures the autoencoders learn from; with --twin." };
        var count = NumberOption.Create("--pictures", "Training pictures for the autoencoders.", 20_000, 1, 1_000_000);
        var steps = NumberOption.Create("--steps", "Training steps of each autoencoder, 256 pictures each.", 2_000, 1, 1_000_000);
        var active = NumberOption.CreateOptional(
            "--latents", "How many latents TopK and Matryoshka keep of a picture. Default: as many as the tower has features active.", 1);
        var command = tower.AddTo(pictures.AddTo(new Command("features", "Measure Clarity, active features, L0 and modality; compare with autoencoders over a dense twin.")
        {
            trunk, twin, data, count, steps, active,
        }));
        command.Validators.Add(result =>
        {
            if (result.GetResult(twin) is null != result.GetResult(data) is null)
            {
                result.AddError("--twin and --data belong together: autoencoders over the twin learn from the folder's training pictures.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            return Task.FromResult(tower.Run(
                result,
                (model, texts) =>
                {
                    using var embedding = new PretrainedEmbedding(DefaultParts.Trunk(result.GetValue(trunk)!), model.Config.ImageSize);
                    var captions = new CaptionWriter(WordNetRelations.TryOpen(pictures.Path(result)));
                    FeatureReport Measure(SparseClipModel? dense, IReadOnlyList<NamedDictionary> dictionaries) => FeatureEvaluator.Evaluate(
                        model, texts, captions, embedding, set, dense, dictionaries, new CountLine("pictures", set.Pictures.Count).Report, cancellationToken);
                    var alone = Measure(null, []);
                    return result.GetValue(twin) is { } file
                        ? Compare(file, result.GetValue(data)!, result.GetValue(count), result.GetValue(steps), result.GetValue(active) ?? (int)Math.Round(alone.Tower.L0Count), alone, Measure, cancellationToken)
                        : alone;
                },
                Text));
        });
        return command;
    }

    private static FeatureReport Compare(
        FileInfo twin, DirectoryInfo data, int pictures, int steps, int active, FeatureReport alone,
        Func<SparseClipModel, IReadOnlyList<NamedDictionary>, FeatureReport> measure, CancellationToken cancellationToken)
    {
        using var dense = TrainedTower.OpenModel(twin.FullName);
        if (dense.Config.Activation != HeadActivation.None)
        {
            throw new CheckpointException(twin.FullName, "its codes are sparse already", "Give a tower that 'train clip --preset clip-dense' wrote");
        }

        if (active > alone.Tower.Dimension)
        {
            throw new UsageException($"--latents is {active}, but the autoencoders have as many latents as the tower has features: {alone.Tower.Dimension}.");
        }

        using var loader = ClipBatchLoader.Open(
            data.FullName, new ClipLoaderOptions { Size = dense.Config.ImageSize, Extras = 0, Seed = Seed }, cancellationToken: cancellationToken);
        using var dictionaries = TwinDictionaries.Embed(dense, loader, pictures, Seed, new CountLine("training pictures", pictures).Report, cancellationToken);
        var fitted = new List<(string Name, SparseAutoencoder Coder)>();
        try
        {
            foreach (var variant in AutoencoderVariant.All(dense.Config.Dimension, alone.Tower.Dimension, active, L1Weight))
            {
                CountLine.End();
                fitted.Add((variant.Name, dictionaries.Fit(variant.Config, steps, new CountLine($"steps of {variant.Name}", steps).Report, cancellationToken)));
            }

            CountLine.End();
            return measure(dense, [.. fitted.Select(pair => new NamedDictionary(pair.Name, pair.Coder))]);
        }
        finally
        {
            fitted.ForEach(pair => pair.Coder.Dispose());
        }
    }

    private static string Text(FeatureReport report) => string.Join(Environment.NewLine,
    [
        .. report.Dictionaries.Prepend(report.Tower).Select(score =>
            $"{score.Name}: Clarity {score.Clarity:F3} of {score.MeasuredFeatures} features (pictures at random {score.Baseline:F3}), active {score.ActiveFraction:P1} of {score.Dimension}, L0 {score.L0Count:F0} ({score.L0Fraction:P2})"),
        $"modality of the tower's features: mean {report.ModalityMean:F2}, {report.ModalityBoth:P1} of the active ones between 0.1 and 0.9; {report.Pictures} pictures",
    ]);
}
