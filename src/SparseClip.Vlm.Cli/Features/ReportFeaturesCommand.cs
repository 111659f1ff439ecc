using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Studies.Features;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features report</c></summary>
internal static class ReportFeaturesCommand
{
    public static Command Create()
    {
        var model = ModelOption.Create();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The folder for the page.", Required = true };
        var command = new Command("report", "Write a page on which all features can be searched and looked at without a network or a server.") { model, output };
        command.SetAction(async (result, cancellationToken) =>
        {
            var bundle = await ModelBundle.OpenAsync(ModelOption.Folder(result.GetValue(model)), cancellationToken: cancellationToken);
            Feature[] features = [.. FeatureFile.Read(bundle.PathOf(ModelParts.Features)).Select(record => record.Feature)];
            using var exemplars = bundle.Manifest.Parts.ContainsKey(ModelParts.Exemplars) ? ExemplarFile.Open(bundle.PathOf(ModelParts.Exemplars), features.Length) : null;
            var folder = result.GetValue(output)!.FullName;
            FeaturePages.Write(folder, bundle.Manifest.Name, features, exemplars, cancellationToken);
            Console.WriteLine(Path.Combine(folder, "index.html"));
            return 0;
        });
        return command;
    }
}
