using System.CommandLine;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>The option <c>--grounding</c>.</summary>
internal static class GroundingOption
{
    private const string Name = "--grounding";

    public static Option<Grounding> Create() => new(Name)
    {
        Description = "words: the model also reads in words what the code of the picture says; off: the embeddings alone.",
        HelpName = "words|off",
        DefaultValueFactory = _ => Grounding.Words,
        CustomParser = argument =>
        {
            var given = argument.Tokens[0].Value;
            if (!Groundings.TryParse(given, out var grounding))
            {
                argument.AddError($"{Name}: there is no '{given}'; use {Groundings.Names}.");
            }

            return grounding;
        },
    };

    /// <summary>What was given, or words where the model has any.</summary>
    /// <exception cref="UsageException">Words were asked for and the model has none.</exception>
    public static Grounding Of(ParseResult result, Option<Grounding> option, IVisionLanguageModel model) =>
        result.GetResult(option) is { Implicit: false } && result.GetValue(option) == Grounding.Words && !model.HasConcepts
            ? throw new UsageException($"{Name} words: the bundle of '{model.Name}' has no concepts. Leave the option out, or pack them with 'model pack --concepts'.")
            : result.GetValue(option);
}
