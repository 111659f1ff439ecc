using System.CommandLine;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary><c>sparseclip report</c></summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "Run studies and write what they measure as a page.") { PaperCommand.Create() };
}
