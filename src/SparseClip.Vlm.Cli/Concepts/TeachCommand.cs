using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Formats.Pictures;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts teach</c></summary>
internal static class TeachCommand
{
    private const int FeaturesShown = 6;

    public static Command Create()
    {
        var word = new Option<string>("--word") { Description = "What it is to be called, such as \"my mug\".", Required = true };
        var pictures = new PathOption<FileInfo[]>("--pictures", PathKind.InputFile)
        {
            Description = $"1 to {ConceptTeacher.MostPictures} pictures that show it: {PictureFormats.Accepted}.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(1, ConceptTeacher.MostPictures),
        };
        var model = ModelOption.Create();
        var taught = new TaughtOption();
        var replace = new Option<bool>("--replace") { Description = "Put it in the place of a concept of that name that was taught before." };
        var command = new Command("teach", "Teach a concept with a few pictures and a word; the server uses it from its next start on.") { word, pictures, model, taught.Option, replace };
        command.SetAction(async (result, cancellationToken) =>
        {
            var name = ConceptWords.Of(result.GetValue(word)!);
            if (ConceptWords.TeachingProblem(name) is { } problem)
            {
                throw new UsageException($"--word: {problem}");
            }

            var (path, isReplacing) = (taught.Path(result), result.GetValue(replace));
            var known = TaughtConceptFile.Read(path);
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            loaded.UseTaught(known);
            RequireFree(ConceptWords.Conflict(name, loaded.Concepts, isReplacing));
            var seen = new List<SeenPicture>();
            foreach (var file in result.GetValue(pictures)!)
            {
                seen.Add((await loaded.LookAsync(new PictureFile(await File.ReadAllBytesAsync(file.FullName, cancellationToken)), cancellationToken)).Seen);
            }

            if (seen.GroupBy(picture => picture.Id).FirstOrDefault(same => same.Count() > 1) is not null)
            {
                throw new UsageException("--pictures: two of the files are the same picture; give each once.");
            }

            var concept = await loaded.TeachAsync(name, seen, TimeProvider.System.GetUtcNow(), cancellationToken);
            TaughtConceptFile.Change(path, all =>
            {
                RequireFree(!isReplacing && all.Has(name, loaded.Tower) ? ConceptWords.AlreadyTaught(name) : null);
                return all.With(concept);
            });
            var features = string.Join(", ", Carriers.OfConcept(concept).Take(FeaturesShown).Select(carrier => loaded.Features.All[carrier.Feature].Name));
            Console.WriteLine($"'{name}' by {seen.Count} picture{(seen.Count == 1 ? "" : "s")}: {features} ({concept.Weights.L0} features), in {path}");
            return 0;
        });
        return command;
    }

    private static void RequireFree(string? conflict)
    {
        if (conflict is not null)
        {
            throw new UsageException($"--word: {conflict}");
        }
    }
}
