using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>What ships, for commands that need one part only.</summary>
internal static class DefaultParts
{
    /// <summary>The trunk that towers are trained on, by its name below models/.</summary>
    public const string TrunkName = "pretrained/efficientnet-lite0";

    /// <summary>The bundle that ships.</summary>
    public static string Bundle() => Path.Combine(ModelsFolder.Find(), "default");

    /// <summary>Its language model.</summary>
    /// <exception cref="BundleException">The bundle has no manifest that can be read.</exception>
    public static string LanguageModel() => Part(ModelParts.LanguageModel);

    /// <summary>Its table of concepts.</summary>
    /// <exception cref="BundleException">The bundle has no manifest that can be read, or no such table.</exception>
    public static string ConceptTable() => Part(ModelParts.ConceptTable);

    /// <summary>The names and ranges of its features.</summary>
    /// <exception cref="BundleException">The bundle has no manifest that can be read.</exception>
    public static string Features() => Part(ModelParts.Features);

    /// <summary>Its sentence embedder.</summary>
    /// <exception cref="BundleException">The bundle has no manifest that can be read, or no embedder.</exception>
    public static string Sentences() => Part(ModelParts.Sentences);

    /// <summary>What gives words that its tower never met their codes; null where it has none.</summary>
    /// <exception cref="BundleException">The bundle has no manifest that can be read.</exception>
    public static KindredWordFiles? Kindred() => Manifest().Parts.ContainsKey(ModelParts.KindredWords) ? new KindredWordFiles(Part(ModelParts.KindredWords), Sentences()) : null;

    /// <summary>The folder of a pretrained trunk.</summary>
    /// <param name="name">A folder, or its name below models/.</param>
    public static string Trunk(string name = TrunkName) => Path.Combine(ModelsFolder.Find(), name);

    /// <summary>The file with the names of the classes that a pretrained trunk tells apart.</summary>
    /// <param name="name">As for <see cref="Trunk"/>.</param>
    public static string ClassNames(string name = TrunkName) => Path.Combine(Trunk(name), "imagenet-classes.json");

    private static string Part(string role)
    {
        return Manifest().Parts.TryGetValue(role, out var part)
            ? Path.Combine(Bundle(), part.File)
            : throw new BundleException($"{Path.Combine(Bundle(), ModelManifest.FileName)} names no '{role}'.");
    }

    private static ModelManifest Manifest()
    {
        var path = Path.Combine(Bundle(), ModelManifest.FileName);
        return ModelManifest.Parse(File.ReadAllText(path), path);
    }
}
