using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts list</c></summary>
internal static class ListTaughtCommand
{
    public static Command Create()
    {
        var taught = new TaughtOption();
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("list", "List the concepts that were taught, of every tower.") { taught.Option, json };
        command.SetAction(result =>
        {
            var concepts = TaughtConceptFile.Read(taught.Path(result));
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(concepts.Select(concept => new
                {
                    name = concept.Word,
                    pictures = concept.Teaching!.Pictures,
                    when = concept.Teaching.When,
                    tower = concept.Teaching.Tower,
                    features = concept.Weights.L0,
                })));
                return 0;
            }

            if (concepts.Count == 0)
            {
                Console.Error.WriteLine($"No concept was taught in {taught.Path(result)}.");
            }

            foreach (var concept in concepts)
            {
                var teaching = concept.Teaching!;
                Console.WriteLine($"{concept.Word,-24} {teaching.Pictures,2} pictures  {teaching.When.ToString("u", CultureInfo.InvariantCulture)}  tower {teaching.Tower[..12]}…");
            }

            return 0;
        });
        return command;
    }
}
