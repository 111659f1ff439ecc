using System.Text.Json.Nodes;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>In what two recipes differ, field by field.</summary>
internal static class RecipeDifference
{
    private const string Nothing = "null"; // a field that is missing is one that is null

    /// <summary>One phrase for each field, such as "optimizer.head_rate is 0.001 in the checkpoint, 0.002 now"; sorted by the fields' names.</summary>
    public static IReadOnlyList<string> Between(JsonObject kept, JsonObject now)
    {
        var (before, after) = (Fields(kept), Fields(now));
        return
        [
            .. from name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
               let one = before.GetValueOrDefault(name, Nothing)
               let other = after.GetValueOrDefault(name, Nothing)
               where one != other
               select $"{name} is {one} in the checkpoint, {other} now",
        ];
    }

    private static Dictionary<string, string> Fields(JsonObject recipe)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(recipe, "");
        return fields;

        void Add(JsonObject part, string prefix)
        {
            foreach (var (name, value) in part)
            {
                if (value is JsonObject inner)
                {
                    Add(inner, $"{prefix}{name}.");
                }
                else
                {
                    fields[prefix + name] = value?.ToJsonString() ?? Nothing;
                }
            }
        }
    }
}
