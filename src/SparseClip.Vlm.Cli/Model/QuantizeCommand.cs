using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Cli.Model;

/// <summary><c>sparseclip model quantize</c></summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var languageModel = new PathOption<FileInfo?>("--language-model", PathKind.InputFile) { Description = "The GGUF to read. Default: that of models/default." };
        var type = new Option<string>("--type") { Description = $"The type of the weights: {string.Join(", ", WeightTypes.All)}.", DefaultValueFactory = _ => WeightTypes.Q4 };
        type.AcceptOnlyFromAmong([.. WeightTypes.All]);
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "The GGUF to write.", Required = true };
        var command = new Command("quantize", "Write a language model with the weights that it answers in, for a language adapter to be trained with.") { languageModel, type, output };
        command.SetAction((result, _) =>
        {
            var file = result.GetValue(output)!;
            Requantization.Write(result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel(), file.FullName, result.GetValue(type)!);
            Console.WriteLine(FormattableString.Invariant($"{file}: {new FileInfo(file.FullName).Length:N0} bytes"));
            return Task.FromResult(0);
        });
        return command;
    }
}
