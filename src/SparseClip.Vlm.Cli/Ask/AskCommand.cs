using System.CommandLine;
using System.Text;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Formats.Pictures;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Cli.Ask;

/// <summary><c>sparseclip ask</c></summary>
internal static class AskCommand
{
    private const int MostFeatures = 100_000;
    private const int ListedConcepts = 8;

    public static Command Create()
    {
        var image = new PathOption<FileInfo>("--image", PathKind.InputFile) { Description = $"The picture: {PictureFormats.Accepted}.", Required = true };
        var question = new Option<string>("--question") { Description = "What to ask about it.", DefaultValueFactory = _ => "What is in this picture?" };
        var model = ModelOption.Create();
        var steer = new Option<SteeringRequest[]>("--steer")
        {
            Description = "FEATURE=ablate | FEATURE=set:V | FEATURE=scale:V | FEATURE=add:V, by the feature's number or name; @X0,Y0,X1,Y1 limits it to a region. May be repeated.",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
            CustomParser = SteeringArgument.Parse,
        };
        var noClamp = new Option<bool>("--no-clamp") { Description = "Let steering leave the safe range of a feature." };
        var taught = new PathOption<FileInfo?>("--taught", PathKind.InputFile) { Description = "A file of concepts that were taught ('concepts teach --taught'), to be used as the model's own." };
        var grounding = GroundingOption.Create();
        var sampling = new SamplingArguments();
        var features = NumberOption.Create("--features", "How many of the picture's features to list.", 10, 0, MostFeatures);
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of streaming the answer." };
        var command = new Command("ask", "Ask about a picture, steered or not.")
        {
            image, question, model, steer, noClamp, taught, grounding, features, json,
        };
        sampling.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var requests = result.GetValue(steer)!;
            var file = await File.ReadAllBytesAsync(result.GetValue(image)!.FullName, cancellationToken);
            AskChecks.Picture(file);
            var chosen = sampling.Of(result);
            AskChecks.Features(requests, result.GetValue(model));
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            Use(loaded, result.GetValue(taught));
            var picture = await loaded.LookAsync(new PictureFile(file), cancellationToken);
            var plan = await loaded.Features.ResolveAsync(requests, !result.GetValue(noClamp), picture.Seen.Code.Pooled, cancellationToken);
            var request = new AnswerRequest(picture.Seen, [new DialogueTurn(Speaker.User, result.GetValue(question)!)], plan, chosen) { Grounding = GroundingOption.Of(result, grounding, loaded) };
            var asJson = result.GetValue(json);
            var (text, done) = await AnswerAsync(loaded, request, asJson ? null : Console.Out, cancellationToken);
            var top = loaded.Features.Top(picture.Seen.Code.Pooled, result.GetValue(features));
            var concepts = loaded.Concepts?.Listed(picture.Seen.Code.Pooled, ListedConcepts) ?? [];
            Console.WriteLine(asJson ? AskReport.ToJson(text, concepts, top, picture, done) : AskReport.ToText(concepts, top, picture, done));
            return 0;
        });
        return command;
    }

    /// <summary>A concept that the model cannot use is refused: who names the file wants all of it.</summary>
    private static void Use(VisionLanguageModel model, FileInfo? taught)
    {
        if (taught is not null && model.UseTaught(TaughtConceptFile.Read(taught.FullName)) is [var refused, ..])
        {
            throw new UsageException($"--taught: {refused.Reason}");
        }
    }

    private static async Task<(string Text, AnswerDone Done)> AnswerAsync(
        VisionLanguageModel model, AnswerRequest request, TextWriter? stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        AnswerDone? end = null;
        await foreach (var happened in model.AnswerAsync(request, cancellationToken))
        {
            if (happened is AnswerDelta delta)
            {
                text.Append(delta.Text);
                stream?.Write(delta.Text);
                stream?.Flush();
            }

            end = happened as AnswerDone ?? end;
        }

        stream?.WriteLine();
        return (text.ToString().Trim(), end ?? throw new InvalidOperationException("The answer ended without its report."));
    }
}
