using SparseClip.Vlm.Data.Building;
using Spectre.Console;

namespace SparseClip.Vlm.Cli.Data;

/// <summary>Shows a build as one bar a source; as one line a finished source where the output is no terminal.</summary>
internal static class BuildProgressBars
{
    public static Task<T> RunAsync<T>(Func<IProgress<DataBuildProgress>, Task<T>> work) =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
                .StartAsync(context => work(new Bars(context)))
            : work(new Lines());

    private static string Text(DataBuildProgress p) => p.Stage switch
    {
        DataBuildStage.Fetching => $"{p.Source}: fetching",
        DataBuildStage.AlreadyThere => $"{p.Source}: {p.Done - p.Skipped} pictures, already there",
        _ => $"{p.Source}: {p.Done - p.Skipped} pictures{(p.Skipped > 0 ? $", {p.Skipped} skipped" : "")}",
    };

    private sealed class Bars(ProgressContext context) : IProgress<DataBuildProgress>
    {
        private readonly Dictionary<string, ProgressTask> tasks = [];

        public void Report(DataBuildProgress value)
        {
            if (!tasks.TryGetValue(value.Source, out ProgressTask? task))
            {
                tasks[value.Source] = task = context.AddTask(Markup.Escape(value.Source));
            }

            task.IsIndeterminate = value.Stage == DataBuildStage.Fetching;
            task.Description = Markup.Escape(Text(value));
            task.MaxValue = Math.Max(value.Total, 1);
            task.Value = value.Stage == DataBuildStage.Fetching ? 0 : value.Done;
            if (value.Stage is DataBuildStage.Finished or DataBuildStage.AlreadyThere)
            {
                task.Value = task.MaxValue;
                task.StopTask();
            }
        }
    }

    private sealed class Lines : IProgress<DataBuildProgress>
    {
        public void Report(DataBuildProgress value)
        {
            if (value.Stage != DataBuildStage.Building)
            {
                Console.WriteLine(Text(value));
            }
        }
    }
}
