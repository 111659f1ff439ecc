using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Formats.Pictures;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Features;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Upload a picture; see what the model sees in it.</summary>
internal static class ImageEndpoints
{
    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/images").WithTags("Images");
        group.MapPost("/", PostAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Uploads).RequireRateLimiting(Limits.Uploads).DisableAntiforgery()
            .WithSummary("Look at a picture: multipart/form-data, or the file as the body.");
        group.MapRead("/{id}", GetAsync).RequireAuthorization(ApiScope.Read).WithSummary("The picture file.");
        group.MapRead("/{id}/features", FeaturesAsync).RequireAuthorization(ApiScope.Read).WithSummary("The strongest features of a picture.");
        group.MapRead("/{id}/features/{feature:int}/heatmap", HeatmapAsync).RequireAuthorization(ApiScope.Read).WithSummary("Where in a picture a feature is.");
    }

    private static async Task<Created<ImageResponse>> PostAsync(
        HttpRequest request, Caller caller, PictureStore store, ModelHost host, FeatureLabels labels, IOptions<ServerOptions> options, CancellationToken cancellationToken)
    {
        var file = await UploadReader.ReadAsync(request, options.Value.MaxImageBytes, cancellationToken);
        var model = host.Require();
        var (seen, _) = await store.AddAsync(file, caller, cancellationToken);
        var response = new ImageResponse(
            seen.Id,
            seen.Width,
            seen.Height,
            new SeenAs(seen.InputSize, model.PictureTokens, ToShares(seen)),
            model.Features.TopOf(seen.Code.Pooled, FeatureLookup.DefaultTop, await labels.AllAsync(cancellationToken)),
            model.Concepts is null ? [] : model.ConceptsOf(seen.Code.Pooled, ConceptLookup.DefaultCount));
        return TypedResults.Created($"/api/images/{seen.Id}", response);
    }

    private static async Task<FileContentHttpResult> GetAsync(
        string id, Caller caller, PictureStore store, HttpResponse response, CancellationToken cancellationToken)
    {
        var file = (await store.FileAsync(id, caller, cancellationToken)).Bytes;
        // The id is the content's hash, so the content never changes.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Bytes(file, PictureSniffer.Tell(file)?.MediaType());
    }

    private static async Task<Ok<ImageFeaturesResponse>> FeaturesAsync(
        string id, Caller caller, PictureStore store, ModelHost host, FeatureLabels labels, CancellationToken cancellationToken, int top = FeatureLookup.DefaultTop)
    {
        if (top is < 1 or > 1000)
        {
            throw new RefusedException(400, "bad_request", $"top is {top}; give 1 to 1000.", "top");
        }

        var model = host.Require();
        var (seen, _) = await store.GetAsync(id, caller, cancellationToken);
        return TypedResults.Ok(new ImageFeaturesResponse(seen.Id, seen.Code.Pooled.L0, model.Features.TopOf(seen.Code.Pooled, top, await labels.AllAsync(cancellationToken))));
    }

    private static async Task<Ok<HeatmapResponse>> HeatmapAsync(
        string id, int feature, Caller caller, PictureStore store, ModelHost host, CancellationToken cancellationToken)
    {
        var model = host.Require();
        var known = model.Features.Require(feature);
        var (seen, _) = await store.GetAsync(id, caller, cancellationToken);
        var unit = known.PatchMaximum > 0 ? known.PatchMaximum : 1;
        var map = await model.HeatMapAsync(seen, known.Id, cancellationToken);
        return TypedResults.Ok(new HeatmapResponse(
            seen.Id, feature, known.Name, seen.Code.GridWidth, seen.Code.GridHeight, [.. map.Select(value => value / unit)], map.Average() / unit));
    }

    private static double[] ToShares(SeenPicture seen)
    {
        var (width, height, left, top, side) = seen.Square;
        return [left / width, top / height, (left + side) / width, (top + side) / height];
    }
}
