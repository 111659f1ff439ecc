using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Cli.Ask;

/// <summary>What is certain of a question before the model is loaded, which takes seconds.</summary>
internal static class AskChecks
{
    /// <exception cref="PictureException">The file is no picture that can be looked at.</exception>
    public static void Picture(byte[] file) => ImageDecoder.DecodeRgba(file);

    /// <summary>Features by number must be among those of the bundle. Names are resolved by the model.</summary>
    /// <exception cref="SteeringException">One is not, or there are too many edits.</exception>
    /// <exception cref="BundleException">The bundle has no manifest of this format.</exception>
    public static void Features(IReadOnlyList<SteeringRequest> requests, DirectoryInfo? folder) =>
        SteeringRules.Check(requests, Dimension(ModelOption.Folder(folder)));

    private static int Dimension(string folder)
    {
        var path = Path.Combine(folder, ModelManifest.FileName);
        return File.Exists(path)
            ? ModelManifest.Parse(File.ReadAllText(path), path).Dimension
            : throw new BundleException($"{folder} is no bundle: it has no {ModelManifest.FileName}.");
    }
}
