using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Features;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.Images;

/// <summary>What edits do to a picture, before anything is asked about it.</summary>
internal static class SteeredImageEndpoints
{
    private const int MaxBytes = 64 * 1024;

    public static void MapSteeredImages(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/images/{id}/steering", SteerAsync).WithTags("Images").RequireAuthorization(ApiScope.Read)
            .Accepts<SteeringDto>("application/json")
            .WithSummary("What the model sees of a picture after edits: concepts and features with their values, and what the edits did.");

    private static async Task<Ok<SteeredImageResponse>> SteerAsync(string id, HttpRequest request, Caller caller, PictureStore store, ModelHost host, FeatureLabels labels, CancellationToken cancellationToken)
    {
        var steering = SteeringReader.Read(await JsonBody.ReadAsync(request, MaxBytes, cancellationToken));
        var model = host.Require();
        var (seen, _) = await store.GetAsync(id, caller, cancellationToken);
        var steered = model.Steer(seen, await model.Features.ToPlanAsync(steering, seen, cancellationToken));
        var code = steered.Code.Pooled;
        return TypedResults.Ok(new SteeredImageResponse(
            seen.Id,
            SteeringMapping.ToReport(steered.Applied, steered.Moved),
            model.Concepts is null ? [] : model.ConceptsOf(code, ConceptLookup.DefaultCount),
            model.Features.TopOf(code, FeatureLookup.DefaultTop, await labels.AllAsync(cancellationToken))));
    }
}
