using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts forget</c></summary>
internal static class ForgetCommand
{
    public static Command Create()
    {
        var word = new Argument<string>("word") { Description = "The name of a concept that was taught." };
        var taught = new TaughtOption();
        var command = new Command("forget", "Forget a concept that was taught, whichever tower it was taught for.") { word, taught.Option };
        command.SetAction(result =>
        {
            var (name, path) = (ConceptWords.Of(result.GetValue(word)!), taught.Path(result));
            if (!TaughtConceptFile.Read(path).Any(concept => concept.Word == name))
            {
                throw new UsageException($"No concept '{name}' was taught in {path}; 'sparseclip concepts list' shows those that were.");
            }

            TaughtConceptFile.Change(path, all => [.. all.Where(concept => concept.Word != name)]);
            Console.WriteLine($"'{name}' is forgotten.");
            return 0;
        });
        return command;
    }
}
