using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Taught;

/// <summary>Teach the model concepts, and have it forget them.</summary>
internal static class TeachingEndpoints
{
    private const int MaxBody = 64 * 1024;

    public static void MapTeaching(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/concepts").WithTags("Concepts");
        group.MapPost("/", TeachAsync).RequireAuthorization(ApiScope.Teach).InGroup(RateGroup.Encodings).RequireRateLimiting(Limits.Uploads)
            .Accepts<TeachRequest>("application/json")
            .WithSummary("Teach a concept by 1 to 10 uploaded pictures and a word.");
        group.MapDelete("/{name}", ForgetAsync).RequireAuthorization(ApiScope.Teach)
            .WithSummary("Forget a concept that was taught.");
    }

    private static async Task<Created<ConceptDetail>> TeachAsync(HttpRequest request, Caller caller, TaughtConceptStore store, ModelHost host, CancellationToken cancellationToken)
    {
        var asked = TeachReader.Read(await JsonBody.ReadAsync(request, MaxBody, cancellationToken));
        var concept = await store.TeachAsync(asked.Word, asked.Images, asked.Replace, caller, cancellationToken);
        var model = host.Require();
        return TypedResults.Created($"/api/concepts/{Uri.EscapeDataString(concept.Word)}", concept.ToDetail(model.Features, model.Exemplars));
    }

    private static async Task<NoContent> ForgetAsync(string name, Caller caller, TaughtConceptStore store, CancellationToken cancellationToken)
    {
        await store.ForgetAsync(name, caller, cancellationToken);
        return TypedResults.NoContent();
    }
}
