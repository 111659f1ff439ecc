using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Core.Steering;
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
        group.MapRead("/", ListAsync).RequireAuthorization(ApiScope.Read).WithSummary("Concepts that fit a text, or all.");
        group.MapRead("/{name}", DetailAsync).RequireAuthorization(ApiScope.Read).WithSummary("All that is known about a concept, by its name or another word for it; of any other word that means something, what its text code says.");
    }

    private static async Task<Ok<ConceptList>> ListAsync(ModelHost host, CancellationToken cancellationToken, string? query = null, int count = ConceptLookup.DefaultCount)
    {
        ConceptLookup.CheckCount(count);
        if (query?.Length > MaxQueryLength)
        {
            throw new RefusedException(400, "bad_request", $"The query has {query.Length} characters; give at most {MaxQueryLength}.", "query");
        }

        var model = host.Require();
        var table = model.RequireConcepts();
        if (string.IsNullOrWhiteSpace(query))
        {
            return TypedResults.Ok(new ConceptList(query, [.. table.All.Take(count).Select(concept => concept.ToSummary())]));
        }

        var found = table.Search(query, count);
        if (found.Count > 0)
        {
            return TypedResults.Ok(new ConceptList(query, [.. found.Select(concept => concept.ToSummary())]));
        }

        var made = query.Length <= SteeringRules.LongestName ? await model.ConceptAsync(query, cancellationToken) : null;
        return TypedResults.Ok(new ConceptList(query, made is null ? [] : [made.ToSummary() with { Made = true }]));
    }

    private static async Task<Ok<ConceptDetail>> DetailAsync(string name, ModelHost host, CancellationToken cancellationToken)
    {
        var model = host.Require();
        var concept = await model.RequireConceptAsync(name, host.RefusedConcepts, cancellationToken);
        return TypedResults.Ok(concept.ToDetail(model.Features, model.Exemplars) with { Made = model.RequireConcepts().Find(concept.Word) != concept });
    }
}
