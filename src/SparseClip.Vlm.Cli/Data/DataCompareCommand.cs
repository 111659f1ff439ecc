using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data compare</c></summary>
internal static class DataCompareCommand
{
    public static Command Create()
    {
        var reference = new PathOption<FileInfo>("--reference", PathKind.InputFile) { Description = "A catalogue to compare with: JSON lines with source, item, label and concrete.", Required = true };
        var directory = new PathOption<DirectoryInfo>("--data", PathKind.DataFolder) { Description = "The data folder.", Required = true };
        var command = new Command("compare", "Compare the icons of a data folder with a reference catalogue, source by source.") { reference, directory };
        command.SetAction(parsed =>
        {
            IReadOnlyList<SourceComparison> rows = CatalogueComparison.Compare(parsed.GetValue(reference)!.FullName, parsed.GetValue(directory)!.FullName);
            Console.WriteLine($"{"source",-20} {"reference",9} {"ours",7} {"difference",10} {"common items",12} {"equal labels",12} {"equal concrete",14}");
            foreach (SourceComparison row in rows)
            {
                Console.WriteLine($"{row.Source,-20} {row.Reference,9} {row.Ours,7} {row.Difference,10:P1} {row.Common,12} {row.EqualLabels,12} {row.EqualConcrete,14}");
            }
        });
        return command;
    }
}
