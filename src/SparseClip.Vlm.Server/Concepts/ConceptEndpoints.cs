using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Concepts;

/// <summary>Search the concepts of the model; see which of them a picture shows, and where.</summary>
internal static class ConceptEndpoints
{
    private const int DefaultCount = 20;
    private const int MostCount = 500;
    private const int MaxQueryLength = 200;
    private const float DefaultLeast = 0.2f;

    public static void MapConcepts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").WithTags("Concepts");
        group.MapRead("/concepts", List).WithSummary("Concepts that fit a text, or all.");
        group.MapRead("/concepts/{name}", Detail).WithSummary("All that is known about a concept, by its name or another word for it.");
        group.MapRead("/images/{id}/concepts", ShownAsync).WithSummary("What a picture shows, with probabilities.");
        group.MapRead("/images/{id}/concepts/{name}/heatmap", HeatmapAsync).WithSummary("Where in a picture a concept is.");
    }

    private static Ok<ConceptList> List(ModelHost host, string? query = null, int count = DefaultCount)
    {
        CheckCount(count);
        if (query?.Length > MaxQueryLength)
        {
            throw new RefusedException(400, "bad_request", $"The query has {query.Length} characters; give at most {MaxQueryLength}.", "query");
        }

        var table = host.Require().RequireConcepts();
        var found = string.IsNullOrWhiteSpace(query) ? table.All.Take(count) : table.Search(query, count);
        return TypedResults.Ok(new ConceptList(query, [.. found.Select(concept => concept.ToSummary())]));
    }

    private static Ok<ConceptDetail> Detail(string name, ModelHost host)
    {
        var model = host.Require();
        return TypedResults.Ok(model.RequireConcepts().Require(name).ToDetail(model.Features));
    }

    private static async Task<Ok<ImageConceptsResponse>> ShownAsync(
        string id, PictureStore store, ModelHost host, CancellationToken cancellationToken, int count = DefaultCount, float least = DefaultLeast)
    {
        CheckCount(count);
        if (least is not (>= 0 and <= 1))
        {
            throw new RefusedException(400, "bad_request", $"least is {least}; give a probability of 0 to 1.", "least");
        }

        var model = host.Require();
        _ = model.RequireConcepts();
        var (seen, _) = await store.GetAsync(id, cancellationToken);
        return TypedResults.Ok(new ImageConceptsResponse(seen.Id, model.ConceptsOf(seen, count, least)));
    }

    private static async Task<Ok<ConceptHeatmapResponse>> HeatmapAsync(string id, string name, PictureStore store, ModelHost host, CancellationToken cancellationToken)
    {
        var model = host.Require();
        var table = model.RequireConcepts();
        var concept = table.Require(name);
        var (seen, _) = await store.GetAsync(id, cancellationToken);
        var map = await model.HeatMapAsync(seen, concept, cancellationToken);
        return TypedResults.Ok(new ConceptHeatmapResponse(
            seen.Id, concept.Word, table.In(concept, seen.Code.Pooled).Probability, seen.Code.GridWidth, seen.Code.GridHeight, map, map.Average()));
    }

    private static void CheckCount(int count)
    {
        if (count is < 1 or > MostCount)
        {
            throw new RefusedException(400, "bad_request", $"count is {count}; give 1 to {MostCount}.", "count");
        }
    }
}
