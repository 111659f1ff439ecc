using System.CommandLine;
using SparseClip.Vlm.Training.Data.Building;
using Spectre.Console;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data compare</c></summary>
internal static class DataCompareCommand
{
    public static Command Create()
    {
        var reference = new Option<FileInfo>("--reference") { Description = "A catalogue to compare with: JSON lines with source, item, label and concrete.", Required = true };
        var directory = new Option<DirectoryInfo>("--data") { Description = "The data folder.", Required = true };
        var command = new Command("compare", "Compare the icons of a data folder with a reference catalogue, source by source.") { reference, directory };
        command.SetAction(parsed =>
        {
            IReadOnlyList<SourceComparison> rows = CatalogueComparison.Compare(parsed.GetValue(reference)!.FullName, parsed.GetValue(directory)!.FullName);
            var table = new Table().Border(TableBorder.Simple).AddColumn("source");
            foreach (string heading in new[] { "reference", "ours", "difference", "common items", "equal labels", "equal concrete" })
            {
                table.AddColumn(new TableColumn(heading).RightAligned());
            }

            foreach (SourceComparison row in rows)
            {
                table.AddRow(row.Source, $"{row.Reference}", $"{row.Ours}", $"{row.Difference:P1}", $"{row.Common}", $"{row.EqualLabels}", $"{row.EqualConcrete}");
            }

            AnsiConsole.Write(table);
        });
        return command;
    }
}
