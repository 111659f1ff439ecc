using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Concepts;

/// <summary>Search the concepts of the model, and teach it others.</summary>
internal static class ConceptEndpoints
{
    private const int MaxQueryLength = 200;
    private const int MaxBody = 64 * 1024;

    public static void MapConcepts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/concepts").WithTags("Concepts");
        group.MapRead("/", List).WithSummary("Concepts that fit a text, or all.");
        group.MapPost("/", TeachAsync).RequireRateLimiting(Limits.Uploads)
            .Accepts<TeachRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Teach a concept by 1 to 10 uploaded pictures and a word.");
        group.MapDelete("/{name}", ForgetAsync)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Forget a concept that was taught.");
        group.MapRead("/{name}", Detail).WithSummary("All that is known about a concept, by its name or another word for it.");
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
        return TypedResults.Ok(model.RequireConcepts().Require(name, host.RefusedConcepts).ToDetail(model.Features));
    }

    private static async Task<Created<ConceptDetail>> TeachAsync(HttpRequest request, TaughtConceptStore store, ModelHost host, CancellationToken cancellationToken)
    {
        var asked = TeachReader.Read(await JsonBody.ReadAsync(request, MaxBody, cancellationToken));
        var concept = await store.TeachAsync(asked.Word, asked.Images, asked.Replace, cancellationToken);
        return TypedResults.Created($"/api/concepts/{Uri.EscapeDataString(concept.Word)}", concept.ToDetail(host.Require().Features));
    }

    private static async Task<NoContent> ForgetAsync(string name, TaughtConceptStore store, CancellationToken cancellationToken)
    {
        await store.ForgetAsync(name, cancellationToken);
        return TypedResults.NoContent();
    }
}
