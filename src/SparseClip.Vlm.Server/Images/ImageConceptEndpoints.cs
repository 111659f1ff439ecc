using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Which concepts a picture shows, and where.</summary>
internal static class ImageConceptEndpoints
{
    public static void MapImageConcepts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/images/{id}/concepts").WithTags("Images");
        group.MapRead("/", ShownAsync).RequireAuthorization(ApiScope.Read).WithSummary("What a picture shows, with probabilities.");
        group.MapRead("/{name}/heatmap", HeatmapAsync).RequireAuthorization(ApiScope.Read).WithSummary("Where in a picture a concept is.");
    }

    private static async Task<Ok<ImageConceptsResponse>> ShownAsync(
        string id, Caller caller, PictureStore store, ModelHost host, CancellationToken cancellationToken, int count = ConceptLookup.DefaultCount, float? least = null)
    {
        ConceptLookup.CheckCount(count);
        if (least is not (null or (>= 0 and <= 1)))
        {
            throw new RefusedException(400, "bad_request", $"least is {least}; give a probability of 0 to 1.", "least");
        }

        var model = host.Require();
        _ = model.RequireConcepts();
        var (seen, _) = await store.GetAsync(id, caller, cancellationToken);
        return TypedResults.Ok(new ImageConceptsResponse(seen.Id, model.ConceptsOf(seen.Code.Pooled, count, least)));
    }

    private static async Task<Ok<ConceptHeatmapResponse>> HeatmapAsync(string id, string name, Caller caller, PictureStore store, ModelHost host, CancellationToken cancellationToken)
    {
        var model = host.Require();
        var table = model.RequireConcepts();
        var concept = await model.RequireConceptAsync(name, host.RefusedConcepts, cancellationToken);
        var (seen, _) = await store.GetAsync(id, caller, cancellationToken);
        var map = table.Map(concept, seen.Code);
        return TypedResults.Ok(new ConceptHeatmapResponse(
            seen.Id, concept.Word, table.In(concept, seen.Code.Pooled).Probability, seen.Code.GridWidth, seen.Code.GridHeight, map, map.Average()));
    }
}
