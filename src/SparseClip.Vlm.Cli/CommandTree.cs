using System.CommandLine;
using SparseClip.Vlm.Cli.Ask;
using SparseClip.Vlm.Cli.Concepts;
using SparseClip.Vlm.Cli.Data;
using SparseClip.Vlm.Cli.Evaluation;
using SparseClip.Vlm.Cli.Features;
using SparseClip.Vlm.Cli.Keys;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Cli.Reports;
using SparseClip.Vlm.Cli.Serve;
using SparseClip.Vlm.Cli.Training;

namespace SparseClip.Vlm.Cli;

/// <summary>All commands, one line a capability; each folder owns its commands.</summary>
internal static class CommandTree
{
    public static RootCommand Create() => new("Build data, train, ask and serve a vision-language model whose features have names and can be steered.")
    {
        DataCommand.Create(),
        TrainCommand.Create(),
        EvalCommand.Create(),
        FeaturesCommand.Create(),
        ConceptsCommand.Create(),
        AskCommand.Create(),
        ModelCommand.Create(Create),
        ReportCommand.Create(),
        ServeCommand.Create(),
        StatusCommand.Create(),
        KeysCommand.Create(),
        new Option<bool>(CommandRunner.Verbose) { Description = "Show where in the program an unexpected error happened.", Recursive = true },
    };
}
