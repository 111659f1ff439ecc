using System.CommandLine;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary><c>sparseclip report</c></summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "Run studies or talk about pictures, and write down what came of it.") { PaperCommand.Create(), ConversationsCommand.Create() };
}
