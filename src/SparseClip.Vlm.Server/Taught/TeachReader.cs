using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Taught;

/// <summary>Reads what is to be taught. Whether it can be is <see cref="TaughtConceptStore"/>'s question.</summary>
internal static class TeachReader
{
    private static readonly FieldNames s_fields = new("word", "images", "replace")
    {
        Elsewhere = new Dictionary<string, string> { ["name"] = "did you mean word?", ["pictures"] = "did you mean images?", ["image"] = "did you mean images?" },
    };

    /// <summary>The word in the form of a concept's name, and the pictures.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing or of the wrong kind, the word cannot name a concept, or there are no, too many or equal pictures.</exception>
    public static TeachRequest Read(RequestValue value)
    {
        var fields = value.Fields(s_fields);
        var word = fields.Require("word");
        var name = ConceptWords.Of(word.Text());
        if (ConceptWords.TeachingProblem(name) is { } problem)
        {
            throw word.Refused(ErrorCodes.InvalidValue, $"The concept cannot be called so. {problem}");
        }

        var images = fields.Require("images");
        var items = images.Items("a list of ids");
        if (items.Count is 0 or > ConceptTeacher.MostPictures)
        {
            throw images.Refused(ErrorCodes.InvalidValue, $"images has {items.Count} ids; give 1 to {ConceptTeacher.MostPictures}.");
        }

        var ids = new List<string>(items.Count);
        foreach (var item in items)
        {
            var id = item.Text();
            if (!PictureFile.IsId(id))
            {
                throw item.Refused(ErrorCodes.InvalidValue, $"{item.Path} is no id of a picture; give the id that the upload answered, 64 hexadecimal digits.");
            }

            if (ids.Contains(id))
            {
                throw item.Refused(ErrorCodes.InvalidValue, $"{item.Path} is the same picture as images[{ids.IndexOf(id)}]; give each once.");
            }

            ids.Add(id);
        }

        return new TeachRequest(name, ids, fields["replace"]?.Flag() ?? false);
    }
}
