using System.Globalization;
using Microsoft.AspNetCore.Http.Metadata;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>
/// Refuses, on the API's routes, query parameters that the route does not read, that stand there twice, or that are no number where one is needed. What a
/// route reads is what its handler takes, so no list has to be kept.
/// </summary>
internal static class QueryCheck
{
    public static void UseQueryCheck(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Query.Count > 0 && context.GetEndpoint() is RouteEndpoint endpoint && Api.Owns(context.Request.Path))
        {
            Check(context.Request.Query, endpoint);
        }

        return next(context);
    });

    private static void Check(IQueryCollection query, RouteEndpoint endpoint)
    {
        var read = endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .Where(parameter => IsText(parameter) || IsWhole(parameter) || IsNumber(parameter))
            .Where(parameter => endpoint.RoutePattern.GetParameter(parameter.Name) is null)
            .ToDictionary(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase);
        var names = new FieldNames([.. read.Keys]);
        foreach (var (name, values) in query)
        {
            if (!read.TryGetValue(name, out var parameter))
            {
                var advice = names.Known.Count == 0 ? "this route takes none." : names.Advice(name);
                throw new RefusedException(400, ErrorCodes.UnknownParameter, $"{name} is no query parameter of this route: {advice}", name);
            }

            if (values.Count > 1)
            {
                throw new RefusedException(400, ErrorCodes.DuplicateParameter, $"{name} stands {values.Count} times in the query; give it once.", name);
            }

            if (IsWhole(parameter) && !int.TryParse(values[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            {
                throw new RefusedException(400, ErrorCodes.BadRequest, $"{name} is '{values[0]}'; give a whole number.", name);
            }

            if (IsNumber(parameter) && !(float.TryParse(values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)))
            {
                throw new RefusedException(400, ErrorCodes.BadRequest, $"{name} is '{values[0]}'; give a number.", name);
            }
        }
    }

    private static bool IsText(IParameterBindingMetadata parameter) => Kind(parameter) == typeof(string);

    private static bool IsWhole(IParameterBindingMetadata parameter) => Kind(parameter) == typeof(int);

    private static bool IsNumber(IParameterBindingMetadata parameter) => Kind(parameter) == typeof(float);

    /// <summary>The type of a parameter, whether it may be left out or not.</summary>
    private static Type Kind(IParameterBindingMetadata parameter) =>
        Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
}
