namespace SparseClip.Vlm.Cli.Features;

/// <summary>What the files of features are called in the folder that <c>features build</c> writes.</summary>
internal static class FeatureFiles
{
    public const string Features = "features.jsonl";

    public const string Exemplars = "exemplars.bin";
}
