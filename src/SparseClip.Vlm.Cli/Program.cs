using System.CommandLine;
using SparseClip.Vlm.Cli;
using SparseClip.Vlm.Cli.Ask;
using SparseClip.Vlm.Cli.Data;
using SparseClip.Vlm.Cli.Evaluation;
using SparseClip.Vlm.Cli.Features;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Cli.Reports;
using SparseClip.Vlm.Cli.Serve;
using SparseClip.Vlm.Cli.Training;

// One line a capability; each folder owns its commands.
var root = new RootCommand("Build data, train, ask and serve a vision-language model whose features have names and can be steered.")
{
    DataCommand.Create(),
    TrainCommand.Create(),
    EvalCommand.Create(),
    FeaturesCommand.Create(),
    AskCommand.Create(),
    ModelCommand.Create(),
    ReportCommand.Create(),
    ServeCommand.Create(),
};

return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
