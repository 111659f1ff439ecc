using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features search</c></summary>
internal static class SearchCommand
{
    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "A word or phrase." };
        var model = ModelOption.Create();
        var count = NumberOption.Create("--count", "How many features to show.", 10, 1, 100_000);
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("search", "Find features by name and meaning.") { query, model, count, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            var found = await loaded.Features.SearchAsync(result.GetValue(query)!, result.GetValue(count), cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(found.Select(entry => new
                {
                    id = entry.Feature.Id.Value,
                    name = entry.Feature.Name,
                    score = entry.Score,
                    maximum = entry.Feature.Maximum,
                    density = entry.Feature.Density,
                    words = entry.Feature.TopWords.Select(word => word.Word),
                })));
                return 0;
            }

            if (found.Count == 0)
            {
                Console.Error.WriteLine($"No feature fits '{result.GetValue(query)}'.");
            }

            foreach (var (feature, score) in found)
            {
                Console.WriteLine(
                    $"{feature.Id,6}  {feature.Name,-24} score {score:0.00}  maximum {feature.Maximum:0.00}  density {feature.Density:P2}  {string.Join(", ", feature.TopWords.Select(word => word.Word))}");
            }

            return 0;
        });
        return command;
    }
}
