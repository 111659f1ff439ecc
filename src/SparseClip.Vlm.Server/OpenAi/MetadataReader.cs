using System.Text.Json;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads names and texts of a client's own, in OpenAI's bounds.</summary>
internal static class MetadataReader
{
    /// <summary>The most names.</summary>
    public const int MostNames = 16;

    private const int LongestName = 64;
    private const int LongestText = 512;

    /// <summary>The names with their texts; none where nothing is given.</summary>
    /// <exception cref="RefusedException">400: it is no object, has too many names or too long ones, or a value is no text.</exception>
    public static IReadOnlyDictionary<string, string> Read(RequestValue? value)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value is not { } given)
        {
            return texts;
        }

        if (given.Json.ValueKind != JsonValueKind.Object)
        {
            throw given.Wrong("an object");
        }

        foreach (var property in given.Json.EnumerateObject())
        {
            var name = given.NameOf(property);
            var text = new RequestValue(property.Value, $"{given.Path}.{name}");
            if (name.Length > LongestName || text.Text().Length > LongestText)
            {
                throw given.Refused(ErrorCodes.InvalidValue, $"{given.Path} has a name of more than {LongestName} letters, or a text of more than {LongestText}; shorten it.");
            }

            if (!texts.TryAdd(name, text.Text()))
            {
                throw text.Refused(ErrorCodes.DuplicateParameter, $"{text.Path} stands there twice; give it once.");
            }
        }

        return texts.Count <= MostNames
            ? texts
            : throw given.Refused(ErrorCodes.InvalidValue, $"{given.Path} has {texts.Count} names; give at most {MostNames}.");
    }
}
