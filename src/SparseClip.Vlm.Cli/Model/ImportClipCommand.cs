using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;

namespace SparseClip.Vlm.Cli.Model;

/// <summary><c>sparseclip model import-clip</c></summary>
internal static class ImportClipCommand
{
    public static Command Create()
    {
        var folder = new PathArgument<DirectoryInfo>("folder", PathKind.InputFolder) { Description = "A folder of Hugging Face's CLIPModel (config.json, model.safetensors, ...) or of OpenCLIP (open_clip_config.json, open_clip_model.safetensors)." };
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "The safetensors file to write.", Required = true };
        var command = new Command("import-clip", "Turn a published CLIP into one file: both towers, tokeniser and preprocessing.") { folder, output };
        command.SetAction((result, _) =>
        {
            var file = result.GetValue(output)!;
            using var clip = ImportedClip.Import(result.GetValue(folder)!.FullName);
            clip.Save(file.FullName);
            var (vision, text) = (clip.Model.Config.Vision, clip.Model.Config.Text);
            Console.WriteLine(
                $"{file}: pictures of {vision.ImageSize} pixels in patches of {vision.PatchSize}, width {vision.Width}, {vision.Depth} blocks; "
                + $"texts of {text.ContextLength} tokens, width {text.Width}, {text.Depth} blocks; compared in {clip.Model.Config.ProjectionWidth} dimensions");
            return Task.FromResult(0);
        });
        return command;
    }
}
