using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>Reads whether the model is to read in words what it sees, on HTTP and on the hub.</summary>
internal static class GroundingReader
{
    private const string Field = "grounding";

    /// <summary>The name of a grounding, checked.</summary>
    /// <exception cref="RefusedException">400: there is no such grounding.</exception>
    public static string Name(RequestValue value)
    {
        var name = value.Text();
        return Groundings.TryParse(name, out _)
            ? name
            : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path} is '{name}'; give {Groundings.Names}.");
    }

    /// <summary>The grounding of a question.</summary>
    /// <param name="name">What was asked for; null for words where there are any.</param>
    /// <param name="picture">The picture asked about; null for none.</param>
    /// <param name="model">Who answers.</param>
    /// <exception cref="RefusedException">400: words were asked for where there is nothing to say in them.</exception>
    public static Grounding Of(string? name, SeenPicture? picture, IVisionLanguageModel model)
    {
        if (name is null || !Groundings.TryParse(name, out var grounding))
        {
            return Grounding.Words;
        }

        return grounding == Grounding.Off ? grounding
            : picture is null ? throw new RefusedException(400, ErrorCodes.InvalidValue, $"{Field} is '{name}', but there is no picture to put into words.", Field)
            : model.HasConcepts ? grounding
            : throw new RefusedException(400, ErrorCodes.InvalidValue, $"{Field} is '{name}', but the bundle of '{model.Name}' has no concepts; leave it out.", Field);
    }
}
