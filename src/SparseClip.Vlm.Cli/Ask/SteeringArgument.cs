using System.CommandLine.Parsing;
using System.Globalization;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Cli.Ask;

/// <summary>
/// Reads a steering request from the command line: <c>FEATURE=OPERATION[:VALUE][@X0,Y0,X1,Y1]</c>, such as <c>dog=ablate</c>, <c>cat=set:1</c>,
/// <c>8576=scale:2</c> or <c>dog=ablate@0,0,0.5,1</c>.
/// </summary>
internal static class SteeringArgument
{
    private const string Form = "The form is FEATURE=OPERATION[:VALUE][@X0,Y0,X1,Y1].";

    /// <summary>The requests of all <c>--steer</c>; what is wrong with one becomes an error of the command line.</summary>
    public static SteeringRequest[]? Parse(ArgumentResult result)
    {
        try
        {
            return [.. result.Tokens.Select(token => Parse(token.Value))];
        }
        catch (SteeringException error)
        {
            result.AddError(error.Message);
            return null;
        }
    }

    /// <exception cref="SteeringException">The text has another form, or its value or region cannot be.</exception>
    public static SteeringRequest Parse(string text)
    {
        var equals = text.LastIndexOf('=');
        if (equals < 0)
        {
            throw Bad(text, "there is no '=' after the feature");
        }

        var feature = text[..equals].Trim();
        if (feature.Length == 0)
        {
            throw Bad(text, "there is no feature before the '='");
        }

        var parts = text[(equals + 1)..].Split('@', 2);
        var operation = parts[0].Split(':', 2);
        var region = parts.Length > 1 ? Region(text, parts[1]) : (PictureRegion?)null;
        var kind = SteeringOperations.TryParse(operation[0].Trim().ToLowerInvariant(), out var known)
            ? known
            : throw Bad(text, $"'{operation[0]}' is no operation; use {SteeringOperations.Names}");
        var value = operation.Length > 1 ? Number(text, operation[1]) : (float?)null;
        var id = int.TryParse(feature, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        return Checked(text, new SteeringRequest(id, id is null ? feature : null, kind, value, region));
    }

    private static SteeringRequest Checked(string text, SteeringRequest request)
    {
        try
        {
            SteeringRules.Check(request, "the edit");
            return request;
        }
        catch (SteeringException error)
        {
            throw new SteeringException(error.Error, $"--steer {text}: {error.Message} {Form}");
        }
    }

    private static PictureRegion Region(string text, string region)
    {
        var corners = region.Split(',');
        return corners.Length == 4
            ? new PictureRegion(Number(text, corners[0]), Number(text, corners[1]), Number(text, corners[2]), Number(text, corners[3]))
            : throw Bad(text, "a region has four corners, X0,Y0,X1,Y1 in 0..1");
    }

    private static float Number(string text, string number) =>
        NumberText.TryParse(number.Trim(), out float value, out var problem) ? value : throw Bad(text, problem);

    private static SteeringException Bad(string text, string problem) =>
        new(SteeringError.InvalidValue, $"--steer {text}: {problem}. {Form}");
}
