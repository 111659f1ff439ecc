using System.CommandLine;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>The option <c>--grounding</c>.</summary>
internal static class GroundingOption
{
    public static Option<Grounding> Create() => new("--grounding")
    {
        Description = "words: the model also reads in words what the code of the picture says; off: the embeddings alone.",
        DefaultValueFactory = _ => Grounding.Words,
        CustomParser = argument =>
        {
            var given = argument.Tokens[0].Value;
            if (!Groundings.TryParse(given, out var grounding))
            {
                argument.AddError($"--grounding: there is no '{given}'; use {Groundings.Names}.");
            }

            return grounding;
        },
    };
}
