using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Concepts;

/// <summary>Search the concepts of the model.</summary>
internal static class ConceptEndpoints
{
    private const int MaxQueryLength = 200;

    public static void MapConcepts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/concepts").WithTags("Concepts");
        group.MapRead("/", List).RequireAuthorization(ApiScope.Read).WithSummary("Concepts that fit a text, or all.");
        group.MapRead("/{name}", Detail).RequireAuthorization(ApiScope.Read).WithSummary("All that is known about a concept, by its name or another word for it.");
    }

    private static Ok<ConceptList> List(ModelHost host, string? query = null, int count = ConceptLookup.DefaultCount)
    {
        ConceptLookup.CheckCount(count);
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
        return TypedResults.Ok(model.RequireConcepts().Require(name, host.RefusedConcepts).ToDetail(model.Features, model.Exemplars));
    }
}
